/**
 * The statements that change rows, each complete in itself: one round trip, one commit, and no transaction that a failure
 * could leave open. Many keys or rows travel as one JSON parameter, so that a batch of any size is the same statement.
 * SQLite's triggers (see `migrations.ts`) change a blob with its file; Postgres changes both in one WITH.
 */
export interface Statements {
  /** (lease seconds, keys) */
  begin: string;
  /** (lease seconds, keys) */
  renew: string;
  /** (files) -> blob_key of each file that was added */
  commit: string;
  /** (bytes of all files, files with the position of each one's bytes) */
  addSmall: string;
  /** (position, length, tenant, id) -> bytes */
  readSmall: string;
  /** (keys) */
  forget: string;
  /** (keys) -> key of each blob that was `writing` */
  doom: string;
  /** ({tenant, id} of files, now) -> tenant, id, blob_key of each file that was removed */
  remove: string;
  /** (now, limit) -> a row for each file that was removed */
  expire: string;
  /** (keys to leave alone, limit, lease seconds) -> key, unfinished, rounds */
  claim: string;
  /** The table of files for a page of one purpose: SQLite would filter the whole tenant, if it were not told the index. */
  filesOfPurpose: string;
  /** The aggregate that gives rows as one JSON array of arrays, in `order` if there is one; over no rows it may be null. */
  asJson: (columns: string, order?: string) => string;
}

/** A claim takes rows of both kinds; a blob that was never live may have a writer that still writes. */
const CLAIMED = `unfinished = (unfinished or state = 'writing'), state = 'doomed', rounds = rounds + 1`;

export const sqliteStatements: Statements = {
  begin: `
    insert into blobs (key, state, due_at)
    select value, 'writing', unixepoch('subsec') + ? from json_each(?)`,
  renew: `
    update blobs set due_at = unixepoch('subsec') + ?
    where state = 'writing' and key in (select value from json_each(?))`,
  commit: `
    insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
    select value ->> 'tenant', value ->> 'id', value ->> 'blobKey', value ->> 'filename', value ->> 'purpose',
      value ->> 'bytes', value ->> 'hash', value ->> 'createdAt', value ->> 'expiresAt'
    from json_each(?) join blobs on blobs.key = value ->> 'blobKey'
    where blobs.state = 'writing'
    returning blob_key`,
  // a file without bytes: a driver binds an empty buffer as null
  addSmall: `
    insert into small_files (content, tenant, id, filename, purpose, bytes, hash, created_at, expires_at)
    select coalesce(substr(given.content, value ->> 'position', value ->> 'bytes'), zeroblob(0)),
      value ->> 'tenant', value ->> 'id', value ->> 'filename', value ->> 'purpose',
      value ->> 'bytes', value ->> 'hash', value ->> 'createdAt', value ->> 'expiresAt'
    from (select ? as content) as given, json_each(?)`,
  readSmall: `
    select substr(bytes, ?, ?) as bytes from contents
    where id = (select content_id from files where tenant = ? and id = ?)`,
  forget: `
    delete from blobs where state <> 'live' and key in (select value from json_each(?))`,
  doom: `
    update blobs set state = 'doomed', unfinished = true, due_at = unixepoch('subsec')
    where state = 'writing' and key in (select value from json_each(?))
    returning key`,
  remove: `
    delete from files
    where (tenant, id) in (select value ->> 'tenant', value ->> 'id' from json_each(?))
      and (expires_at is null or expires_at > ?)
    returning tenant, id, blob_key`,
  expire: `
    delete from files
    where (tenant, id) in (select tenant, id from files where expires_at <= ? order by expires_at limit ?)
    returning id`,
  claim: `
    with due as (
      select key as due_key from blobs
      where due_at <= unixepoch('subsec') and key not in (select value from json_each(?))
      order by due_at limit ?
    )
    update blobs set due_at = unixepoch('subsec') + ?, ${CLAIMED}
    where key in (select due_key from due)
    returning key, unfinished, rounds`,
  filesOfPurpose: 'files indexed by files_of_purpose',
  asJson: (columns, order = '') => `json_group_array(json_array(${columns}) ${order})`,
};

