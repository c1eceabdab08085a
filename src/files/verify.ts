import { counted } from '../counted';
import { isAppError, reasonOf } from '../errors';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';
import { faultOfPair } from './pair-halves';
import { createContentReader } from './content';
import { algorithmOf, createDigest } from './digest';

export interface VerifyReport {
  /** Files that were checked, without those that were deleted meanwhile. */
  files: number;
  bytes: number;
  faults: VerifyFault[];
  /** Keys of orphans that were freed. */
  freed: string[];
}

export type VerifyFault =
  /** Catalog and store do not belong together, which explains most other faults. */
  | { kind: 'apart'; detail: string }
  /** A file whose bytes are gone, are not those that were sent, or could not be read to their end. */
  | { kind: 'missing' | 'damaged' | 'unreadable'; blobKey: string | null; id: string; tenant: string; detail: string }
  /** Bytes that no row names, so that the reaper never finds them. */
  | { kind: 'orphaned'; blobKey: string; detail: string }
  /** The usage that the catalog keeps for a tenant is not that of its files. */
  | { kind: 'miscounted'; tenant: string; detail: string };

/** For a small file most of the time is the way to its bytes and back. */
const FILES_AT_ONCE = 8;
/** Blobs of one query for orphans. */
const BATCH_SIZE = 1000;
/** Younger orphans are not freed: a restore or a copy may still write their rows. */
const REPAIR_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Reads every live blob, compares its size and digest with those in the catalog, and looks for blobs without a row.
 * `isRepair` frees orphans that are older than a day; without it nothing is changed. It may run beside servers: an upload has its row before its first byte, and a file
 * that is deleted meanwhile is no fault.
 *
 * @throws AppError `unavailable` when the catalog is away, or the store cannot be listed.
 */
export async function verifyBlobs(
  store: BlobStore,
  catalog: FileCatalog,
  { isRepair = false }: { isRepair?: boolean } = {},
): Promise<VerifyReport> {
  const report: VerifyReport = { files: 0, bytes: 0, faults: [], freed: [] };
  const reader = createContentReader(store, catalog);
  const apart = await faultOfPair(store, catalog);
  if (apart !== undefined) {
    // to another store's catalog every blob is an orphan
    if (isRepair) throw new Error(apart);
    report.faults.push({ kind: 'apart', detail: apart });
  }
  for await (const [file, fault] of inOrder(catalog.eachFile(), FILES_AT_ONCE, faultOf)) {
    if (fault && !(await isStillThere(file))) continue;
    report.files += 1;
    report.bytes += file.bytes;
    if (fault) report.faults.push(fault);
  }
  report.faults.push(...(await orphans()), ...(await miscounts()));
  return report;

  async function faultOf(file: FileRecord): Promise<VerifyFault | undefined> {
    const { id, tenant, blobKey } = file;
    const fault = (kind: 'missing' | 'damaged' | 'unreadable', detail: string): VerifyFault => {
      return { kind, blobKey, id, tenant, detail };
    };
    const algorithm = algorithmOf(file.hash);
    if (!algorithm) return fault('unreadable', `this version does not know the checksum ${file.hash}`);
    const digest = createDigest(algorithm);
    let bytes = 0;
    try {
      for await (const chunk of await wholeOf(file)) {
        bytes += chunk.length;
        digest.update(chunk);
      }
    } catch (error) {
      if (isAppError(error, 'not_found')) return fault('missing', `${counted(file.bytes, 'byte')} lost`);
      return fault('unreadable', reasonOf(error));
    }
    if (bytes !== file.bytes) return fault('damaged', `${counted(bytes, 'byte')} where ${file.bytes} were stored`);
    const hash = digest.finish();
    return hash === file.hash ? undefined : fault('damaged', `${hash} where ${file.hash} was stored`);
  }

  /** All bytes of the blob, which may be more than the row says. */
  async function wholeOf(file: FileRecord): Promise<AsyncIterable<Buffer> | Buffer[]> {
    if (file.blobKey !== null) return store.get(file.blobKey);
    const content = await reader.read(file);
    return Buffer.isBuffer(content) ? [content] : content;
  }

  async function isStillThere({ tenant, id }: FileRecord): Promise<boolean> {
    // at time 0 nothing has expired
    return (await catalog.find(tenant, id, 0)) !== undefined;
  }

  async function miscounts(): Promise<VerifyFault[]> {
    return (await catalog.miscounts()).map(({ tenant, kept, counted: actual }) => {
      const files = `${counted(actual.files, 'file')} with ${counted(actual.bytes, 'byte')}`;
      const detail = `${files}, counted as ${kept.files} with ${kept.bytes}`;
      return { kind: 'miscounted', tenant, detail };
    });
  }

  /** An orphan has no row, and is listed after that was seen: a blob that is freed loses its bytes before its row. */
  async function orphans(): Promise<VerifyFault[]> {
    const suspects = new Set<string>();
    for await (const keys of batched(store)) {
      const known = await catalog.knownBlobs(keys);
      for (const key of keys) if (!known.has(key)) suspects.add(key);
    }
    const faults: VerifyFault[] = [];
    if (suspects.size === 0) return faults;
    for await (const { key, bytes, storedAt } of store.list()) {
      if (!suspects.has(key)) continue;
      if (isRepair && storedAt !== undefined && storedAt < Date.now() - REPAIR_AGE_MS) {
        await store.delete(key, { unfinished: true });
        report.freed.push(key);
        continue;
      }
      const what = bytes === undefined ? 'an unfinished upload' : counted(bytes, 'byte');
      const age = storedAt === undefined ? 'its age is unknown' : 'younger than a day';
      const kept = isRepair ? `, not deleted: ${age}` : '';
      faults.push({ kind: 'orphaned', blobKey: key, detail: `${what} that no row names${kept}` });
    }
    return faults;
  }
}

async function* batched(store: BlobStore): AsyncGenerator<string[]> {
  let keys: string[] = [];
  for await (const { key } of store.list()) {
    keys.push(key);
    if (keys.length < BATCH_SIZE) continue;
    yield keys;
    keys = [];
  }
  if (keys.length > 0) yield keys;
}

/** The items in their order with the result of each; `atOnce` of them are worked on at a time. */
async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<[Item, Result]> {
  const results: Promise<[Item, Result]>[] = [];
  try {
    for await (const item of items) {
      const result = work(item).then((made): [Item, Result] => [item, made]);
      // a later one may fail while an earlier one is awaited
      result.catch(() => undefined);
      if (results.push(result) < atOnce) continue;
      yield* results.splice(0, 1);
    }
    yield* results;
  } finally {
    // left early: nothing reads on behind the end
    await Promise.allSettled(results);
  }
}
