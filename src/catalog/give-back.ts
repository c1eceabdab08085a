import type { Knex } from 'knex';

/** So many pages of 4 KiB at a time: what moves for them goes through the log first, which needs room itself. */
const PAGES = 2048;
const PAUSE_MS = 500;

/**
 * Gives the pages of small files that were deleted back to the disk, when it is short: SQLite keeps them for new rows, and
 * blobs on the same disk would never have room again. A database that was made without `auto_vacuum` keeps them.
 *
 * @param cut folds the log back and shortens it.
 * @returns a function that does some of it, at most twice a second.
 */
export function createGiveBack(writer: Knex, cut: () => Promise<void>): () => Promise<void> {
  let lastAt = -Infinity;
  return async () => {
    if (performance.now() - lastAt < PAUSE_MS) return;
    lastAt = performance.now();
    await writer.raw(`pragma incremental_vacuum(${PAGES})`);
    await cut();
    lastAt = performance.now();
  };
}
