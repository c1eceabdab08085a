import type { Knex } from 'knex';

/** Few at a time: the pages that move for them go through the log first, which takes room itself. */
const PAGES = 2048;
const PAUSE_MS = 500;

/**
 * Returns free pages of the database to the disk. SQLite keeps the pages of deleted rows for new ones, and blobs on the same
 * disk could not use that space. Has no effect on a database that was made without `auto_vacuum`.
 *
 * @param cut checkpoints the log and truncates it.
 * @returns a function that returns some pages, and does nothing when it is called again too soon.
 */
export function createGiveBack(writer: Knex, cut: () => Promise<void>): () => Promise<void> {
  let lastAt = -Infinity;
  return async () => {
    if (performance.now() - lastAt < PAUSE_MS) return;
    lastAt = performance.now();
    // first, since it needs space that the vacuum's own log would take
    await cut();
    await writer.raw(`pragma incremental_vacuum(${PAGES})`);
    await cut();
    lastAt = performance.now();
  };
}
