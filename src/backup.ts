import { promises as fs } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isAppError } from './errors';
import type { Config } from './config';
import { openCatalog } from './catalog/open';
import type { FileCatalog, FileRecord } from './catalog/file-catalog';
import { raisePair } from './files/pair';
import { faultOfPair, writeMark } from './files/pair-halves';
import { makeFolders, syncFolder } from './make-folders';
import { openPair } from './open-pair';
import type { BlobStore } from './storage/blob-store';
import { openBlobStore } from './storage/open';

export interface BackupReport {
  files: number;
  bytes: number;
  /** Ids of files whose bytes the store has lost: the backup lists them without bytes, as the store does. */
  missing: string[];
}

/** A hold is renewed long before it ends; one that a crash leaves ends by itself. */
const HOLD_SECONDS = 60;
const COPIES_AT_ONCE = 8;

/**
 * Copies catalog and blobs into a new folder while servers run: the catalog at one moment, then each blob that it names.
 * What is deleted meanwhile is gone for clients, and its bytes wait until the backup has them. What the folder holds in
 * the end is a data folder like any other.
 *
 * @throws Error with a sentence for the operator; the folder is then no backup.
 */
export async function backUp(config: Config, folder: string): Promise<BackupReport> {
  if (config.database.kind !== 'sqlite') {
    throw new Error("a catalog in Postgres is backed up by pg_dump, before the bucket: see 'docs/operations.md'");
  }
  const target = resolve(folder);
  await makeEmptyFolder(target);
  const { store, catalog } = await openPair(config);
  try {
    const fault = await faultOfPair(store, catalog);
    if (fault !== undefined) throw new Error(fault);
    return await copyPair(store, catalog, config, target);
  } finally {
    await Promise.all([store.close(), catalog.close()]);
  }
}

async function copyPair(store: BlobStore, catalog: FileCatalog, config: Config, target: string): Promise<BackupReport> {
  const hold = await startHold(catalog);
  const draft = join(target, 'sluice.db.part');
  try {
    await catalog.copyTo(draft);
    // from now on what was copied is behind, and no server runs on it by mistake
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
        if (!(await copied(next.value))) lost.add(next.value);
      }
    }
  } finally {
    await Promise.all([copies.close(), catalog.close()]);
  }

  async function isWithoutBytes(file: FileRecord): Promise<boolean> {
    if (!file.isInParts) return lost.has(file.blobKey);
    for await (const part of catalog.uploads.partsOf(file.id)) if (lost.has(part.blobKey)) return true;
    return false;
  }

  async function copied(key: string): Promise<boolean> {
    try {
      // a blob never changes: another name for it is as good as a copy
      if (root !== undefined && (await linked(join(root, key), join(blobs, key)))) return true;
      await copies.put(key, batchesOf(await store.get(key)), { signal: new AbortController().signal });
      return true;
    } catch (error) {
      if (isAppError(error, 'not_found')) return false;
      throw error;
    }
  }
}

/** @returns false where there is nothing to link, or the disks are not the same. */
async function linked(from: string, to: string): Promise<boolean> {
  return fs.link(from, to).then(
    () => true,
    () => false,
  );
}

async function* batchesOf(stream: Readable): AsyncGenerator<Buffer[]> {
  for await (const chunk of stream as AsyncIterable<Buffer>) yield [chunk];
}

/** Keeps what is deleted from being freed. `end` rejects when the hold was lost meanwhile. */
async function startHold(catalog: FileCatalog): Promise<{ end(): Promise<void> }> {
  await catalog.hold(HOLD_SECONDS);
  let failure: unknown;
  let renewing: Promise<void> | undefined;
  const timer = setInterval(
    () => {
      renewing = catalog.hold(HOLD_SECONDS).catch((error: unknown) => {
        failure ??= error;
      });
    },
    (HOLD_SECONDS / 4) * 1000,
  );
  return {
    async end() {
      clearInterval(timer);
      await renewing;
      await catalog.hold(0);
      if (failure !== undefined) throw failure;
    },
  };
}

async function makeEmptyFolder(folder: string): Promise<void> {
  makeFolders(folder);
  if ((await fs.readdir(folder)).length > 0) throw new Error(`the folder ${folder} is not empty`);
}
