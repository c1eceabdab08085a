import type { Knex } from 'knex';
import { checkDiskRoom } from '../disk/disk-room';
import { AppError } from '../errors';
import type { Connections } from './database';
import { asAppError, isDamage, isFull } from './database-error';
import { rowsOf } from './dialect';

/** Runs statements on the connections; what the engine cannot do is an AppError. */
export interface Runner {
  read<Result>(query: (db: Knex) => PromiseLike<Result>): Promise<Result>;
  /** Runs a statement that changes rows. @returns what its `returning` says. */
  change<Row>(sql: string, bindings: Knex.RawBinding[]): Promise<Row[]>;
  /**
   * Runs `work` in one transaction. Its first statement must write: after a read, SQLite does not wait for another writer.
   */
  transact<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result>;
  /** As `transact`, for what frees space: on a full disk it may use the ballast's. */
  transactToFree<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result>;
  ping(): Promise<void>;
  checkRoom(): Promise<void>;
  close(): Promise<void>;
}

/** @param freeing - statements that free room: on a full disk they are tried again after `makeRoom`. */
export function createRunner(
  connections: Connections,
  { freeing, minFreeBytes }: { freeing: ReadonlySet<string>; minFreeBytes: number },
): Runner {
  const { reader, writer, checkIdentity, folder } = connections;
  let closing: Promise<void> | undefined;
  /** Kept for good: what is written into a damaged database may be lost. */
  let damage: AppError | undefined;
  return { read, change, transact, transactToFree, ping, checkRoom, close: () => (closing ??= connections.close()) };

  function read<Result>(query: (db: Knex) => PromiseLike<Result>): Promise<Result> {
    return translatingErrors(() => query(reader));
  }

  async function change<Row>(sql: string, bindings: Knex.RawBinding[]): Promise<Row[]> {
    const run = async () => {
      checkIdentity();
      return writer.raw(sql, bindings);
    };
    const rows = rowsOf<Row>(await translatingErrors(freeing.has(sql) ? () => runWithRoom(run) : run));
    connections.wrote(bindings.reduce((sum: number, value) => sum + sizeOf(value), 0));
    return rows;
  }

  async function transact<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result> {
    const result = await translatingErrors(() => transaction(work));
    connections.wrote(0);
    return result;
  }

  async function transactToFree<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result> {
    const result = await translatingErrors(() => runWithRoom(() => transaction(work)));
    connections.wrote(0);
    return result;
  }

  async function transaction<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result> {
    checkIdentity();
    let failure: unknown;
    const attempt = (db: Knex.Transaction) =>
      work(db).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    return writer.transaction(attempt).catch((error: unknown) => {
      // SQLite has rolled back already where the disk is full, and then knex throws that its own ROLLBACK fails
      throw failure ?? error;
    });
  }

  /** Tries once more when the disk is full and space could be freed. */
  async function runWithRoom<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (!isFull(error) || !(await connections.makeRoom())) throw error;
      return run();
    }
  }

  async function ping(): Promise<void> {
    if (damage) throw damage;
    await translatingErrors(async () => checkIdentity());
    await read((db) => db('files').select('id').limit(1));
  }

  async function checkRoom(): Promise<void> {
    if (damage) throw damage;
    if (folder === undefined) return;
    const free = await translatingErrors(() => checkDiskRoom(folder, minFreeBytes)).catch(async (error: unknown) => {
      connections.hasFree(0);
      await connections.giveBack().catch(() => undefined);
      throw error;
    });
    connections.hasFree(free);
    await connections.keepBallast();
  }

  /** A knex builder runs each time it is awaited, and is awaited only here. */
  async function translatingErrors<Result>(run: () => PromiseLike<Result>): Promise<Result> {
    if (closing) throw new AppError('unavailable', 'The database is not available.');
    try {
      return await run();
    } catch (error) {
      if (isDamage(error)) damage ??= asAppError(error) as AppError;
      throw asAppError(error);
    }
  }
}

function sizeOf(value: Knex.RawBinding): number {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 0;
}
