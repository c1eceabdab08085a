import type { Knex } from 'knex';
import { checkDiskRoom } from '../disk/disk-room';
import { AppError } from '../errors';
import { limitsOf, poolsOf } from './database';
import type { Connections } from './database';
import { asAppError, isDamage, isFull } from './database-error';
import { rowsOf } from './dialect';
import type { Pools } from './file-catalog';
import { OWN, createTenantTurns } from './tenant-turns';

type Work<Result> = (db: Knex.Transaction) => Promise<Result>;

export type Runner = ReturnType<typeof createRunner>;

/**
 * Runs statements on the connections; what the engine cannot do is an AppError.
 * @param freeing - statements that free room: on a full disk they are tried again after `makeRoom`.
 */
export function createRunner(
  connections: Connections,
  { freeing, minFreeBytes }: { freeing: ReadonlySet<string>; minFreeBytes: number },
) {
  const { reader, writer, checkIdentity, folder, disk } = connections;
  const limits = limitsOf(reader);
  const reads = createTenantTurns(limits.connections, limits.waitMs);
  let closing: Promise<void> | undefined;
  /** Kept for good: what is written into a damaged database may be lost. */
  let damage: AppError | undefined;
  return {
    read,
    change,
    transact,
    transactToFree,
    ping,
    checkRoom,
    pools,
    close: () => (closing ??= connections.close()),
  };

  /** @param tenant for whom it reads: the connections are shared in turns between tenants. */
  function read<Result>(query: (db: Knex) => PromiseLike<Result>, tenant = OWN): Promise<Result> {
    return translatingErrors(() => reads.run(tenant, () => query(reader)));
  }

  /** With the reads that wait for their turn. */
  function pools(): Pools {
    return poolsOf(writer, reader, reads.waiting());
  }

  /** Runs a statement that changes rows. @returns what its `returning` says. */
  async function change<Row>(sql: string, bindings: Knex.RawBinding[]): Promise<Row[]> {
    const run = async () => {
      checkIdentity();
      return writer.raw(sql, bindings);
    };
    const rows = rowsOf<Row>(await translatingErrors(freeing.has(sql) ? () => runWithRoom(run) : run));
    disk?.wrote(bindings.reduce((sum: number, value) => sum + sizeOf(value), 0));
    return rows;
  }

  /** Runs `work` in one transaction. Its first statement must write: after a read, SQLite does not wait for another writer. */
  async function transact<Result>(work: Work<Result>, run = transaction<Result>): Promise<Result> {
    const result = await translatingErrors(() => run(work));
    disk?.wrote(0);
    return result;
  }

  /** As `transact`, for what frees space: on a full disk it may use the ballast's. */
  function transactToFree<Result>(work: Work<Result>): Promise<Result> {
    return transact(work, () => runWithRoom(() => transaction(work)));
  }

  async function transaction<Result>(work: Work<Result>): Promise<Result> {
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
      if (!isFull(error) || !(await disk?.makeRoom())) throw error;
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
      disk?.hasFree(0);
      await disk?.giveBack().catch(() => undefined);
      throw error;
    });
    disk?.hasFree(free);
    await disk?.keepBallast();
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
