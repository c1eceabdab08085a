import type { DoomedBlob, FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';

/** Blobs that are freed at once, in one request to S3 or one sync of a disk, which takes much less than a lease. */
export const LOT_SIZE = 250;

/** Frees blobs whose rows are `doomed`. Never rejects: what cannot be freed now is left to the reaper. */
export type FreeBlobs = (blobKeys: readonly string[]) => Promise<void>;

export type OnCleanupFailure = (message: string, error: unknown) => void;

export function createFreeBlobs(store: BlobStore, catalog: FileCatalog, onCleanupFailure: OnCleanupFailure): FreeBlobs {
  return async (blobKeys) => {
    const blobs = blobKeys.map((blobKey) => ({ blobKey, unfinished: false, isFinalRound: true }));
    for (let at = 0; at < blobs.length; at += LOT_SIZE) {
      await freeLot(store, catalog, blobs.slice(at, at + LOT_SIZE), onCleanupFailure);
    }
  };
}

/** Deletes up to `LOT_SIZE` blobs, and forgets them. Never rejects. @returns how many are gone, bytes and row. */
export async function freeLot(
  store: BlobStore,
  catalog: FileCatalog,
  blobs: readonly DoomedBlob[],
  onCleanupFailure: OnCleanupFailure,
): Promise<number> {
  try {
    const failures = await store.deleteAll(blobs.map(({ blobKey, unfinished }) => ({ key: blobKey, unfinished })));
    const [failure] = failures.values();
    if (failure) onFailure(failures.size, failure);
    // a writer that was paused beyond its lease may still write: its blob is deleted once more, one lease later
    const freed = blobs.filter(({ blobKey, isFinalRound }) => isFinalRound && !failures.has(blobKey));
    await Promise.all(freed.map(({ blobKey }) => catalog.forget(blobKey)));
    return freed.length;
  } catch (error) {
    onFailure(blobs.length, error);
    return 0;
  }

  function onFailure(count: number, error: unknown): void {
    onCleanupFailure(`bytes could not be freed yet (blobs: ${count}); the reaper goes on trying`, error);
  }
}
