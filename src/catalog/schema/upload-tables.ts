import type { Knex } from 'knex';
import { isPostgres } from '../dialect';
import { typesOf } from './types';

/**
 * Uploads in parts. A part belongs to its upload, and with `file_id` to the file that the upload became. Triggers free
 * what a part had when its row goes, and the parts of a file when that goes, whatever statement removes it.
 */
export async function createUploadTables(database: Knex): Promise<void> {
  const { name, whole, end } = typesOf(database);
  await database.raw(`
    create table uploads (
      tenant ${name} not null,
      id ${name} not null,
      filename text not null,
      purpose text not null,
      bytes ${whole} not null,
      mime_type text not null,
      expires_after_seconds ${whole},
      created_at ${whole} not null,
      expires_at ${whole} not null,
      status text not null check (status in ('pending', 'completed', 'cancelled', 'expired')),
      file_id ${name},
      claimed_until ${whole} not null default 0,
      part_count ${whole} not null default 0,
      part_bytes ${whole} not null default 0,
      primary key (tenant, id)
    ) ${end}`);
  await database.raw(`
    create table upload_parts (
      id ${name} primary key,
      tenant ${name} not null,
      upload_id ${name} not null,
      file_id ${name},
      position ${whole},
      blob_key ${name},
      content_id ${whole},
      bytes ${whole} not null,
      hash text not null,
      created_at ${whole} not null,
      check ((blob_key is null) <> (content_id is null))
    ) ${end}`);
  await (isPostgres(database) ? createPostgresTriggers(database) : createSqliteTriggers(database));
  await database.raw('create index uploads_expiring on uploads (expires_at, status)');
  await database.raw('create index upload_parts_of_upload on upload_parts (upload_id, id)');
  await database.raw('create index upload_parts_of_file on upload_parts (file_id, position) where file_id is not null');
}

/** For those of a tenant that ended first. */
export async function addEndOfUploads(database: Knex): Promise<void> {
  await database.raw(`alter table uploads add column ended_at ${typesOf(database).whole}`);
  await database.raw("update uploads set ended_at = created_at where status <> 'pending'");
  await database.raw('create index uploads_ended on uploads (tenant, ended_at) where ended_at is not null');
}

async function createPostgresTriggers(database: Knex): Promise<void> {
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

async function createSqliteTriggers(database: Knex): Promise<void> {
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
