import type { FileCatalog } from '../catalog/file-catalog';
import { isAppError } from '../errors';
import type { BlobStore } from '../storage/blob-store';
import type { OnCleanupFailure } from './free-blobs';
import { createKeyStock, newBlobKey } from './key-stock';

/** The blobs that this process writes. Each has a row with a lease, until it belongs to a file or is freed. */
export function createRunningBlobs(
  store: BlobStore,
  catalog: FileCatalog,
  options: { leaseSeconds: number; onCleanupFailure: OnCleanupFailure },
) {
  const running = new Set<string>();
  const stock = createKeyStock(catalog, options);
  return {
    begin,
    /** The blob belongs to a file or a part now. */
    end: (key: string) => void running.delete(key),
    /** Frees a blob that did not become a file. This and the next two never reject: the reaper frees what cannot be freed now. */
    free: (key: string) => free(key, { putMayStillFinish: false }),
    freeAfter,
    freeUnlessCommitted,
    renewLeases: () => stock.renew((stocked) => catalog.renew([...running, ...stocked])),
    keys: () => [...running, ...stock.keys()],
    close: stock.close,
  };

  /** @returns the key of a new blob, whose row is in the catalog. @throws AppError `unavailable` */
  async function begin(): Promise<string> {
    const stocked = stock.take(running.size);
    const key = stocked ?? newBlobKey();
    running.add(key);
    if (stocked !== undefined) return key;
    try {
      // the row comes first: bytes that no row names could never be found again after a crash
      await catalog.begin(key);
      return key;
    } catch (error) {
      await freeAfter(error, key);
      throw error;
    }
  }

  /** After a `put` or a `begin` that failed with `error`. A put that failed with its source or signal left nothing; one that the store failed may have left bytes. */
  async function freeAfter(error: unknown, key: string): Promise<void> {
    await free(key, { putMayStillFinish: isAppError(error, 'unavailable') });
  }

  /** `putMayStillFinish`: S3 may finish a request that it did not answer. Then the row stays, and the reaper deletes again. */
  async function free(key: string, { putMayStillFinish }: { putMayStillFinish: boolean }): Promise<void> {
    try {
      await store.delete(key, { unfinished: putMayStillFinish });
      if (putMayStillFinish) await catalog.doom(key);
      else await catalog.forget(key);
    } catch (error) {
      // the store or the catalog is away: the reaper finds the row, at the latest when its lease expires
      options.onCleanupFailure('the bytes of a broken upload could not be freed now; the reaper will free them', error);
      await catalog.doom(key).catch(() => undefined);
    } finally {
      running.delete(key);
    }
  }

  /** After a commit whose outcome is unknown: the bytes may belong to a file. */
  async function freeUnlessCommitted(key: string): Promise<void> {
    try {
      const isNoFile = (await catalog.doom(key)) || !(await catalog.knownBlobs([key])).has(key);
      if (isNoFile) await free(key, { putMayStillFinish: false });
    } catch (error) {
      options.onCleanupFailure(
        'the commit of an upload failed, and its bytes could not be freed; the reaper will free them',
        error,
      );
    } finally {
      running.delete(key);
    }
  }
}
