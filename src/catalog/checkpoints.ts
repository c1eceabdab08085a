import type { Knex } from 'knex';

/** A checkpoint follows when about this much was written, where the disk has room: a page that changes often is then copied once. */
const LOG_BYTES = 32 * 1024 * 1024;
/** Pages that are only in the log need space in the database, too: this much of the free space must be enough for a checkpoint. */
const LOG_SHARE = 1 / 4;
/** What a commit writes beside its own bytes: the pages of the B-trees that it changes. */
const COMMIT_BYTES = 32 * 1024;
/** How often an idle log is looked for, to be truncated. */
const IDLE_MS = 15_000;

/**
 * Checkpoints SQLite's write-ahead log. SQLite's own checkpoint runs within a commit, and all other commits wait for it.
 * Here a second connection copies most pages while the writer goes on; the writer then copies the rest. Only a checkpoint
 * that leaves nothing lets SQLite reuse the log from its start.
 *
 * A checkpoint that fails is tried again when the log has grown further; a write reports what is wrong with the disk.
 */
export function startCheckpoints(writer: Knex, connect: () => Knex) {
  let own: Knex | undefined;
  let unfolded = 0;
  let hasWritten = false;
  let maxBytes = LOG_BYTES;
  let running: Promise<void> | undefined;
  const timer = setInterval(foldWhenIdle, IDLE_MS);
  timer.unref();
  return { wrote, hasFree, foldNow, cutNow, close };

  /** Counts bytes that were committed. */
  function wrote(bytes: number): void {
    hasWritten = true;
    unfolded += bytes + COMMIT_BYTES;
    if (unfolded >= maxBytes) run(fold);
  }

  /** @param bytes - the free space of the disk. */
  function hasFree(bytes: number): void {
    maxBytes = Math.min(LOG_BYTES, bytes * LOG_SHARE);
    if (unfolded >= maxBytes && unfolded > 0) run(fold);
  }

  /** @returns whether the checkpoint succeeded. */
  async function foldNow(): Promise<boolean> {
    try {
      await running;
      await fold();
      return true;
    } catch {
      return false;
    }
  }

  /** Checkpoints, and truncates the log to nothing. */
  async function cutNow(): Promise<void> {
    await running;
    await cut();
  }

  function foldWhenIdle(): void {
    if (!hasWritten && unfolded > 0) run(cut);
    hasWritten = false;
  }

  function run(work: () => Promise<void>): void {
    if (running) return;
    unfolded = 0;
    running = work()
      .catch(() => undefined)
      .finally(() => {
        running = undefined;
      });
  }

  async function fold(): Promise<void> {
    await second().raw('pragma wal_checkpoint(passive)');
    await writer.raw('pragma wal_checkpoint(passive)');
  }

  async function cut(): Promise<void> {
    await second().raw('pragma wal_checkpoint(truncate)');
  }

  function second(): Knex {
    own ??= connect();
    return own;
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    await running;
    await own?.destroy();
  }
}
