import type { FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';
import { LOT_SIZE, freeLot } from './free-blobs';
import type { OnCleanupFailure } from './free-blobs';

export type Reaper = ReturnType<typeof createReaper>;

interface ReaperOptions {
  runningKeys: () => string[];
  /** Called between two lots, of which the first took `milliseconds`; the second begins when it resolves. */
  giveWay: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  onCleanupFailure: OnCleanupFailure;
  now: () => number;
}

export function createReaper(store: BlobStore, catalog: FileCatalog, options: ReaperOptions) {
  let last: Promise<unknown> = Promise.resolve();
  return {
    /**
     * Frees what has expired and what broken uploads and failed deletes left behind, until nothing is due.
     * Runs of one process never overlap; those of several replicas share the work, since each claims its rows.
     * After `signal` fires a run ends with its current lot.
     * @returns how many files have expired, and of how many blobs bytes and row are gone.
     * @throws AppError `unavailable` when the catalog is away. Failures of the store go to `onCleanupFailure`.
     */
    run(signal?: AbortSignal) {
      const next = last.then(() => reap(signal));
      last = next.catch(() => undefined);
      return next;
    },
  };

  async function reap(signal?: AbortSignal) {
    const report = { expired: 0, freed: 0 };
    await inLots(signal, async () => {
      const expired = await catalog.expire(options.now(), LOT_SIZE);
      report.expired += expired;
      return expired;
    });
    await inLots(signal, () => catalog.uploads.expire(options.now(), LOT_SIZE));
    await inLots(signal, async () => {
      const blobs = await catalog.claimDoomed(LOT_SIZE, options.runningKeys());
      report.freed += await freeLot(store, catalog, blobs, options.onCleanupFailure);
      return blobs.length;
    });
    return report;
  }

  async function inLots(signal: AbortSignal | undefined, doLot: () => Promise<number>): Promise<void> {
    const isStopped = () => signal?.aborted === true;
    while (!isStopped()) {
      const startedAt = performance.now();
      if ((await doLot()) < LOT_SIZE) return;
      await options.giveWay(performance.now() - startedAt, signal);
    }
  }
}
