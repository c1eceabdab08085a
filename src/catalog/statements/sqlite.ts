import { FITTING, commonStatements, isHeld } from './statements';
import type { Statements } from './statements';

const NOW = `unixepoch('subsec')`;
const KEYS = 'select value from json_each(?)';

export const sqliteStatements: Statements = {
  ...commonStatements(NOW, KEYS, 'max'),
  begin: `
    insert into blobs (key, state, due_at)
    select value, 'writing', ${NOW} + ? from json_each(?)`,
  renew: `
    update blobs set due_at = ${NOW} + ?
    where state = 'writing' and key in (${KEYS})`,
  commit: `
    insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
    select given.tenant, id, blob_key, filename, purpose, given.bytes, hash, created_at, expires_at
    from ${fileRows(" join blobs on blobs.key = value ->> 'blobKey' where blobs.state = 'writing'")}
    where ${FITTING}
    returning blob_key`,
  // The bytes of all are a parameter, not a column: SQLite would copy a column into a table of its own, and read each file's
  // part from there. A file without bytes: a driver binds an empty buffer as null.
  addSmall: `
    with fitting as (
      select given.* from ${fileRows('')} where ${FITTING}
    )
    insert into small_files (content, tenant, id, filename, purpose, bytes, hash, created_at, expires_at)
    select coalesce(substr(?, position, bytes), zeroblob(0)),
      tenant, id, filename, purpose, bytes, hash, created_at, expires_at
    from fitting
    returning id`,
  remove: `
    delete from files
    where (tenant, id) in (select value ->> 'tenant', value ->> 'id' from json_each(?))
      and (expires_at is null or expires_at > ?)
    returning tenant, id, case
      when content_id is not null or ${isHeld(NOW)} then '[]'
      when blob_key <> '' then json_array(blob_key)
      else (select json_group_array(blob_key) from upload_parts where file_id = files.id and blob_key is not null)
    end as blob_keys`,
  expire: `
    delete from files
    where (tenant, id) in (select tenant, id from files where expires_at <= ? order by expires_at limit ?)
    returning id`,
  filesOfPurpose: 'files indexed by files_of_purpose',
  asJson: (columns, order = '') => `json_group_array(json_array(${columns}) ${order})`,
};

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
