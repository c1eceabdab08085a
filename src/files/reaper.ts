import type { DoomedBlob, FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';
import { deleteMany } from './free-blobs';

/** Rows claimed at once: few enough that their deletes end well within a lease. */
const CLAIM_SIZE = 100;

export interface Reaper {
  /**
   * Frees what has expired and what broken uploads and failed deletes left behind, until nothing is due.
   * Runs of one process follow each other; those of several replicas share the work, since each row is claimed.
   * After `signal` a run ends with the blob that it is at: what it has claimed is due again after a lease.
   * @throws AppError `unavailable` when the catalog is away; a store that fails is told to `onCleanupFailure`.
   */
  run(signal?: AbortSignal): Promise<ReapReport>;
}

interface ReapReport {
  /** Files whose time had come. */
  expired: number;
  /** Blobs whose bytes and row are gone. */
  freed: number;
}

interface ReaperOptions {
  runningKeys: () => string[];
  onCleanupFailure: (message: string, error: unknown) => void;
  now: () => number;
}

export function createReaper(store: BlobStore, catalog: FileCatalog, options: ReaperOptions): Reaper {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(signal) {
      const next = last.then(() => reap(signal));
      last = next.catch(() => undefined);
      return next;
    },
  };

  async function reap(signal?: AbortSignal): Promise<ReapReport> {
    const report: ReapReport = { expired: 0, freed: 0 };
    const isStopped = () => signal?.aborted === true;
    for (let expired = CLAIM_SIZE; expired === CLAIM_SIZE && !isStopped(); report.expired += expired) {
      expired = await catalog.expire(options.now(), CLAIM_SIZE);
    }
    for (let ended = CLAIM_SIZE; ended === CLAIM_SIZE && !isStopped();) {
      ended = await catalog.uploads.expire(options.now(), CLAIM_SIZE);
    }
    for (let claimed = CLAIM_SIZE; claimed === CLAIM_SIZE && !isStopped();) {
      const blobs = await catalog.claimDoomed(CLAIM_SIZE, options.runningKeys());
      claimed = blobs.length;
      await deleteMany(blobs, async (blob) => {
        if (!isStopped() && (await isFreed(blob))) report.freed += 1;
      });
    }
    return report;
  }

  async function isFreed(blob: DoomedBlob): Promise<boolean> {
    try {
      await store.delete(blob.blobKey, { unfinished: blob.unfinished });
      // A writer that was paused beyond its lease may still write once: its bytes are deleted again, one lease later.
      if (blob.isFinalRound) await catalog.forget(blob.blobKey);
      return blob.isFinalRound;
    } catch (error) {
      options.onCleanupFailure('a blob could not be freed; the reaper tries again after a lease', error);
      return false;
    }
  }
}
