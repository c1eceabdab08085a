import type { Knex } from 'knex';
import { AppError } from '../errors';
import { createUploadTables } from './upload-tables';

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
  { name: '005_uploads', up: (database) => createUploadTables(database, isPostgres(database)) },
  { name: '006_hold', up: addHold },
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

/** `Slui` in ASCII. */
const APPLICATION_ID = 0x536c7569;

/** A file of SQLite says whose it is; one without tables is new. */
async function refuseForeignDatabase(database: Knex): Promise<void> {
  if (isPostgres(database)) return;
  // one statement: another process may be at the first start
  const [found] = await database.raw<{ mark: number; tables: number }[]>(
    'select application_id as mark, (select count(*) from sqlite_master) as tables from pragma_application_id',
  );
  if (!found || found.mark === APPLICATION_ID || (found.mark === 0 && found.tables === 0)) return;
  throw new AppError(
    'unavailable',
    'The database belongs to another program: DATABASE_URL must name a file of Sluice, or one that is not there yet.',
  );
}

async function doneMigrations(database: Knex): Promise<string[]> {
  if (!(await database.schema.hasTable('knex_migrations'))) return [];
  return database('knex_migrations').orderBy('id').pluck('name');
}

async function refuseNewerDatabase(database: Knex): Promise<void> {
  const done = await doneMigrations(database);
  const unknown = done.find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown === undefined) return;
  throw new AppError(
    'unavailable',
    `The database was made by a newer version of this program (it has the migration ${unknown}): use that version or a later one.`,
  );
}

/**
 * Files are kept in the order of the tenant and the id, which is the order of a page: a page reads neighbours, however
 * deep it is. What has no date does not enter the two indexes by date: those of a billion live files stay small.
 */
async function createBlobsAndFiles(database: Knex): Promise<void> {
  if (isPostgres(database)) {
    // byte order, whatever the database's locale: pages and cursors depend on it
    await database.raw(`
      create table blobs (
        key text collate "C" primary key,
        state text not null check (state in ('writing', 'live', 'doomed')),
        due_at double precision check ((due_at is null) = (state = 'live')),
        unfinished boolean not null default false,
        rounds integer not null default 0
      )`);
    await database.raw(`
      create table files (
        tenant text collate "C" not null,
        id text collate "C" not null,
        blob_key text collate "C" not null,
        filename text not null,
        purpose text collate "C" not null,
        bytes bigint not null,
        hash text not null,
        created_at bigint not null,
        expires_at bigint,
        primary key (tenant, id)
      )`);
  } else {
    await database.raw(`
      create table blobs (
        key text primary key,
        state text not null check (state in ('writing', 'live', 'doomed')),
        due_at real check ((due_at is null) = (state = 'live')),
        unfinished integer not null default 0,
        rounds integer not null default 0
      ) strict, without rowid`);
    await database.raw(`
      create table files (
        tenant text not null,
        id text not null,
        blob_key text not null,
        filename text not null,
        purpose text not null,
        bytes integer not null,
        hash text not null,
        created_at integer not null,
        expires_at integer,
        primary key (tenant, id)
      ) strict, without rowid`);
    // A statement of SQLite changes one table. With these it changes a file and its blob together, in one commit.
    await database.raw(`
      create trigger file_added after insert on files begin
        update blobs set state = 'live', due_at = null where key = new.blob_key;
      end`);
    await database.raw(`
      create trigger file_removed after delete on files begin
        update blobs set state = 'doomed', due_at = unixepoch('subsec') where key = old.blob_key;
      end`);
  }
  await database.raw('create index blobs_due on blobs (due_at) where due_at is not null');
  await database.raw('create index files_of_purpose on files (tenant, purpose, id)');
  await database.raw('create index files_expiring on files (expires_at) where expires_at is not null');
}

/**
 * The bytes of small files. A file has them where `content_id` is not null; its `blob_key` is then empty, since SQLite
 * takes no `not null` from a column. In order of arrival, in a table of rows: each is read by its number alone.
 */
async function createContents(database: Knex): Promise<void> {
  if (isPostgres(database)) {
    await database.raw('create sequence contents_id');
    await database.raw('create table contents (id bigint primary key, bytes bytea not null)');
    // not compressed: a range is then read without the rest
    await database.raw('alter table contents alter column bytes set storage external');
    await database.raw('alter table files add column content_id bigint');
    return;
  }
  await database.raw('create table contents (id integer primary key, bytes blob not null) strict');
  await database.raw('alter table files add column content_id integer');
  await database.raw('drop trigger file_added');
  await database.raw(`
    create trigger file_added after insert on files when new.content_id is null begin
      update blobs set state = 'live', due_at = null where key = new.blob_key;
    end`);
  await database.raw('drop trigger file_removed');
  await database.raw(`
    create trigger file_removed after delete on files when old.content_id is null begin
      update blobs set state = 'doomed', due_at = unixepoch('subsec') where key = old.blob_key;
    end`);
  await database.raw(`
    create trigger small_file_removed after delete on files when old.content_id is not null begin
      delete from contents where id = old.content_id;
    end`);
  // a statement of SQLite changes one table; one that inserts into this view changes two
  await database.raw(`
    create view small_files as
      select tenant, id, filename, purpose, bytes, hash, created_at, expires_at, null as content from files`);
  await database.raw(`
    create trigger small_file_added instead of insert on small_files begin
      insert into contents (bytes) values (new.content);
      insert into files (tenant, id, blob_key, content_id, filename, purpose, bytes, hash, created_at, expires_at)
      values (new.tenant, new.id, '', last_insert_rowid(), new.filename, new.purpose, new.bytes, new.hash,
        new.created_at, new.expires_at);
    end`);
}

/** Two sums for each tenant, kept by triggers, so that a server of the version before keeps them, too. */
async function createTenantUsage(database: Knex): Promise<void> {
  if (isPostgres(database)) {
    await database.raw(
      'create table tenant_usage (tenant text collate "C" primary key, files bigint not null, bytes bigint not null)',
    );
    // the trigger locks the table of files, so that nothing is added behind the count
    await createUsageTrigger(database, { name: 'files_counted', event: 'insert', rows: 'new table', sign: '' });
    await createUsageTrigger(database, { name: 'files_uncounted', event: 'delete', rows: 'old table', sign: '-' });
  } else {
    await database.raw(`
      create table tenant_usage (tenant text primary key, files integer not null, bytes integer not null)
      strict, without rowid`);
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

interface UsageTrigger {
  name: string;
  event: 'insert' | 'delete';
  rows: 'new table' | 'old table';
  sign: '' | '-';
}

/** Once for each statement, which may change thousands of files; tenants in order, so that two never wait for each other. */
async function createUsageTrigger(database: Knex, { name, event, rows, sign }: UsageTrigger): Promise<void> {
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

/** One row at most: the id and the count of `files/pair.ts`. */
async function createPair(database: Knex): Promise<void> {
  const [whole, strict] = isPostgres(database) ? ['bigint', ''] : ['integer', 'strict'];
  await database.raw(`
    create table pair (slot integer primary key check (slot = 1), id text not null, count ${whole} not null) ${strict}`);
}

/** Until when removed blobs keep their bytes. */
async function addHold(database: Knex): Promise<void> {
  const real = isPostgres(database) ? 'double precision' : 'real';
  await database.raw(`alter table pair add column held_until ${real} not null default 0`);
}

export function isPostgres(database: Knex): boolean {
  return database.client.config.client === 'pg';
}
