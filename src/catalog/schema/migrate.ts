import type { Knex } from 'knex';
import { AppError } from '../../errors';
import { isPostgres } from '../dialect';
import { APPLICATION_ID, foreignDatabase, isOurs } from '../foreign-file';
import { createBlobsAndFiles, createContents } from './file-tables';
import { addHold, createPair } from './pair-table';
import { addEndOfUploads, createUploadTables } from './upload-tables';
import { createTenantUsage } from './usage-table';

/**
 * Brings the schema up to date, or finds that it is. Safe when many replicas start at once on an empty database: the
 * whole of it is one transaction behind a lock, so that a process that dies in the middle leaves nothing, not even
 * knex's own lock row, which would have to be freed by hand.
 *
 * @throws AppError `unavailable` when a newer program has been here, or another one.
 */
export async function migrate(database: Knex): Promise<void> {
  await refuseForeignDatabase(database);
  // without a write, which a full or read-only disk does not take
  if ((await doneMigrations(database)).length === migrations.length) return refuseNewerDatabase(database);
  await database.transaction(async (transaction) => {
    await takeMigrationLock(transaction);
    await refuseNewerDatabase(transaction);
    await transaction.migrate.latest({ migrationSource });
  });
}

interface Migration {
  name: string;
  up: (database: Knex) => Promise<void>;
}

const migrations: Migration[] = [
  { name: '001_blobs_and_files', up: createBlobsAndFiles },
  { name: '002_contents', up: createContents },
  { name: '003_tenant_usage', up: createTenantUsage },
  { name: '004_pair', up: createPair },
  { name: '005_uploads', up: createUploadTables },
  { name: '006_hold', up: addHold },
  { name: '007_ended_uploads', up: addEndOfUploads },
];

const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: () => Promise.resolve(migrations),
  getMigrationName: (migration) => migration.name,
  getMigration: ({ up }) =>
    Promise.resolve({ up, down: () => Promise.reject(new Error('the catalog is never taken back')) }),
};

async function takeMigrationLock(transaction: Knex.Transaction): Promise<void> {
  if (isPostgres(transaction)) {
    await transaction.raw("select pg_advisory_xact_lock(hashtext('sluice migrations'))");
  } else {
    // The first statement must write: a transaction that has read cannot wait for another's write any more.
    // This one marks the file as ours.
    await transaction.raw(`pragma application_id = ${APPLICATION_ID}`);
  }
}

async function refuseForeignDatabase(database: Knex): Promise<void> {
  if (isPostgres(database)) return;
  // one statement: another process may be at the first start
  const [found] = await database.raw<{ mark: number; tables: number }[]>(
    'select application_id as mark, (select count(*) from sqlite_master) as tables from pragma_application_id',
  );
  if (found && !isOurs(found.mark, found.tables > 0)) throw foreignDatabase();
}

async function doneMigrations(database: Knex): Promise<string[]> {
  if (!(await database.schema.hasTable('knex_migrations'))) return [];
  return database('knex_migrations').orderBy('id').pluck('name');
}

async function refuseNewerDatabase(database: Knex): Promise<void> {
  const done = await doneMigrations(database);
  const unknown = done.find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown === undefined) return;
  // another program that uses knex, too
  if (!done.some((name) => name === migrations[0]?.name)) throw foreignDatabase();
  throw new AppError(
    'unavailable',
    `The database was made by a newer version of this program (it has the migration ${unknown}): use that version or a later one.`,
  );
}
