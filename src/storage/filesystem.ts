import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { checkDiskRoom } from '../disk/disk-room';
import { makeFolders } from '../disk/make-folders';
import { errorAfterCleanup, noSuchBlob } from './blob-errors';
import { isBlobKey, requireBlobKey } from './blob-key';
import { batchesOf } from './until-aborted';
import { MARK_NAME } from './blob-store';
import type { BlobKey, BlobSource, BlobStore, ByteRange, DoomedKey, PutOptions, StoredBlob } from './blob-store';
import { sharedSync } from './folder-sync';
import { limitedReads } from './limited-reads';
import { asStorageError, isErrno, storageError } from './system-errors';
import { PACKED_BYTES, writeAll } from './write-all';

// Not FileHandle, which nearly doubles the CPU of a small put.
const open = promisify(fs.open);
const close = promisify(fs.close);
const fdatasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);
const fstat = promisify(fs.fstat);
const unlink = promisify(fs.unlink);

/** A large file is synced in pieces of this size: one long sync would stall the small uploads beside it. */
const SYNC_BYTES = 32 * 1024 * 1024;
/** A file of at most so many bytes is synced by the very calls that write it, mostly a single one: a way to a thread and back less. */
const SHORT_BYTES = 256 * 1024;
const { O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = fs.constants;
/** Elsewhere `O_DSYNC` is less than `fdatasync`, or not there. */
const canSyncWrites = process.platform === 'linux';
/** Takes less CPU than Node's 64 KiB; each stalled reader holds one such buffer. */
const READ_BYTES = 256 * 1024;

/**
 * Blobs as files, each byte written once, in its final place under its random key: no temp file, no rename.
 * `put` resolves after the sync of the file and of its folder.
 *
 * One flat folder, so that concurrent puts share its syncs. Only `list` reads the folder.
 *
 * @throws Error when `root` can neither be opened nor made, with a sentence for the operator.
 */
export async function createFilesystemStore({ root, minFreeBytes = 0 }: FilesystemOptions): Promise<BlobStore> {
  const folder = path.resolve(root);
  await prepare(folder);
  const sync = sharedSync(() => syncFolder(folder));
  const reads = limitedReads();
  const pathOf = (key: BlobKey) => path.join(folder, requireBlobKey(key));

  return {
    description: `file:${folder}`,
    putMemoryBytes: PACKED_BYTES,
    put,
    get,
    delete: remove,
    deleteAll: removeAll,
    list,
    readMark,
    writeMark,
    ping,
    checkRoom,
    close: async () => undefined,
  };

  async function put(key: BlobKey, source: BlobSource, { signal, mostBytes = Infinity }: PutOptions): Promise<void> {
    const file = pathOf(key);
    signal.throwIfAborted();
    const synced = sync.begin();
    const isShort = canSyncWrites && mostBytes <= SHORT_BYTES;
    const flags = isShort ? O_CREAT | O_EXCL | O_WRONLY | O_DSYNC : 'wx';
    const fd = await asStorageError(open(file, flags, 0o600));
    const naming = isShort ? handled(synced()) : undefined;
    let syncing: Promise<unknown> = Promise.resolve();
    let isOpen = true;
    try {
      let unsynced = 0;
      for await (const batch of batchesOf(source, signal)) {
        unsynced += await asStorageError(writeAll(fd, batch));
        if (unsynced < SYNC_BYTES) continue;
        unsynced = 0;
        await asStorageError(syncing);
        syncing = handled(fdatasync(fd)); // while the next bytes are written
      }
      await asStorageError(syncing);
      // an empty file was not written
      if (!isShort || unsynced === 0) syncing = handled(fdatasync(fd));
      await asStorageError(Promise.all([syncing, naming ?? synced()]));
      isOpen = false;
      await asStorageError(closeNow(fd));
      signal.throwIfAborted();
    } catch (error) {
      // First the running sync: once closed, its descriptor may belong to another file by the time it runs.
      await Promise.allSettled([syncing]);
      throw await errorAfterCleanup(error, async () => {
        // an error of the close does not matter: the bytes are deleted
        if (isOpen) await close(fd).catch(() => undefined);
        await unlinkIfThere(file);
      });
    }
  }

  async function get(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const fd = await open(pathOf(key), 'r').catch((error: unknown) => {
      // without the folder, such as one that is not mounted, the store is not available
      throw isErrno(error, 'ENOENT') && fs.existsSync(folder) ? noSuchBlob(error) : storageError(error);
    });
    try {
      if (range !== undefined) await requireBytes(fd, range.end + 1);
    } catch (error) {
      await close(fd).catch(() => undefined);
      throw error;
    }
    return fs.createReadStream('', {
      fd,
      highWaterMark: READ_BYTES,
      ...range,
      fs: range ? reads.failOnShort : reads.any,
    });
  }

  /** Synced: a file that reappeared after a power cut would belong to nobody. */
  async function remove(key: BlobKey): Promise<void> {
    const [failure] = (await removeAll([{ key }])).values();
    if (failure) throw failure;
  }

  async function removeAll(blobs: readonly DoomedKey[]): Promise<Map<BlobKey, Error>> {
    const files = blobs.map(({ key }) => ({ key, file: pathOf(key) }));
    const failures = new Map<BlobKey, Error>();
    const failAs = (key: BlobKey) => (error: unknown) => void failures.set(key, storageError(error));
    const synced = sync.begin();
    await Promise.all(files.map(({ key, file }) => unlinkIfThere(file).catch(failAs(key))));
    await synced().catch((error: unknown) => files.forEach(({ key }) => failAs(key)(error)));
    return failures;
  }

  async function* list(): AsyncGenerator<StoredBlob> {
    for await (const entry of await asStorageError(fs.promises.opendir(folder))) {
      if (!isBlobKey(entry.name)) continue;
      const stat = await fs.promises.lstat(path.join(folder, entry.name)).catch((error: unknown) => {
        if (isErrno(error, 'ENOENT')) return undefined;
        throw storageError(error);
      });
      if (stat?.isFile()) yield { key: entry.name, bytes: stat.size, storedAt: stat.mtimeMs };
    }
  }

  async function readMark(): Promise<string | undefined> {
    return fs.promises.readFile(path.join(folder, MARK_NAME), 'utf8').catch((error: unknown) => {
      if (isErrno(error, 'ENOENT') && fs.existsSync(folder)) return undefined;
      throw storageError(error);
    });
  }

  async function writeMark(text: string): Promise<void> {
    const draft = path.join(folder, `${MARK_NAME}.${randomUUID()}`);
    try {
      await fs.promises.writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true });
      await fs.promises.rename(draft, path.join(folder, MARK_NAME));
      await syncFolder(folder);
    } catch (error) {
      await unlinkIfThere(draft).catch(() => undefined);
      throw storageError(error);
    }
  }

  async function ping(): Promise<void> {
    await asStorageError(fs.promises.access(folder, fs.constants.R_OK | fs.constants.X_OK));
  }

  async function checkRoom(): Promise<void> {
    await asStorageError(checkDiskRoom(folder, minFreeBytes));
  }
}

