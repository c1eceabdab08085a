import { FITTING, commonStatements, isHeld } from './statements';
import type { Statements } from './statements';

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
  ...commonStatements(NOW, KEYS, 'greatest', 'for update skip locked'),
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
  filesOfPurpose: 'files',
  asJson: (columns, order = '') => `json_agg(json_build_array(${columns}) ${order})::text`,
};
