import type { Knex } from 'knex';
import { isPostgres } from '../dialect';
import { typesOf } from './types';

/**
 * Files are kept in the order of the tenant and the id, which is the order of a page: a page reads neighbours, however
 * deep it is. What has no date does not enter the two indexes by date: those of a billion live files stay small.
 */
export async function createBlobsAndFiles(database: Knex): Promise<void> {
  const { name, whole, real, flag, end } = typesOf(database);
  await database.raw(`
    create table blobs (
      key ${name} primary key,
      state text not null check (state in ('writing', 'live', 'doomed')),
      due_at ${real} check ((due_at is null) = (state = 'live')),
      unfinished ${flag} not null default false,
      rounds integer not null default 0
    ) ${end}`);
  await database.raw(`
    create table files (
      tenant ${name} not null,
      id ${name} not null,
      blob_key ${name} not null,
      filename text not null,
      purpose ${name} not null,
      bytes ${whole} not null,
      hash text not null,
      created_at ${whole} not null,
      expires_at ${whole},
      primary key (tenant, id)
    ) ${end}`);
  if (!isPostgres(database)) {
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
export async function createContents(database: Knex): Promise<void> {
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