interface FilesystemOptions {
  root: string;
  /** Bytes of its disk that stay free. */
  minFreeBytes?: number;
}

/** Makes the folder and checks that it can be used. @throws Error with a sentence for the operator. */
async function prepare(folder: string): Promise<void> {
  try {
    makeFolders(folder);
    await fs.promises.access(folder, fs.constants.R_OK | fs.constants.X_OK);
    await fs.promises.access(folder, fs.constants.W_OK);
    await syncFolder(folder);
  } catch (error) {
    // the blobs of a read-only disk can still be read
    if (isErrno(error, 'EROFS') && fs.existsSync(folder)) return;
    throw new Error(`The storage folder ${folder} cannot be used: ${String(error)}`, { cause: error });
  }
}

async function syncFolder(folder: string): Promise<void> {
  // synchronous: opening a folder in use does not wait for the disk
  const fd = fs.openSync(folder, 'r');
  try {
    await fsync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Synchronous: after a sync a close does not wait for the disk, and takes less time than the trip to a libuv thread. */
async function closeNow(fd: number): Promise<void> {
  fs.closeSync(fd);
}

/** A damaged file system can lose the end of a file; a stream would end there without an error. */
async function requireBytes(fd: number, bytes: number): Promise<void> {
  const { size } = await asStorageError(fstat(fd));
  if (size < bytes) throw new Error(`A blob is damaged: it holds ${size} bytes where ${bytes} were stored`);
}

async function unlinkIfThere(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
  });
}

/** Prevents an unhandled rejection before `work` is awaited. */
function handled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
