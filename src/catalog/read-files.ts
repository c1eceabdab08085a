import type { Knex } from 'knex';
import { readContent } from './contents';
import type { FileCatalog, FileRecord, ListedFile, Page, PageRequest } from './file-catalog';
import type { Runner } from './run-statements';
import type { Statements } from './statements/statements';

type FileReader = Pick<FileCatalog, 'find' | 'list' | 'readSmall' | 'eachFile'>;

/** Rows that `verify` reads at once: a long read would hold up the checkpoints of SQLite's log. */
export const VERIFY_BATCH = 1000;

export function createFileReader({ read }: Runner, statements: Statements): FileReader {
  return { find, list, readSmall, eachFile };

  async function find(tenant: string, id: string, now: number): Promise<FileRecord | undefined> {
    const query = (db: Knex) => db('files').where({ tenant, id }).where(hasNotExpired(now));
    const [file] = await readRows<FileColumns>(FILE_COLUMNS, query, { tenant });
    return file && toFileRecord(file);
  }

  async function list(tenant: string, { now, after, limit, order, purpose }: PageRequest): Promise<Page> {
    const select = (db: Knex) => {
      const table = purpose === undefined ? 'files' : db.raw(statements.filesOfPurpose);
      const query = db(table).where({ tenant }).where(hasNotExpired(now));
      if (purpose !== undefined) query.where({ purpose });
      if (after !== undefined) query.where('id', order === 'asc' ? '>' : '<', after);
      return query.orderBy('id', order).limit(limit + 1);
    };
    const rows = await readRows<ListedColumns>(LISTED_COLUMNS, select, { tenant });
    // SQL does not promise the order through the aggregate; sorting here is cheaper than asking the engine
    const files = rows.map(toListedFile).toSorted(order === 'asc' ? byId : (a, b) => byId(b, a));
    return { files: files.slice(0, limit), hasMore: files.length > limit };
  }

  function readSmall(file: FileRecord, range?: { start: number; end: number }): Promise<Buffer | undefined> {
    const { tenant, id, bytes } = file;
    const wanted = range ?? { start: 0, end: bytes - 1 };
    return read((db) => readContent(db, db('files').where({ tenant, id }), wanted), tenant);
  }

  async function* eachFile(): AsyncIterable<FileRecord> {
    let last: FileRecord | undefined;
    do {
      const position = last;
      const next = (db: Knex) => {
        const query = db('files').orderBy(['tenant', 'id']).limit(VERIFY_BATCH);
        return position ? query.whereRaw('(tenant, id) > (?, ?)', [position.tenant, position.id]) : query;
      };
      const rows = await readRows<FileColumns>(FILE_COLUMNS, next, { order: 'order by tenant, id' });
      const files = rows.map(toFileRecord);
      yield* files;
      last = files.at(-1);
    } while (last);
  }

  /** Reads rows as one JSON text: for a long page the drivers take several times as long to make objects of columns. */
  async function readRows<Row>(
    columns: string,
    rows: (db: Knex) => Knex.QueryBuilder,
    { tenant, order }: { tenant?: string; order?: string },
  ): Promise<Row[]> {
    const result: { rows: string | null }[] = await read(
      (db) => db.select(db.raw(`${statements.asJson(columns, order)} as rows`)).from(rows(db).as('page')),
      tenant,
    );
    return JSON.parse(result[0]?.rows ?? '[]');
  }
}

/** Not an `or`: with one, SQLite would choose the index by date. */
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
