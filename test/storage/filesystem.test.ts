import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createFilesystemStore } from '../../src/storage/filesystem';
import { MIB, bytesOf, listed, mintKey, putBytes, readBytes, rejectionOf } from './blob-fixtures';
import { describeBlobStore } from './blob-store-suite';
import { describeWhere } from './describe-where';

describeBlobStore('file:', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-blobs-'));
  const store = await createFilesystemStore({ root: path.join(folder, 'new', 'blobs') });
  return { store, remove: () => rm(folder, { recursive: true }) };
});

describe('the filesystem store', () => {
  let folder: string;
  let root: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-blobs-'));
    root = path.join(folder, 'blobs');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes a folder and files that nobody else can read', async () => {
    const store = await createFilesystemStore({ root });
    const key = mintKey();
    await putBytes(store, key, bytesOf(10));
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(root, key))).mode & 0o777).toBe(0o600);
  });

  it('lists only what has the shape of a key', async () => {
    const store = await createFilesystemStore({ root });
    const key = mintKey();
    await putBytes(store, key, bytesOf(10));
    await writeFile(path.join(root, 'README'), 'not a blob');
    await mkdir(path.join(root, mintKey()));
    expect(await listed(store)).toEqual([{ key, bytes: 10 }]);
  });

  it('lets a few reads of all downloads run at once', async () => {
    const store = await createFilesystemStore({ root });
    const key = mintKey();
    await putBytes(store, key, bytesOf(MIB));
    const read = fs.read as (...args: unknown[]) => void;
    let [running, most] = [0, 0];
    const spy = jest.spyOn(fs, 'read').mockImplementation((...args: unknown[]) => {
      running += 1;
      most = Math.max(most, running);
      const done = args.pop() as (...results: unknown[]) => void;
      read(...args, (...results: unknown[]) => {
        running -= 1;
        done(...results);
      });
    });
    try {
      const all = await Promise.all(Array.from({ length: 40 }, () => readBytes(store, key)));
      expect(all.every((bytes) => bytes.equals(bytesOf(MIB)))).toBe(true);
    } finally {
      spy.mockRestore();
    }
    expect([most > 1, most <= 8]).toEqual([true, true]);
  });

  it('says at start which folder cannot be used', async () => {
    await writeFile(root, 'a file in its place');
    expect(await rejectionOf(createFilesystemStore({ root }))).toMatchObject({
      message: expect.stringContaining(root),
    });
  });

  it('is not ready when its folder is gone, and then says of no blob that there is none', async () => {
    const store = await createFilesystemStore({ root });
    expect(await rejectionOf(store.get(mintKey()))).toMatchObject({ kind: 'not_found' });
    await rm(root, { recursive: true });
    expect(await rejectionOf(store.ping())).toMatchObject({ kind: 'unavailable' });
    expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(1)))).toMatchObject({ kind: 'unavailable' });
    expect(await rejectionOf(store.get(mintKey()))).toMatchObject({ kind: 'unavailable' });
  });

  describeWhere(process.platform === 'linux' ? undefined : 'it reads /proc/self/fd', 'with a file open', () => {
    it('closes it when a read is destroyed, and when one ends', async () => {
      const store = await createFilesystemStore({ root });
      const key = mintKey();
      await putBytes(store, key, bytesOf(3 * MIB));
      const before = await openFiles(root);
      const stream = await store.get(key);
      expect(await openFiles(root)).toBe(before + 1);
      await new Promise((closed) => stream.on('close', closed).destroy());
      await readBytes(store, key);
      expect(await openFiles(root)).toBe(before);
    });
  });
});

/** How many files under `root` this process has open. */
async function openFiles(root: string): Promise<number> {
  const targets = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(root)).length;
}