/** The clock when the statement runs, not when its transaction began. */
const NOW = 'extract(epoch from clock_timestamp())::double precision';
const KEYS = 'select jsonb_array_elements_text(?::jsonb)';

export const postgresStatements: Statements = {
  begin: `
    insert into blobs (key, state, due_at)
    select key, 'writing', ${NOW} + ?::double precision from jsonb_array_elements_text(?::jsonb) as given (key)`,
  renew: `
    update blobs set due_at = ${NOW} + ?
    where key in (
      select key from blobs where state = 'writing' and key in (${KEYS})
      for update skip locked)`,
  commit: `
    with given as (
      select * from json_to_recordset(?::json) as given (
        tenant text, id text, "blobKey" text, filename text, purpose text, bytes bigint, hash text,
        "createdAt" bigint, "expiresAt" bigint)
    ), claimed as (
      update blobs set state = 'live', due_at = null from given
      where key = "blobKey" and state = 'writing'
      returning key
    )
    insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
    select tenant, id, "blobKey", filename, purpose, bytes, hash, "createdAt", "expiresAt"
    from given join claimed on key = "blobKey"
    returning blob_key`,
  addSmall: `
    with bytes as materialized (
      select ?::bytea as content
    ), given as materialized (
      select *, nextval('contents_id') as content_id from json_to_recordset(?::json) as given (
        tenant text, id text, filename text, purpose text, bytes bigint, hash text,
        "createdAt" bigint, "expiresAt" bigint, position integer)
    ), kept as (
      insert into contents (id, bytes)
      select content_id, substr(content, position, given.bytes::integer) from given, bytes
    )
    insert into files (tenant, id, blob_key, content_id, filename, purpose, bytes, hash, created_at, expires_at)
    select tenant, id, '', content_id, filename, purpose, bytes, hash, "createdAt", "expiresAt" from given`,
  readSmall: `
    select substr(contents.bytes, ?::integer, ?::integer) as bytes from contents
    where id = (select content_id from files where tenant = ? and id = ?)`,
  forget: `
    delete from blobs where state <> 'live' and key in (${KEYS})`,
  doom: `
    update blobs set state = 'doomed', unfinished = true, due_at = ${NOW}
    where state = 'writing' and key in (${KEYS})
    returning key`,
  remove: `
    with locked as (
      select tenant, id from files join json_to_recordset(?::json) as given (tenant text, id text) using (tenant, id)
      where expires_at is null or expires_at > ?
      order by tenant, id for update of files
    ), gone as (
      delete from files using locked where files.tenant = locked.tenant and files.id = locked.id
      returning files.tenant, files.id, blob_key, content_id
    ), doomed as (
      update blobs set state = 'doomed', due_at = ${NOW} from gone where key = blob_key
    ), emptied as (
      delete from contents using gone where contents.id = content_id
    )
    select tenant, id, blob_key from gone`,
  expire: `
    with locked as (
      select tenant, id from files where expires_at <= ? order by expires_at limit ? for update skip locked
    ), gone as (
      delete from files using locked where files.tenant = locked.tenant and files.id = locked.id
      returning files.id, blob_key, content_id
    ), doomed as (
      update blobs set state = 'doomed', due_at = ${NOW} from gone where key = blob_key
    ), emptied as (
      delete from contents using gone where contents.id = content_id
    )
    select id from gone`,
  claim: `
    with due as (
      select key as due_key from blobs
      where due_at <= ${NOW} and key not in (${KEYS})
      order by due_at limit ? for update skip locked
    )
    update blobs set due_at = ${NOW} + ?, ${CLAIMED}
    from due where key = due_key
    returning key, unfinished, rounds`,
  filesOfPurpose: 'files',
  asJson: (columns, order = '') => `json_agg(json_build_array(${columns}) ${order})::text`,
};
