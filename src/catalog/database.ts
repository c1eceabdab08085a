import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { knex } from 'knex';
import type { Knex } from 'knex';
import type * as Pg from 'pg';
import type { Database } from 'sqlite3';
import { codeOf, keepStatementsApart } from './database-error';
import type { Pools } from './file-catalog';
import type { DatabaseSettings, PostgresSettings, SqliteSettings } from './database-url';
import { openDatabaseDisk } from './database-disk';
import type { DatabaseDisk } from './database-disk';
import { refuseForeignFile } from './foreign-file';
import { makeFolders, syncFolder } from '../disk/make-folders';
import { keepStatements } from './prepared-statements';

/** The connections of one process. */
export interface Connections {
  /** Where rows change. SQLite has one writer, so it is one connection, and commits form a queue before it. */
  readonly writer: Knex;
  /** Where rows are only read: with a SQLite file these connections never wait for a commit that waits for the disk. */
  readonly reader: Knex;
  /**
   * Throws when the database file, its log or the log's index was replaced or removed. SQLite would go on writing into the
   * old file, and what it committed there would be lost with the process.
   */
  checkIdentity: () => void;
  /** The folder of the database file; undefined where there is none on this machine. */
  readonly folder: string | undefined;
  /** Undefined where nothing is written to a disk of this machine. */
  readonly disk: DatabaseDisk | undefined;
  close: () => Promise<void>;
}

/** Connections are made when the first statement needs one. */
export function openConnections(settings: DatabaseSettings): Connections {
  return settings.kind === 'sqlite' ? openSqlite(settings) : openPostgres(settings);
}

/**
 * The state of each pool of connections; there is only one where reader and writer are the same.
 * @param reads that wait before the reader's.
 */
export function poolsOf(writer: Knex, reader: Knex, reads: number): Pools {
  const ofReader = poolOf(reader);
  ofReader.waiting += reads;
  return reader === writer ? { all: ofReader } : { writer: poolOf(writer), reader: ofReader };
}

function poolOf(database: Knex): Pools[string] {
  const pool = database.client.pool as { numUsed(): number; numFree(): number; numPendingAcquires(): number };
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() };
}

/** How many connections a pool has at most, and how long a statement waits for one of them. */
export function limitsOf({ client }: Knex): { connections: number; waitMs: number } {
  const { pool, config } = client as { pool: { max: number }; config: { acquireConnectionTimeout: number } };
  return { connections: pool.max, waitMs: config.acquireConnectionTimeout };
}

function openSqlite(settings: SqliteSettings): Connections {
  const isMemory = settings.filename === ':memory:';
  const path = resolve(settings.filename);
  if (!isMemory) refuseForeignFile(path);
  const isReadOnly = !isMemory && isOnReadOnlyDisk(path);
  if (!isMemory && !isReadOnly) createPrivately(path);
  const opened = isMemory ? undefined : statSync(path, { bigint: true });
  const writer = connect(1);
  // Two, since SQLite's statements share libuv's few threads with the file store's writes.
  const reader = isMemory ? writer : connect(2);
  const disk = isMemory || isReadOnly ? undefined : openDatabaseDisk(path, writer, () => connect(1));
  const folder = isMemory ? undefined : dirname(path);
  const beside = new Map<string, BigIntStats>();
  let rescue: Promise<unknown> | undefined;
  return { writer, reader, checkIdentity, folder, disk, close };

  function checkIdentity(): void {
    if (!opened) return;
    // synchronous: a stat of a cached name takes less time than the trip to a libuv thread
    if (!isSameFile(statSync(path, { bigint: true }), opened)) throw new Error('the database file was replaced');
    if (isReadOnly) return;
    for (const name of [`${path}-wal`, `${path}-shm`]) {
      const found = statSync(name, { bigint: true, throwIfNoEntry: false });
      const known = beside.get(name);
      if (!known && found) beside.set(name, found);
      if (!known || (found && isSameFile(found, known))) continue;
      // the connection still has the log: what is copied to the database now survives a crash
      rescue ??= copyLog();
      throw new Error(`the file ${name} was removed: restart the server`);
    }
  }

  /** A reader may be in the way: then the next call tries again. */
  async function copyLog(): Promise<void> {
    const [{ busy = 1 } = {}] = (await writer.raw('pragma wal_checkpoint(full)').catch(() => [])) as {
      busy?: number;
    }[];
    if (busy !== 0) rescue = undefined;
  }

  function connect(connections: number): Knex {
    const database = knex({
      client: 'sqlite3',
      connection: isReadOnly ? readOnlyConnection(path) : { filename: settings.filename },
      useNullAsDefault: true,
      // an error's text holds the statement, not the values of its batch
      compileSqlOnError: false,
      log: QUIET,
      // never fewer: a memory database lives as long as its connection
      pool: { min: 1, max: connections, afterCreate: prepare },
      acquireConnectionTimeout: 1000 * settings.busyTimeoutSeconds + 5000,
    });
    return keepStatementsApart(database);
  }

  /** `synchronous` and most others are settings of a connection, not of the file. */
  function prepare(connection: Database, done: DoneCallback) {
    keepStatements(connection);
    const isNew = opened?.size === 0n && statSync(path).size === 0;
    const pragmas = [
      `busy_timeout = ${Math.round(1000 * settings.busyTimeoutSeconds)}`,
      'foreign_keys = on',
      // has an effect only before the first table; later it would wait for the lock
      ...(isNew ? ['auto_vacuum = incremental'] : []),
      ...(isReadOnly ? [] : WRITING),
    ];
    connection.exec(pragmas.map((pragma) => `pragma ${pragma};`).join('\n'), done);
  }

  async function close(): Promise<void> {
    await disk?.close();
    await Promise.all([writer.destroy(), reader === writer ? undefined : reader.destroy()]);
  }
}

function isSameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

const WRITING = [
  'journal_mode = wal',
  'synchronous = full',
  'wal_autocheckpoint = 0',
  // truncates a log that grew during a slow checkpoint
  'journal_size_limit = 67108864',
];

/** False where a permission is missing: that is a fault of the set-up. */
function isOnReadOnlyDisk(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(dirname(path), constants.W_OK);
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return codeOf(error) === 'EROFS';
  }
}

/**
 * `immutable` keeps SQLite from making files beside the database, and from reading its log. It is not set where a crash has
 * left a log: SQLite then refuses to open the database.
 */
function readOnlyConnection(path: string): Knex.Sqlite3ConnectionConfig {
  const isWhole = !existsSync(`${path}-wal`) || statSync(`${path}-wal`).size === 0;
  const url = `${pathToFileURL(path).href}?mode=ro${isWhole ? '&immutable=1' : ''}`;
  return { filename: url, flags: ['OPEN_URI'] };
}

interface PostgresConnection {
  connection: { stream: Socket };
}
type DoneCallback = (error: Error | null) => void;

/** Makes the file and missing folders, readable by this user alone, and syncs each parent. SQLite copies the mode to its other files. */
function createPrivately(path: string): void {
  if (existsSync(path)) return;
  const folder = dirname(path);
  makeFolders(folder);
  closeSync(openSync(path, 'a', 0o600));
  syncFolder(folder);
}

function openPostgres(settings: PostgresSettings): Connections {
  const statementTimeoutMillis = 1000 * settings.statementTimeoutSeconds;
  const pool = knex({
    client: 'pg',
    connection: {
      application_name: 'sluice',
      connectionString: settings.connectionString,
      connectionTimeoutMillis: 1000 * settings.connectTimeoutSeconds,
      statement_timeout: statementTimeoutMillis,
      keepAlive: true,
      types: numberTypes(),
    },
    log: QUIET,
    compileSqlOnError: false,
    pool: { min: 0, max: settings.poolMax, afterCreate: cutWhenSilent },
    acquireConnectionTimeout: statementTimeoutMillis,
  });
  keepStatementsApart(pool);

  /** Postgres enforces `statement_timeout`; an answer that the network lost is noticed only by the silence. */
  function cutWhenSilent({ connection: { stream } }: PostgresConnection, done: DoneCallback): void {
    const silenceMillis = statementTimeoutMillis + Math.min(statementTimeoutMillis, 5000);
    stream.setTimeout(silenceMillis, () => stream.destroy(new Error('the database fell silent')));
    done(null);
  }

  return {
    writer: pool,
    reader: pool,
    checkIdentity: ignore,
    folder: undefined,
    disk: undefined,
    close: () => pool.destroy(),
  };
}

/** The driver gives a bigint, and a sum of them, as text. All numbers of the catalog are safe integers. */
function numberTypes(): Knex.PgCustomTypesConfig {
  // loaded on demand, as knex does
  const { types } = require('pg') as typeof Pg;
  const numbers = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
  return {
    getTypeParser: (type: number) => (numbers.has(type) ? Number : types.getTypeParser(type, 'text')),
  };
}

/** knex prints on the console what it throws anyway. */
const QUIET = { warn: ignore, error: ignore, debug: ignore, deprecate: ignore };
function ignore(): void {}
