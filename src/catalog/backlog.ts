import type { Knex } from 'knex';
import { rowsOf } from './dialect';
import type { Backlog, BlobCount, FileCatalog } from './file-catalog';
import type { Runner } from './run-statements';

const NONE: BlobCount = { blobs: 0, due: 0, overdueSeconds: 0 };

/** Counts what waits to be freed. Both statements read the first entries of an index, never a table. */
export function createBacklogReader({ read }: Runner, statement: string): Pick<FileCatalog, 'backlog'> {
  return { backlog };

  async function backlog(now: number, limit: number): Promise<Backlog> {
    const expiredFiles = (db: Knex) => db('files').where('expires_at', '<=', now).orderBy('expires_at').limit(limit);
    const [rows, expired] = await Promise.all([
      read((db) => db.raw(statement, [limit])),
      read((db) => expiredFiles(db).select('expires_at')),
    ]);
    const counts = rowsOf<BacklogRow>(rows).map((row) => [row.state, toCount(row)] as const);
    const { writing = NONE, doomed = NONE } = Object.fromEntries(counts);
    return { writing, doomed, expiredFiles: expired.length };
  }
}

type BacklogRow = { state: string } & Record<'blobs' | 'due' | 'overdue', number>;

function toCount({ blobs, due, overdue }: BacklogRow): BlobCount {
  return { blobs, due, overdueSeconds: Math.max(0, overdue) };
}
