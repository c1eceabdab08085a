import type { FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';

/** A delete waits for a sync or for S3's answer. */
const DELETES_AT_ONCE = 32;

/** Frees blobs whose rows are `doomed`. Never rejects: what cannot be freed now is left to the reaper. */
export type FreeBlobs = (blobKeys: readonly string[]) => Promise<void>;

export function createFreeBlobs(
  store: BlobStore,
  catalog: FileCatalog,
  onCleanupFailure: (message: string, error: unknown) => void,
): FreeBlobs {
  return (blobKeys) =>
    deleteMany(blobKeys, async (key) => {
      try {
        await store.delete(key);
        await catalog.forget(key);
      } catch (error) {
        onCleanupFailure('deleted bytes could not be freed yet; the reaper goes on trying', error);
      }
    });
}

/** Runs `work` for each, a few at a time. */
export async function deleteMany<Blob>(blobs: Iterable<Blob>, work: (blob: Blob) => Promise<void>): Promise<void> {
  const waiting = blobs[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: DELETES_AT_ONCE }, async () => {
      for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
    }),
  );
}
