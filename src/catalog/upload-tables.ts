import type { Knex } from 'knex';

/**
 * Uploads in parts. A part belongs to its upload, and with `file_id` to the file that the upload became. Triggers free
 * what a part had when its row goes, and the parts of a file when that goes, whatever statement removes it.
 */
export async function createUploadTables(database: Knex, isPostgres: boolean): Promise<void> {
  await (isPostgres ? createPostgresTables(database) : createSqliteTables(database));
  await database.raw('create index uploads_expiring on uploads (expires_at, status)');
  await database.raw('create index upload_parts_of_upload on upload_parts (upload_id, id)');
  await database.raw('create index upload_parts_of_file on upload_parts (file_id, position) where file_id is not null');
}

async function createPostgresTables(database: Knex): Promise<void> {
  await database.raw(`
    create table uploads (
      tenant text collate "C" not null,
      id text collate "C" not null,
      filename text not null,
      purpose text not null,
      bytes bigint not null,
      mime_type text not null,
      expires_after_seconds bigint,
      created_at bigint not null,
      expires_at bigint not null,
      status text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
      file_id text collate "C",
      claimed_until bigint not null default 0,
      part_count bigint not null default 0,
      part_bytes bigint not null default 0,
      primary key (tenant, id)
    )`);
  await database.raw(`
    create table upload_parts (
      id text collate "C" primary key,
      tenant text collate "C" not null,
      upload_id text collate "C" not null,
      file_id text collate "C",
      position bigint,
      blob_key text collate "C",
      content_id bigint,
      bytes bigint not null,
      hash text not null,
      created_at bigint not null,
      check ((blob_key is null) <> (content_id is null))
    )`);
  await database.raw(`
    create function upload_part_removed() returns trigger language plpgsql as $$ begin
      if old.content_id is null then
        update blobs set state = 'doomed', due_at = extract(epoch from clock_timestamp())::double precision
        where key = old.blob_key;
      else
        delete from contents where id = old.content_id;
      end if;
      return null;
    end $$`);
  await database.raw(`
    create trigger upload_part_removed after delete on upload_parts
    for each row execute function upload_part_removed()`);
  await database.raw(`
    create function file_in_parts_removed() returns trigger language plpgsql as $$ begin
      delete from upload_parts where file_id = old.id;
      return null;
    end $$`);
  await database.raw(`
    create trigger file_in_parts_removed after delete on files
    for each row when (old.blob_key = '' and old.content_id is null) execute function file_in_parts_removed()`);
}

async function createSqliteTables(database: Knex): Promise<void> {
  await database.raw(`
    create table uploads (
      tenant text not null,
      id text not null,
      filename text not null,
      purpose text not null,
      bytes integer not null,
      mime_type text not null,
      expires_after_seconds integer,
      created_at integer not null,
      expires_at integer not null,
      status text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
      file_id text,
      claimed_until integer not null default 0,
      part_count integer not null default 0,
      part_bytes integer not null default 0,
      primary key (tenant, id)
    ) strict, without rowid`);
  await database.raw(`
    create table upload_parts (
      id text primary key,
      tenant text not null,
      upload_id text not null,
      file_id text,
      position integer,
      blob_key text,
      content_id integer,
      bytes integer not null,
      hash text not null,
      created_at integer not null,
      check ((blob_key is null) <> (content_id is null))
    ) strict, without rowid`);
  await database.raw(`
    create trigger upload_part_removed after delete on upload_parts begin
      update blobs set state = 'doomed', due_at = unixepoch('subsec') where key = old.blob_key;
      delete from contents where id = old.content_id;
    end`);
  await database.raw(`
    create trigger file_in_parts_removed after delete on files when old.blob_key = '' and old.content_id is null begin
      delete from upload_parts where file_id = old.id;
    end`);
}
