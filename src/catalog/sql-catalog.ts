import { promises as fs } from 'node:fs';
import type { Knex } from 'knex';
import { checkDiskRoom } from '../disk/disk-room';
import { AppError } from '../errors';
import { createBacklogReader } from './backlog';
import { poolsOf } from './database';
import type { Connections } from './database';
import { asAppError, isDamage, isFull } from './database-error';
import type { DatabaseSettings } from './database-url';
import { createFileAdder } from './add-files';
import { readContent } from './contents';
import { grouped } from './group-commit';
import { isPostgres } from './migrations';
import { createPairHalf } from './pair-half';
import { createSqlUploadCatalog } from './sql-upload-catalog';
import { createUsageReader, rowsOf } from './tenant-usage';
import { postgresStatements, sqliteStatements } from './statements';
import type {
  CatalogOptions,
  DoomedBlob,
  FileCatalog,
  FileRecord,
  ListedFile,
  Page,
  PageRequest,
} from './file-catalog';

/** The catalog on connections whose schema is up to date. */
export function createSqlCatalog(
  settings: DatabaseSettings,
  {
    reader,
    writer,
    checkIdentity,
    folder,
    keepBallast,
    makeRoom,
    giveBack,
    wrote,
    close: closeConnections,
  }: Connections,
  { leaseSeconds, minFreeBytes = 0 }: CatalogOptions,
): FileCatalog {
  const statements = isPostgres(writer) ? postgresStatements : sqliteStatements;
  const usageReader = createUsageReader(read, statements.miscounts);
  /** What frees room must not need room; what takes it may wait. */
  const freeing = new Set([statements.remove, statements.expire, statements.claim, statements.forget, statements.doom]);
  let closing: Promise<void> | undefined;
  /** Once seen, it stays: what is written on top of it may be lost. */
  let damage: AppError | undefined;

  const begin = grouped(async (blobKeys: string[]) => {
    await change(statements.begin, [leaseSeconds, JSON.stringify(blobKeys)]);
    return () => undefined;
  });
  const forget = grouped(async (blobKeys: string[]) => {
    await change(statements.forget, [JSON.stringify(blobKeys)]);
    return () => undefined;
  });
  const doom = grouped(async (blobKeys: string[]) => {
    const doomed = await change<{ key: string }>(statements.doom, [JSON.stringify(blobKeys)]);
    const keys = new Set(doomed.map((row) => row.key));
    return (blobKey) => keys.has(blobKey);
  });
  const removeOne = grouped(async (targets: { tenant: string; id: string; now: number }[]) => {
    const now = Math.max(...targets.map((target) => target.now));
    type Removed = { tenant: string; id: string; blob_keys: string };
    const removed = await change<Removed>(statements.remove, [JSON.stringify(targets), now]);
    const blobKeys = new Map(removed.map((row) => [JSON.stringify([row.tenant, row.id]), row.blob_keys]));
    return ({ tenant, id }) => {
      // of two that ask for the same file at once, one has removed it
      const name = JSON.stringify([tenant, id]);
      const keys = blobKeys.get(name);
      blobKeys.delete(name);
      return keys === undefined ? undefined : (JSON.parse(keys) as string[]);
    };
  });

  return {
    description: settings.description,
    uploads: createSqlUploadCatalog({ read, transact }, statements),
    begin,
    renew,
    ...createFileAdder(change, statements, usageReader.usage),
    readSmall,
    forget,
    doom,
    find,
    list,
    remove: (tenant, id, now) => removeOne({ tenant, id, now }),
    expire: async (now, limit) => (await change(statements.expire, [now, limit])).length,
    claimDoomed,
    eachFile,
    ...usageReader,
    ...createBacklogReader(read, statements.backlog),
    pools: () => poolsOf(writer, reader),
    ...createPairHalf(read, change, statements),
    copyTo,
    eachLiveBlob,
    knownBlobs,
    async ping() {
      if (damage) throw damage;
      await translatingErrors(async () => checkIdentity());
      await read((db) => db('files').select('id').limit(1));
    },
    async checkRoom() {
      if (damage) throw damage;
      if (folder === undefined) return;
      await translatingErrors(() => checkDiskRoom(folder, minFreeBytes)).catch(async (error: unknown) => {
        await giveBack().catch(() => undefined);
        throw error;
      });
      await keepBallast();
    },
    close: () => (closing ??= closeConnections()),
  };

  async function copyTo(path: string): Promise<void> {
    if (settings.kind !== 'sqlite') throw new Error('only a catalog in a file of SQLite can be copied');
    await read((db) => db.raw('vacuum into ?', [path]));
    const copy = await fs.open(path, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
  }

  async function renew(blobKeys: readonly string[]): Promise<void> {
    if (blobKeys.length > 0) await change(statements.renew, [leaseSeconds, JSON.stringify(blobKeys)]);
  }

  async function find(tenant: string, id: string, now: number): Promise<FileRecord | undefined> {
    const [file] = await readRows<FileColumns>(FILE_COLUMNS, (db) =>
      db('files').where({ tenant, id }).where(hasNotExpired(now)),
    );
    return file && toFileRecord(file);
  }

  function readSmall(file: FileRecord, range?: { start: number; end: number }): Promise<Buffer | undefined> {
    const { tenant, id, bytes } = file;
    return read((db) => readContent(db, db('files').where({ tenant, id }), range ?? { start: 0, end: bytes - 1 }));
  }

  async function list(tenant: string, { now, after, limit, order, purpose }: PageRequest): Promise<Page> {
    const rows = await readRows<ListedColumns>(LISTED_COLUMNS, (db) => {
      const table = purpose === undefined ? 'files' : db.raw(statements.filesOfPurpose);
      const query = db(table).where({ tenant }).where(hasNotExpired(now));
      if (purpose !== undefined) query.where({ purpose });
      if (after !== undefined) query.where('id', order === 'asc' ? '>' : '<', after);
      return query.orderBy('id', order).limit(limit + 1);
    });
    // SQL does not promise the order through the aggregate; sorting here is cheaper than asking the engine
    const files = rows.map(toListedFile).toSorted(order === 'asc' ? byId : (a, b) => byId(b, a));
    return { files: files.slice(0, limit), hasMore: files.length > limit };
  }

  async function claimDoomed(limit: number, exclude: readonly string[]): Promise<DoomedBlob[]> {
    type Claimed = { key: string; unfinished: boolean | number; rounds: number };
    const claimed = await change<Claimed>(statements.claim, [JSON.stringify(exclude), limit, leaseSeconds]);
    return claimed.map(({ key, unfinished, rounds }) => ({
      blobKey: key,
      unfinished: Boolean(unfinished),
      isFinalRound: !unfinished || rounds > 1,
    }));
  }

  async function* eachFile(): AsyncIterable<FileRecord> {
    let last: FileRecord | undefined;
    do {
      const position = last;
      const next = (db: Knex) => {
        const query = db('files').orderBy(['tenant', 'id']).limit(VERIFY_BATCH);
        return position ? query.whereRaw('(tenant, id) > (?, ?)', [position.tenant, position.id]) : query;
      };
      const rows = await readRows<FileColumns>(FILE_COLUMNS, next, 'order by tenant, id');
      const files = rows.map(toFileRecord);
      yield* files;
      last = files.at(-1);
    } while (last);
  }

  async function* eachLiveBlob(): AsyncIterable<string> {
    for (let last: string | undefined = '', keys: string[]; last !== undefined; last = keys.at(-1)) {
      const position: string = last;
      keys = await read((db) =>
        db('blobs')
          .where({ state: 'live' })
          .where('key', '>', position)
          .orderBy('key')
          .limit(VERIFY_BATCH)
          .pluck('key'),
      );
      yield* keys;
    }
  }

  async function knownBlobs(blobKeys: readonly string[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (let start = 0; start < blobKeys.length; start += VERIFY_BATCH) {
      const batch = blobKeys.slice(start, start + VERIFY_BATCH);
      const keys: string[] = await read((db) => db('blobs').whereIn('key', batch).pluck('key'));
      for (const key of keys) known.add(key);
    }
    return known;
  }

  /** Runs a statement that changes rows. @returns what its `returning` says. */
  async function change<Row>(sql: string, bindings: Knex.RawBinding[]): Promise<Row[]> {
    const run = async () => {
      checkIdentity();
      return writer.raw(sql, bindings);
    };
    const insist = () =>
      run().catch(async (error: unknown) => {
        if (!isFull(error) || !freeing.has(sql) || !(await makeRoom())) throw error;
        return run();
      });
    const rows = rowsOf<Row>(await translatingErrors(insist));
    wrote(bindings.reduce((sum: number, value) => sum + sizeOf(value), 0));
    return rows;
  }

  async function transact<Result>(work: (db: Knex.Transaction) => Promise<Result>): Promise<Result> {
    const result = await translatingErrors(async () => {
      checkIdentity();
      return writer.transaction(work);
    });
    wrote(0);
    return result;
  }

  /** Reads rows as one text of JSON: of a long page, the drivers take several times as long to make objects of columns. */
  async function readRows<Row>(columns: string, rows: (db: Knex) => Knex.QueryBuilder, order?: string): Promise<Row[]> {
    const result: { rows: string | null }[] = await read((db) =>
      db.select(db.raw(`${statements.asJson(columns, order)} as rows`)).from(rows(db).as('page')),
    );
    return JSON.parse(result[0]?.rows ?? '[]');
  }

  function read<Result>(query: (db: Knex) => PromiseLike<Result>): Promise<Result> {
    return translatingErrors(() => query(reader));
  }

  /** A builder of knex runs each time it is awaited: this is the one place that does. */
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

/** Rows that `verify` reads at once: short reads, since a long one keeps SQLite's log from being folded back. */
const VERIFY_BATCH = 1000;

/** One condition and not an `or`, which would tempt SQLite into the index by date. */
function hasNotExpired(now: number) {
  return (query: Knex.QueryBuilder) => void query.whereRaw('coalesce(expires_at, ?) > ?', [now + 1, now]);
}

const FILE_COLUMNS = 'id, tenant, blob_key, filename, purpose, bytes, hash, created_at, expires_at, content_id';
type FileColumns = [string, string, string, string, string, number, string, number, number | null, number | null];

function toFileRecord(columns: FileColumns): FileRecord {
  const [id, tenant, blobKey, filename, purpose, bytes, hash, createdAt, expiresAt, contentId] = columns;
  const file = { id, tenant, blobKey: blobKey || null, filename, purpose, bytes, hash, createdAt, expiresAt };
  return blobKey === '' && contentId === null ? { ...file, isInParts: true } : file;
}

const LISTED_COLUMNS = 'id, filename, purpose, bytes, created_at, expires_at';
type ListedColumns = [string, string, string, number, number, number | null];

function toListedFile([id, filename, purpose, bytes, createdAt, expiresAt]: ListedColumns): ListedFile {
  return { id, filename, purpose, bytes, createdAt, expiresAt };
}

/** Ids are ASCII, so that JavaScript orders them as both engines do. */
function byId(a: ListedFile, b: ListedFile): number {
  return a.id < b.id ? -1 : 1;
}
