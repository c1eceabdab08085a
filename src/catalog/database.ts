import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { knex } from 'knex';
import type { Knex } from 'knex';
import type * as Pg from 'pg';
import type { Database } from 'sqlite3';
import { codeOf } from './database-error';
import type { Pools } from './file-catalog';
import type { DatabaseSettings, PostgresSettings, SqliteSettings } from './database-url';
import { createBallast } from './ballast';
import { startCheckpoints } from './checkpoints';
import { makeFolders, syncFolder } from '../disk/make-folders';
import { createGiveBack } from './give-back';
import { keepStatements } from './prepared-statements';

/** The connections of one process. */
export interface Connections {
  /** Where rows change. SQLite has one writer, so it is one connection, and commits form a queue before it. */
  readonly writer: Knex;
  /** Where rows are only read: with a SQLite file these connections never wait for a commit that waits for the disk. */
  readonly reader: Knex;
  /**
   * Throws when the database is no longer the one that was opened. SQLite goes on writing into a file that was removed
   * or replaced under it, and everything that is answered then is lost with the process.
   */
  checkIdentity: () => void;
  /** The folder whose disk fills up with rows; undefined where that is not this machine's. */
  readonly folder: string | undefined;
  /** Keeps some room in hand, and gives it up with `makeRoom`, which says whether to try once more. */
  keepBallast: () => Promise<void>;
  makeRoom: () => Promise<boolean>;
  /** Gives what the database does not need back to a disk that is short. */
  giveBack: () => Promise<void>;
  /** Tells of about so many bytes that were committed. */
  wrote: (bytes: number) => void;
  close: () => Promise<void>;
}

/** Connections are made when the first statement needs one; each settles its own durability. */
export function openConnections(settings: DatabaseSettings): Connections {
  return settings.kind === 'sqlite' ? openSqlite(settings) : openPostgres(settings);
}

/** What each pool of connections does now; there is one where rows are read over the connections that change them. */
export function poolsOf(writer: Knex, reader: Knex): Pools {
  return reader === writer ? { all: poolOf(writer) } : { writer: poolOf(writer), reader: poolOf(reader) };
}

function poolOf(database: Knex): Pools[string] {
  const pool = database.client.pool as { numUsed(): number; numFree(): number; numPendingAcquires(): number };
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() };
}

function openSqlite(settings: SqliteSettings): Connections {
  const isMemory = settings.filename === ':memory:';
  const path = resolve(settings.filename);
  const isReadOnly = !isMemory && isOnReadOnlyDisk(path);
  if (!isMemory && !isReadOnly) createPrivately(path);
  const opened = isMemory ? undefined : statSync(path, { bigint: true });
  const writer = connect(1);
  // Two, since SQLite's statements share libuv's few threads with the file store's writes.
  const reader = isMemory ? writer : connect(2);
  const checkpoints = isMemory || isReadOnly ? undefined : startCheckpoints(writer, () => connect(1));
  const ballast = isMemory || isReadOnly ? undefined : createBallast(path);
  const wrote = (bytes: number) => checkpoints?.wrote(bytes);
  const keepBallast = async () => ballast?.keep();
  const giveBack = checkpoints ? createGiveBack(writer, checkpoints.cutNow) : async () => undefined;
  const folder = isMemory ? undefined : dirname(path);
  return { writer, reader, checkIdentity, folder, keepBallast, makeRoom, giveBack, wrote, close };

  /** A log that was folded back begins anew, in the room that it has. */
  async function makeRoom(): Promise<boolean> {
    if (ballast?.release()) return true;
    return (await checkpoints?.foldNow()) ?? false;
  }

  function checkIdentity(): void {
    if (!opened) return;
    // not through libuv's threads: a look at a name that the kernel knows takes less than the way there
    const found = statSync(path, { bigint: true });
    if (found.ino !== opened.ino || found.dev !== opened.dev) throw new Error('the database file was replaced');
  }

  function connect(connections: number): Knex {
    return knex({
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
  }

  /** `synchronous` and the rest belong to a connection, not to the file: each one must be told. */
  function prepare(connection: Database, done: DoneCallback) {
    keepStatements(connection);
    const isNew = opened?.size === 0n && statSync(path).size === 0;
    const pragmas = [
      `busy_timeout = ${Math.round(1000 * settings.busyTimeoutSeconds)}`,
      'foreign_keys = on',
      // heeded before the first table alone; later it would only wait for the lock
      ...(isNew ? ['auto_vacuum = incremental'] : []),
      ...(isReadOnly ? [] : WRITING),
    ];
    connection.exec(pragmas.map((pragma) => `pragma ${pragma};`).join('\n'), done);
  }

  async function close(): Promise<void> {
    await checkpoints?.close();
    await Promise.all([writer.destroy(), reader === writer ? undefined : reader.destroy()]);
  }
}

const WRITING = [
  'journal_mode = wal',
  'synchronous = full',
  'wal_autocheckpoint = 0',
  // a log that a slow checkpoint has let grow is cut back
  'journal_size_limit = 67108864',
];

/** False where only the permission is missing: that is a fault of the set-up. */
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
 * SQLite makes files beside the database, unless they are there or it is told that nothing changes; a log that a crash
 * has left is then not read, so that such a database is refused.
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

/** The file and the folders that are missing, readable by nobody else, each synced into its parent. SQLite's other files take after it. */
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

  /** The server keeps `statement_timeout`; a network that swallows the answer is noticed only by its silence. */
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
    keepBallast: async () => undefined,
    makeRoom: async () => false,
    giveBack: async () => undefined,
    wrote: ignore,
    close: () => pool.destroy(),
  };
}

/** The driver gives a bigint, and a sum of them, as text; no number of the catalog is beyond what JavaScript counts exactly. */
function numberTypes(): Knex.PgCustomTypesConfig {
  // loaded on demand, as knex does
  const { types } = require('pg') as typeof Pg;
  const numbers = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
  return {
    getTypeParser: (type: number) => (numbers.has(type) ? Number : types.getTypeParser(type, 'text')),
  };
}

/** knex warns on the console of what is thrown anyway. */
const QUIET = { warn: ignore, error: ignore, debug: ignore, deprecate: ignore };
function ignore(): void {}
