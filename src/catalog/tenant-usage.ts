import type { Knex } from 'knex';
import { rowsOf } from './dialect';
import type { FileCatalog, TenantUsage } from './file-catalog';
import { checkQuota, isLimited } from './quota';
import type { Quota, Usage } from './quota';
import type { Runner } from './run-statements';

type UsageReader = Pick<FileCatalog, 'usage' | 'usages' | 'miscounts'>;
type MiscountRow = Record<'kept_files' | 'kept_bytes' | 'counted_files' | 'counted_bytes', number> & { tenant: string };

/** Reads the sums that triggers keep. @param miscountsStatement compares them with the rows. */
export function createUsageReader({ read }: Runner, miscountsStatement: string): UsageReader {
  return {
    async usage(tenant) {
      const [sums] = await read(
        (db) => db<TenantUsage>('tenant_usage').where({ tenant }).select('files', 'bytes'),
        tenant,
      );
      return sums ?? { files: 0, bytes: 0 };
    },

    usages: (limit) => read((db) => db<TenantUsage>('tenant_usage').orderBy('bytes', 'desc').limit(limit)),

    async miscounts() {
      const rows = rowsOf<MiscountRow>(await read((db) => db.raw(miscountsStatement)));
      return rows.map((row) => ({
        tenant: row.tenant,
        kept: { files: row.kept_files, bytes: row.kept_bytes },
        counted: { files: row.counted_files, bytes: row.counted_bytes },
      }));
    },
  };
}

/**
 * Adds to what a tenant uses, within its quota.
 * @throws AppError `forbidden` when that is more than `quota` allows; the transaction must not be committed then.
 */
export async function charge(db: Knex, tenant: string, quota: Quota, { files, bytes }: Usage): Promise<void> {
  const usage = await changeUsage(db, tenant, { files, bytes });
  if (isLimited(quota)) checkQuota({ files: usage.files - 1, bytes: usage.bytes - bytes }, quota, bytes);
}

/** Adds to the sums of a tenant, also negative numbers, and locks their row. @returns the new sums. */
export async function changeUsage(db: Knex, tenant: string, { files, bytes }: Usage): Promise<Usage> {
  const result = await db.raw(
    `insert into tenant_usage (tenant, files, bytes) values (?, ?, ?)
     on conflict (tenant) do update
       set files = tenant_usage.files + excluded.files, bytes = tenant_usage.bytes + excluded.bytes
     returning files, bytes`,
    [tenant, files, bytes],
  );
  return rowsOf<Usage>(result)[0] ?? { files: 0, bytes: 0 };
}
