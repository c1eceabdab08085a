import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { makeFolders } from '../../src/disk/make-folders';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-folders-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('makes what is missing for this user alone, and takes what is there', () => {
  const wanted = join(folder, 'a', 'b', 'c');
  makeFolders(relative(process.cwd(), wanted));
  for (const made of [join(folder, 'a'), wanted]) expect(statSync(made).mode & 0o777).toBe(0o700);
  chmodSync(wanted, 0o750);
  makeFolders(wanted);
  expect(statSync(wanted).mode & 0o777).toBe(0o750);
});

test('refuses a folder below a file, and one below /proc', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolders(join(folder, 'file', 'a'))).toThrow(/ENOTDIR/);
  expect(() => makeFolders('/proc/none/a')).toThrow(/ENOENT/);
});
