/**
 * The statements that change rows, each complete in itself: one round trip, one commit, and no transaction that a failure
 * could leave open. Many keys or rows travel as one JSON parameter, so that a batch of any size is the same statement.
 * SQLite's triggers (see `migrations.ts`) change a blob with its file; Postgres changes both in one WITH. In both,
 * triggers keep the sums of each tenant. On Postgres whatever changes several tenants' sums takes them in the order of
 * their names, and takes no lock behind them that anybody else could hold.
 */
export interface Statements {
  /** (lease seconds, keys) */
  begin: string;
  /** (lease seconds, keys) */
  renew: string;
  /** (files, each with the most files and bytes its tenant may have, or null) -> blob_key of each file that was added */
  commit: string;
  /** (files as for `commit` with the position of each one's bytes, bytes of all) -> id of each file that was added */
  addSmall: string;
  /** (keys) */
  forget: string;
  /** (keys) -> key of each blob that was `writing` */
  doom: string;
  /** ({tenant, id} of files, now) -> tenant, id, blob_keys (JSON) of each file that was removed; no keys of bytes that are to stay */
  remove: string;
  /** (tenant, upload), of parts that are no file's -> blob_key of each, null for bytes that are to stay */
  removeParts: string;
  /** (now, limit) -> a row for each file that was removed */
  expire: string;
  /** (keys to leave alone, limit, lease seconds) -> key, unfinished, rounds */
  claim: string;
  /** (seconds) */
  hold: string;
  /** (id, least count) -> id, count */
  raisePair: string;
  /** (limit) -> state, blobs, due, overdue seconds, of the blobs that are no file's */
  backlog: string;
  /** () -> tenant, sums kept and sums counted of each tenant whose two differ */
  miscounts: string;
  /** The table of files for a page of one purpose: SQLite would filter the whole tenant, if it were not told the index. */
  filesOfPurpose: string;
  /** The aggregate that gives rows as one JSON array of arrays, in `order` if there is one; over no rows it may be null. */
  asJson: (columns: string, order?: string) => string;
}

/**
 * Those of the files at hand that fit beside what their tenant has, counted in their order. One that is too large leaves
 * the smaller ones behind it out, too: whoever asks tries them alone.
 */
const FITTING = `
  coalesce(used.files, 0) + file_number <= coalesce("maxFiles", ${Number.MAX_SAFE_INTEGER})
  and ("maxBytes" is null or coalesce(used.bytes, 0) + bytes_so_far <= "maxBytes")`;

const MISCOUNTS = `
  with counted as (
    select tenant, count(*) as files, sum(bytes) as bytes from (
      select tenant, bytes from files union all
      select tenant, case when part_bytes > bytes then part_bytes else bytes end from uploads where status = 'pending'
    ) as counting group by tenant
  ), both_sums as (
    select coalesce(kept.tenant, counted.tenant) as tenant,
      coalesce(kept.files, 0) as kept_files, coalesce(kept.bytes, 0) as kept_bytes,
      coalesce(counted.files, 0) as counted_files, coalesce(counted.bytes, 0) as counted_bytes
    from tenant_usage as kept full join counted on kept.tenant = counted.tenant
  )
  select * from both_sums where kept_files <> counted_files or kept_bytes <> counted_bytes order by tenant`;

function raisePair(larger: string): string {
  return `
    insert into pair (slot, id, count) values (1, ?, ?)
    on conflict (slot) do update set count = ${larger}(pair.count + 1, excluded.count)
    returning id, count`;
}

/** A claim takes rows of both kinds; a blob that was never live may have a writer that still writes. */
const CLAIMED = `unfinished = (unfinished or state = 'writing'), state = 'doomed', rounds = rounds + 1`;

/** The rows of the JSON at hand with what their tenants have; of each file its number among those of its tenant. */
function fileRows(condition: string): string {
  return `(
      select value ->> 'tenant' as tenant, value ->> 'id' as id, value ->> 'blobKey' as blob_key,
        value ->> 'filename' as filename, value ->> 'purpose' as purpose, value ->> 'bytes' as bytes,
        value ->> 'hash' as hash, value ->> 'createdAt' as created_at, value ->> 'expiresAt' as expires_at,
        value ->> 'position' as position, value ->> 'maxFiles' as "maxFiles", value ->> 'maxBytes' as "maxBytes",
        count(*) over so_far as file_number, sum(value ->> 'bytes') over so_far as bytes_so_far
      from json_each(?) as given${condition}
      window so_far as (partition by value ->> 'tenant' order by given.key rows unbounded preceding)
    ) as given left join tenant_usage as used on used.tenant = given.tenant`;
}

function backlog(now: string): string {
  return `
    select state, count(*) as blobs, count(*) filter (where due_at <= ${now}) as due, ${now} - min(due_at) as overdue
    from (select state, due_at from blobs where due_at is not null order by due_at limit ?) as first
    group by state`;
}

const SQLITE_NOW = `unixepoch('subsec')`;

/** A backup runs: what is removed keeps its bytes. */
function isHeld(now: string): string {
  return `exists (select 1 from pair where held_until > ${now})`;
}

function removeParts(now: string): string {
  return `
    delete from upload_parts where tenant = ? and upload_id = ? and file_id is null
    returning case when ${isHeld(now)} then null else blob_key end as blob_key`;
}

