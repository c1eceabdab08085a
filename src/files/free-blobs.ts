import type { DoomedBlob, FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';

/** So many blobs are freed at once: one request of S3, or one sync of a disk, which ends well within a lease. */
export const LOT_SIZE = 250;

/** Frees blobs whose rows are `doomed`. Never rejects: what cannot be freed now is left to the reaper. */
export type FreeBlobs = (blobKeys: readonly string[]) => Promise<void>;

type OnCleanupFailure = (message: string, error: unknown) => void;

export function createFreeBlobs(store: BlobStore, catalog: FileCatalog, onCleanupFailure: OnCleanupFailure): FreeBlobs {
  return async (blobKeys) => {
    for (let at = 0; at < blobKeys.length; at += LOT_SIZE) {
      const lot = blobKeys.slice(at, at + LOT_SIZE);
      const blobs = lot.map((blobKey) => ({ blobKey, unfinished: false, isFinalRound: true }));
      await freeLot(store, catalog, blobs, onCleanupFailure);
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
    // A writer that was paused beyond its lease may still write once: its bytes are deleted again, one lease later.
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
