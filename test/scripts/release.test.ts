import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../support/run-script';

const CHANGELOG = '# Changelog\n\n## 1.2.0 (2026-11-26)\n\n- Something.\n\n## 1.1.0\n\n- Something else.\n';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-release-'));
  git('init', '--quiet');
  git('config', 'user.name', 'somebody');
  git('config', 'user.email', 'somebody@example.com');
  await write('package.json', '{ "version": "1.2.0" }');
  await write('package-lock.json', '{ "version": "1.2.0" }');
  await write('CHANGELOG.md', CHANGELOG);
});
afterEach(() => rm(folder, { recursive: true }));

test('a commit whose files agree is tagged with its version, and once', async () => {
  commit();
  expect(await release('--dry-run')).toMatchObject({ code: 0, stdout: 'v1.2.0 can be tagged.\n' });
  expect(git('tag')).toBe('');
  expect(await release()).toMatchObject({ code: 0 });
  expect(git('for-each-ref', '--format=%(objecttype) %(refname:short)', 'refs/tags')).toBe('tag v1.2.0\n');
  expect(await release()).toMatchObject({ code: 1, stderr: expect.stringContaining('a tag v1.2.0 already') });
});

test.each([
  ['a changelog that begins with another version', 'CHANGELOG.md', CHANGELOG.replace('1.2.0', '1.3.0'), "'1.3.0 ("],
  ['a changelog without a section', 'CHANGELOG.md', '# Changelog\n', 'the topmost section'],
  ['a section with nothing in it', 'CHANGELOG.md', CHANGELOG.replace('- Something.\n', ''), 'is empty'],
  ['a lock file of another version', 'package-lock.json', '{ "version": "1.1.0" }', 'the version 1.1.0'],
])('%s is said, and nothing is tagged', async (_what, name, content, words) => {
  await write(name, content);
  commit();
  expect(await release()).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
  expect(git('tag')).toBe('');
});

test('a tree with changes is said, and nothing is tagged', async () => {
  commit();
  await write('new.txt', '');
  expect(await release()).toMatchObject({ code: 1, stderr: expect.stringContaining('not committed') });
  expect(git('tag')).toBe('');
});

const write = (name: string, content: string) => writeFile(join(folder, name), content);
const release = (...options: string[]) => runScript('release.ts', options, folder);

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All of it');
}

function git(...options: string[]): string {
  return execFileSync('git', options, { cwd: folder, encoding: 'utf8' });
}
