import type { Knex } from 'knex';
import { createBallast } from './ballast';
import { startCheckpoints } from './checkpoints';

/** Pages are given back few at a time: those that move for them go through the log first, which takes room itself. */
const PAGES = 2048;
const PAUSE_MS = 500;

export type DatabaseDisk = ReturnType<typeof openDatabaseDisk>;

/** What keeps the disk of a database file in order. @param connect makes a connection of its own. */
export function openDatabaseDisk(path: string, writer: Knex, connect: () => Knex) {
  const { wrote, hasFree, foldNow, cutNow, close } = startCheckpoints(writer, connect);
  const ballast = createBallast(path);
  let gaveBackAt = -Infinity;
  return { wrote, hasFree, keepBallast: ballast.keep, makeRoom, giveBack, close };

  /**
   * After a checkpoint SQLite reuses the log's own space. The ballast goes first, since the checkpoint may need its space.
   * @returns whether a statement should be tried once more.
   */
  async function makeRoom(): Promise<boolean> {
    const isLighter = ballast.release();
    return (await foldNow()) || isLighter;
  }

  /**
   * Returns free pages of the database to the disk, unless it did so a moment ago. SQLite keeps the pages of deleted rows for
   * new ones, and blobs on the same disk could not use that space. Has no effect on a database that was made without
   * `auto_vacuum`.
   */
  async function giveBack(): Promise<void> {
    if (performance.now() - gaveBackAt < PAUSE_MS) return;
    gaveBackAt = performance.now();
    // first, since it needs space that the vacuum's own log would take
    await cutNow();
    await writer.raw(`pragma incremental_vacuum(${PAGES})`);
    await cutNow();
    gaveBackAt = performance.now();
  }
}
