import type { Knex } from 'knex';

/** Folds SQLite's write-ahead log back into the database, so that no commit has to. */
export interface Checkpoints {
  /** Tells of about so many bytes that were committed. */
  wrote(bytes: number): void;
  /** Folds it back now. @returns whether that was done. */
  foldNow(): Promise<boolean>;
  /** Folds it back and cuts it to nothing. */
  cutNow(): Promise<void>;
  close(): Promise<void>;
}

/** The log may grow by about so much before it is folded back: a page that changes often is then copied once. */
const LOG_BYTES = 32 * 1024 * 1024;
/** What a commit writes beside its own bytes: the pages of the trees that it changes. */
const COMMIT_BYTES = 32 * 1024;
/** A log that nobody writes is folded back and cut after between one and two of these. */
const IDLE_MS = 15_000;

/**
 * SQLite's own checkpoint runs within the commit that finds the log long, and all others wait for it. Here a connection
 * of its own does most of the work beside the writer; the writer then does what came meanwhile, and finds nothing left:
 * only then does the log begin anew instead of growing.
 *
 * A checkpoint that fails is tried again when the log has grown further; writes tell what is wrong with the disk.
 */
export function startCheckpoints(writer: Knex, connect: () => Knex): Checkpoints {
  let own: Knex | undefined;
  let unfolded = 0;
  let hasWritten = false;
  let running: Promise<void> | undefined;
  const timer = setInterval(foldWhenIdle, IDLE_MS);
  timer.unref();
  return { wrote, foldNow, cutNow, close };

  function wrote(bytes: number): void {
    hasWritten = true;
    unfolded += bytes + COMMIT_BYTES;
    if (unfolded >= LOG_BYTES) run(fold);
  }

  async function foldNow(): Promise<boolean> {
    try {
      await running;
      await fold((own ??= connect()));
      return true;
    } catch {
      return false;
    }
  }

  async function cutNow(): Promise<void> {
    await running;
    await cut((own ??= connect()));
  }

  function foldWhenIdle(): void {
    if (!hasWritten && unfolded > 0) run(cut);
    hasWritten = false;
  }

  function run(work: (connection: Knex) => Promise<void>): void {
    if (running) return;
    unfolded = 0;
    running = work((own ??= connect()))
      .catch(() => undefined)
      .finally(() => {
        running = undefined;
      });
  }

  async function fold(connection: Knex): Promise<void> {
    await connection.raw('pragma wal_checkpoint(passive)');
    await writer.raw('pragma wal_checkpoint(passive)');
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    await running;
    await own?.destroy();
  }
}

async function cut(connection: Knex): Promise<void> {
  await connection.raw('pragma wal_checkpoint(truncate)');
}
