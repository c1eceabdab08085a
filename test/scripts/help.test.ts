import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runScript } from '../support/run-script';

const ROOT = join(__dirname, '../..');
/** Every command: a script that is a program by itself, and no part of one. */
const PARTS = new Set(['help.ts', 'run.ts', 'README.md']);
const COMMANDS = readdirSync(join(ROOT, 'scripts'), { withFileTypes: true }).flatMap((entry) =>
  entry.isFile() && !PARTS.has(entry.name) ? [entry.name] : [],
);

test.each(COMMANDS)('scripts/%s says by --help how it is called, and does nothing else', async (name) => {
  const { code, stdout } = await runScript(name, ['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/npm run|npx tsx/);
});

test('every command is in the table of scripts/README.md', () => {
  const table = readFileSync(join(ROOT, 'scripts/README.md'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = Object.entries(scripts).flatMap(([name, line]) => (line.includes('tsx scripts/') ? [name] : []));
  expect(commands.filter((name) => !table.includes(`\`npm run ${name}`))).toEqual([]);
});
