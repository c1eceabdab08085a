import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '../support/node-flags';

test('every way to start the server gives Node the flags of npm start', () => {
  expect(NODE_FLAGS).not.toEqual([]);
  const ways = ['deploy/Dockerfile', 'deploy/sluice.service', 'package.json'].flatMap((name) =>
    readFileSync(join(__dirname, '../..', name), 'utf8')
      .split('\n')
      .filter((line) => line.includes('dist/src/main.js') && line.includes('--')),
  );
  expect(ways).toHaveLength(4);
  for (const line of ways) expect(line.match(/--[\w-]+=\d+/g)).toEqual(NODE_FLAGS);
});
