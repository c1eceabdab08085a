import type { Knex } from 'knex';
import { isPostgres, rowsOf } from './dialect';

/** Reads bytes `start` to `end`, inclusive, of the small file or part that `owner` selects; undefined when there is none. */
export async function readContent(
  db: Knex,
  owner: Knex.QueryBuilder,
  { start, end }: { start: number; end: number },
): Promise<Buffer | undefined> {
  const slice = db.raw('substr(bytes, cast(? as integer), cast(? as integer)) as bytes', [start + 1, end - start + 1]);
  const [row]: { bytes: Buffer | null }[] = await db('contents').select(slice).where('id', owner.select('content_id'));
  // sqlite3 gives an empty blob as null
  return row && (row.bytes ?? Buffer.alloc(0));
}

/** @returns the number of the new row. */
export async function addContent(db: Knex, content: readonly Buffer[]): Promise<number> {
  const statement = isPostgres(db)
    ? "insert into contents (id, bytes) values (nextval('contents_id'), ?::bytea) returning id"
    : // sqlite3 binds an empty buffer as null
      'insert into contents (bytes) values (coalesce(?, zeroblob(0))) returning id';
  const [row] = rowsOf<{ id: number }>(await db.raw(statement, [Buffer.concat(content)]));
  if (!row) throw new Error('a content got no row');
  return row.id;
}
