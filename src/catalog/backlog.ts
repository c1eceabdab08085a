import type { Knex } from 'knex';
import type { Backlog, BlobCount, FileCatalog } from './file-catalog';
import { rowsOf } from './tenant-usage';

type Read = <Result>(query: (db: Knex) => PromiseLike<Result>) => Promise<Result>;

const NONE: BlobCount = { blobs: 0, due: 0, overdueSeconds: 0 };

/** Counts what waits to be freed. Both statements read the first entries of an index by date, never a table. */
export function createBacklogReader(read: Read, statement: string): Pick<FileCatalog, 'backlog'> {
  return {
    async backlog(now, limit) {
      const [rows, expired] = await Promise.all([
        read((db) => db.raw(statement, [limit])),
        read((db) =>
          db('files').where('expires_at', '<=', now).orderBy('expires_at').limit(limit).select('expires_at'),
        ),
      ]);
      const counts = new Map(rowsOf<BacklogRow>(rows).map((row) => [row.state, toCount(row)]));
      return {
        writing: counts.get('writing') ?? NONE,
        doomed: counts.get('doomed') ?? NONE,
        expiredFiles: expired.length,
      } satisfies Backlog;
    },
  };
}

/** Postgres gives large numbers as text. */
type BacklogRow = { state: string } & Record<'blobs' | 'due' | 'overdue', string | number>;

function toCount({ blobs, due, overdue }: BacklogRow): BlobCount {
  return { blobs: Number(blobs), due: Number(due), overdueSeconds: Math.max(0, Number(overdue)) };
}