export const sqliteStatements: Statements = {
  begin: `
    insert into blobs (key, state, due_at)
    select value, 'writing', unixepoch('subsec') + ? from json_each(?)`,
  renew: `
    update blobs set due_at = unixepoch('subsec') + ?
    where state = 'writing' and key in (select value from json_each(?))`,
  commit: `
    insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
    select given.tenant, id, blob_key, filename, purpose, given.bytes, hash, created_at, expires_at
    from ${fileRows(" join blobs on blobs.key = value ->> 'blobKey' where blobs.state = 'writing'")}
    where ${FITTING}
    returning blob_key`,
  // a file without bytes: a driver binds an empty buffer as null
  addSmall: `
    insert into small_files (content, tenant, id, filename, purpose, bytes, hash, created_at, expires_at)
    select coalesce(substr(content, position, given.bytes), zeroblob(0)),
      given.tenant, id, filename, purpose, given.bytes, hash, created_at, expires_at
    from ${fileRows('')}, (select ? as content)
    where ${FITTING}
    returning id`,
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
    returning tenant, id, case
      when content_id is not null or ${isHeld(SQLITE_NOW)} then '[]'
      when blob_key <> '' then json_array(blob_key)
      else (select json_group_array(blob_key) from upload_parts where file_id = files.id and blob_key is not null)
    end as blob_keys`,
  removeParts: removeParts(SQLITE_NOW),
  expire: `
    delete from files
    where (tenant, id) in (select tenant, id from files where expires_at <= ? order by expires_at limit ?)
    returning id`,
  claim: `
    with due as (
      select key as due_key from blobs
      where due_at <= unixepoch('subsec') and not ${isHeld(SQLITE_NOW)} and key not in (select value from json_each(?))
      order by due_at limit ?
    )
    update blobs set due_at = unixepoch('subsec') + ?, ${CLAIMED}
    where key in (select due_key from due)
    returning key, unfinished, rounds`,
  hold: `update pair set held_until = unixepoch('subsec') + ?`,
  raisePair: raisePair('max'),
  backlog: backlog(SQLITE_NOW),
  miscounts: MISCOUNTS,
  filesOfPurpose: 'files indexed by files_of_purpose',
  asJson: (columns, order = '') => `json_group_array(json_array(${columns}) ${order})`,
};

/** The clock when the statement runs, not when its transaction began. */
const NOW = 'extract(epoch from clock_timestamp())::double precision';
const KEYS = 'select jsonb_array_elements_text(?::jsonb)';

/**
 * The files of the JSON at hand that fit into their quotas. Where there is one, the sums of all tenants are locked first, in
 * the order of their names; each is then what no other replica changes any more.
 */
const FITTING_ROWS = `
    with given as (
      select * from rows from (json_to_recordset(?::json) as (
        tenant text, id text, "blobKey" text, filename text, purpose text, bytes bigint, hash text,
        "createdAt" bigint, "expiresAt" bigint, position integer, "maxFiles" bigint, "maxBytes" bigint)) with ordinality
    ), used as (
      insert into tenant_usage (tenant, files, bytes)
      select tenant, 0, 0 from given
      where exists (select from given where "maxFiles" is not null or "maxBytes" is not null)
      group by tenant order by tenant
      on conflict (tenant) do update set files = tenant_usage.files
      returning tenant, files, bytes
    ), fitting as (
      select counted.* from (
        select given.*, count(*) over so_far as file_number, sum(bytes) over so_far as bytes_so_far
        from given window so_far as (partition by tenant order by ordinality rows unbounded preceding)
      ) as counted left join used using (tenant)
      where ${FITTING}
    )`;

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
    ${FITTING_ROWS}, claimed as (
      update blobs set state = 'live', due_at = null from fitting
      where key = "blobKey" and state = 'writing'
      returning key
    )
    insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
    select tenant, id, "blobKey", filename, purpose, bytes, hash, "createdAt", "expiresAt"
    from fitting join claimed on key = "blobKey"
    returning blob_key`,
  addSmall: `
    ${FITTING_ROWS}, content as materialized (
      select ?::bytea as bytes
    ), numbered as materialized (
      select *, nextval('contents_id') as content_id from fitting
    ), kept as (
      insert into contents (id, bytes)
      select content_id, substr(content.bytes, position, numbered.bytes::integer) from numbered, content
    )
    insert into files (tenant, id, blob_key, content_id, filename, purpose, bytes, hash, created_at, expires_at)
    select tenant, id, '', content_id, filename, purpose, bytes, hash, "createdAt", "expiresAt" from numbered
    returning id`,
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
    select tenant, id, case
      when content_id is not null or ${isHeld(NOW)} then '[]'
      when blob_key <> '' then json_build_array(blob_key)::text
      else coalesce((
        select json_agg(blob_key) from upload_parts where file_id = gone.id and blob_key is not null
      )::text, '[]')
    end as blob_keys from gone`,
  removeParts: removeParts(NOW),
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
      where due_at <= ${NOW} and not ${isHeld(NOW)} and key not in (${KEYS})
      order by due_at limit ? for update skip locked
    )
    update blobs set due_at = ${NOW} + ?, ${CLAIMED}
    from due where key = due_key
    returning key, unfinished, rounds`,
  hold: `update pair set held_until = ${NOW} + ?`,
  raisePair: raisePair('greatest'),
  backlog: backlog(NOW),
  miscounts: MISCOUNTS,
  filesOfPurpose: 'files',
  asJson: (columns, order = '') => `json_agg(json_build_array(${columns}) ${order})::text`,
};
