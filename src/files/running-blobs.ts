import type { FileCatalog } from '../catalog/file-catalog';
import { isAppError } from '../errors';
import type { BlobStore } from '../storage/blob-store';
import { createKeyStock, newBlobKey } from './key-stock';

/** The blobs that this process writes. Each has a row with a lease, until it belongs to a file or is freed. */
interface RunningBlobs {
  /** The key of a new blob, whose row is in the catalog. @throws AppError `unavailable` */
  begin(): Promise<string>;
  /** The blob belongs to a file or a part now. */
  end(key: string): void;
  /** Frees a blob that became no file. This and the next two never reject: what cannot be freed now is left to the reaper. */
  free(key: string): Promise<void>;
  /** The same after a `put` or a `begin` that failed with `error`. */
  freeAfter(error: unknown, key: string): Promise<void>;
  /** The same after a commit whose outcome is unknown: the bytes may belong to a file. */
  freeUnlessCommitted(key: string): Promise<void>;
  /** Renews the leases of all of them, and of the keys in stock. */
  renewLeases(): Promise<void>;
  /** The keys of all of them, and those in stock. */
  keys(): string[];
  /** Call it when none is left. */
  close(): Promise<void>;
}

interface RunningBlobsOptions {
  leaseSeconds: number;
  /** Told of bytes that could not be freed yet. */
  onCleanupFailure: (message: string, error: unknown) => void;
}

export function createRunningBlobs(store: BlobStore, catalog: FileCatalog, options: RunningBlobsOptions): RunningBlobs {
  const running = new Set<string>();
  const stock = createKeyStock(catalog, options);
  return {
    begin,
    end: (key) => void running.delete(key),
    free: (key) => free(key, { putMayStillFinish: false }),
    // A put that failed with its source or signal left nothing; one that the store failed may have left bytes.
    freeAfter: (error, key) => free(key, { putMayStillFinish: isAppError(error, 'unavailable') }),
    freeUnlessCommitted,
    renewLeases: () => stock.renew((stocked) => catalog.renew([...running, ...stocked])),
    keys: () => [...running, ...stock.keys()],
    close: stock.close,
  };

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
      await free(key, { putMayStillFinish: isAppError(error, 'unavailable') });
      throw error;
    }
  }

  /** `putMayStillFinish`: S3 may finish what it never answered, so the row stays for the reaper, which deletes once more. */
  async function free(key: string, { putMayStillFinish }: { putMayStillFinish: boolean }): Promise<void> {
    try {
      await store.delete(key, { unfinished: putMayStillFinish });
      if (putMayStillFinish) await catalog.doom(key);
      else await catalog.forget(key);
    } catch (error) {
      // a store or a catalog that is away: the row, or the lease that runs out, brings the reaper
      options.onCleanupFailure('the bytes of a broken upload could not be freed now; the reaper will free them', error);
      await catalog.doom(key).catch(() => undefined);
    } finally {
      running.delete(key);
    }
  }

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
