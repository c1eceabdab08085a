import { promises as fs } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import { openCatalog } from '../catalog/open';
import type { Config } from '../config/config';
import { syncFolder } from '../disk/make-folders';
import { isAppError } from '../errors';
import { startBackgroundJobs } from '../files/chores';
import { raisePair } from '../files/pair';
import { writeMark } from '../files/pair-halves';
import type { OpenPair } from '../open-pair';
import type { BlobStore } from '../storage/blob-store';
import { openBlobStore } from '../storage/open';

export interface BackupReport {
  files: number;
  bytes: number;
  /** Ids of files whose bytes the store has lost: the backup lists them without bytes, as the store does. */
  missing: string[];
}

/** A hold is renewed well before it ends; a hold that a crash leaves ends by itself. */
const HOLD_SECONDS = 60;
const COPIES_AT_ONCE = 8;

/**
 * Copies catalog and blobs into an empty folder: a snapshot of the catalog, then each blob that it names. A file that is
 * deleted meanwhile is gone for clients; its bytes are freed after the copy.
 */
export async function copyPair({ store, catalog }: OpenPair, config: Config, target: string): Promise<BackupReport> {
  const hold = await startHold(catalog);
  const draft = join(target, 'sluice.db.part');
  try {
    await catalog.copyTo(draft);
    // the copy's count is now behind the store's, so that no server starts on the copy and this store
    await raisePair(store, catalog);
    const report = await copyBlobs(store, config, target, draft);
    await hold.end();
    await fs.rename(draft, join(target, 'sluice.db'));
    syncFolder(target);
    return report;
  } catch (error) {
    await hold.end().catch(() => undefined);
    throw error;
  }
}

async function copyBlobs(store: BlobStore, config: Config, target: string, draft: string): Promise<BackupReport> {
  const blobs = join(target, 'blobs');
  const copies = await openBlobStore({ kind: 'file', root: blobs });
  const settings = { kind: 'sqlite', filename: draft, busyTimeoutSeconds: 10, description: `sqlite:${draft}` } as const;
  const catalog = await openCatalog(settings, { leaseSeconds: config.uploadLeaseSeconds });
  const root = config.storage.kind === 'file' ? resolve(config.storage.root) : undefined;
  const report: BackupReport = { files: 0, bytes: 0, missing: [] };
  const lost = new Set<string | null>();
  try {
    const half = await catalog.pairHalf();
    if (half) await writeMark(copies, half);
    const keys = catalog.eachLiveBlob()[Symbol.asyncIterator]();
    await Promise.all(Array.from({ length: COPIES_AT_ONCE }, copyNext));
    syncFolder(blobs);
    for await (const file of catalog.eachFile()) {
      report.files += 1;
      report.bytes += file.bytes;
      if (lost.size > 0 && (await isWithoutBytes(file))) report.missing.push(file.id);
    }
    return report;

    async function copyNext(): Promise<void> {
      for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
        if (!(await copyBlob(next.value))) lost.add(next.value);
      }
    }
  } finally {
    await Promise.all([copies.close(), catalog.close()]);
  }

  async function isWithoutBytes(file: FileRecord): Promise<boolean> {
    if (!file.isInParts) return lost.has(file.blobKey);
    for await (const part of catalog.uploads.partsOf(file)) if (lost.has(part.blobKey)) return true;
    return false;
  }

  /** @returns false when the store has lost its bytes. */
  async function copyBlob(key: string): Promise<boolean> {
    try {
      // a blob never changes: a hard link is as good as a copy
      if (root !== undefined && (await tryLink(join(root, key), join(blobs, key)))) return true;
      await copies.put(key, batchesOf(await store.get(key)), { signal: new AbortController().signal });
      return true;
    } catch (error) {
      if (isAppError(error, 'not_found')) return false;
      throw error;
    }
  }
}

/** @returns false where there is nothing to link, or the folders are on two disks. */
async function tryLink(from: string, to: string): Promise<boolean> {
  return fs.link(from, to).then(
    () => true,
    () => false,
  );
}

async function* batchesOf(stream: Readable): AsyncGenerator<Buffer[]> {
  for await (const chunk of stream as AsyncIterable<Buffer>) yield [chunk];
}

/** Keeps the bytes of deleted files. `end` rejects when the hold was lost meanwhile. */
async function startHold(catalog: FileCatalog): Promise<{ end(): Promise<void> }> {
  await catalog.hold(HOLD_SECONDS);
  let failure: unknown;
  const hold = () => catalog.hold(HOLD_SECONDS);
  const renewals = startBackgroundJobs([{ everySeconds: HOLD_SECONDS / 4, run: hold, failure: '' }], (_, error) => {
    failure ??= error;
  });
  return {
    async end() {
      await renewals.stop();
      await catalog.hold(0);
      if (failure !== undefined) throw failure;
    },
  };
}
