import type { Knex } from 'knex';
import type { FileCatalog, Miscount } from './file-catalog';

type UsageReader = Pick<FileCatalog, 'usage' | 'usages' | 'miscounts'>;
type Read = <Result>(query: (db: Knex) => PromiseLike<Result>) => Promise<Result>;

/** Reads the sums that the triggers keep. @param miscountsStatement compares them with the rows. */
export function createUsageReader(read: Read, miscountsStatement: string): UsageReader {
  return {
    async usage(tenant) {
      const [sums] = await read((db) => db<UsageRow>('tenant_usage').where({ tenant }));
      return sums ? { files: Number(sums.files), bytes: Number(sums.bytes) } : { files: 0, bytes: 0 };
    },

    async usages(limit) {
      const rows = await read((db) => db<UsageRow>('tenant_usage').orderBy('bytes', 'desc').limit(limit));
      return rows.map(({ tenant, files, bytes }) => ({ tenant, files: Number(files), bytes: Number(bytes) }));
    },

    async miscounts() {
      const rows = rowsOf<MiscountRow>(await read((db) => db.raw(miscountsStatement)));
      return rows.map(toMiscount);
    },
  };
}

/** Of a raw statement: the two drivers give them differently. */
export function rowsOf<Row>(result: Row[] | { rows: Row[] }): Row[] {
  return Array.isArray(result) ? result : result.rows;
}

/** Postgres gives large numbers as text. */
type UsageRow = Record<'tenant', string> & Record<'files' | 'bytes', string | number>;
type Sums = Record<'kept_files' | 'kept_bytes' | 'counted_files' | 'counted_bytes', string | number>;
type MiscountRow = Sums & { tenant: string };

function toMiscount(row: MiscountRow): Miscount {
  return {
    tenant: row.tenant,
    kept: { files: Number(row.kept_files), bytes: Number(row.kept_bytes) },
    counted: { files: Number(row.counted_files), bytes: Number(row.counted_bytes) },
  };
}
