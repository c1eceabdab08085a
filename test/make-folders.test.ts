import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { makeFolders } from '../src/make-folders';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-folders-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('makes what is missing for this user alone, and says which was the first', () => {
  const wanted = join(folder, 'a', 'b', 'c');
  expect(makeFolders(relative(process.cwd(), wanted))).toBe(join(folder, 'a'));
  expect(statSync(wanted).mode & 0o777).toBe(0o700);
  expect(makeFolders(wanted)).toBeUndefined();
});

test('refuses a folder below a file, and one below /proc', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolders(join(folder, 'file', 'a'))).toThrow(/ENOTDIR/);
  expect(() => makeFolders('/proc/none/a')).toThrow(/ENOENT/);
});
