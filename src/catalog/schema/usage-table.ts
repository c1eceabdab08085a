import type { Knex } from 'knex';
import { isPostgres } from '../dialect';
import { typesOf } from './types';

/** Two sums for each tenant, kept by triggers, so that a server of the version before keeps them, too. */
export async function createTenantUsage(database: Knex): Promise<void> {
  const { name, whole, end } = typesOf(database);
  await database.raw(`
    create table tenant_usage (tenant ${name} primary key, files ${whole} not null, bytes ${whole} not null) ${end}`);
  if (isPostgres(database)) {
    // the trigger locks the table of files, so that nothing is added behind the count
    await createUsageTrigger(database, { name: 'files_counted', event: 'insert', rows: 'new table', sign: '' });
    await createUsageTrigger(database, { name: 'files_uncounted', event: 'delete', rows: 'old table', sign: '-' });
  } else {
    await database.raw(`
      create trigger file_counted after insert on files begin
        insert into tenant_usage (tenant, files, bytes) values (new.tenant, 1, new.bytes)
        on conflict (tenant) do update set files = files + 1, bytes = bytes + excluded.bytes;
      end`);
    await database.raw(`
      create trigger file_uncounted after delete on files begin
        update tenant_usage set files = files - 1, bytes = bytes - old.bytes where tenant = old.tenant;
      end`);
  }
  await database.raw(`
    insert into tenant_usage (tenant, files, bytes)
    select tenant, count(*), sum(bytes) from files group by tenant`);
}

/** Once for each statement, which may change thousands of files; tenants in order, so that two never wait for each other. */
async function createUsageTrigger(
  database: Knex,
  { name, event, rows, sign }: Record<'name' | 'event' | 'rows' | 'sign', string>,
): Promise<void> {
  await database.raw(`
    create function ${name}() returns trigger language plpgsql as $$ begin
      insert into tenant_usage (tenant, files, bytes)
      select tenant, ${sign}count(*), ${sign}sum(bytes) from changed group by tenant order by tenant
      on conflict (tenant) do update
        set files = tenant_usage.files + excluded.files, bytes = tenant_usage.bytes + excluded.bytes;
      return null;
    end $$`);
  await database.raw(`
    create trigger ${name} after ${event} on files referencing ${rows} as changed
    for each statement execute function ${name}()`);
}
