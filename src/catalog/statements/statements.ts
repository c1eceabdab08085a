/**
 * The statements that change rows, each complete in itself: one round trip, one commit, and no transaction that a failure
 * could leave open. Many keys or rows travel as one JSON parameter, so that a batch of any size is the same statement.
 * SQLite's triggers (see `schema/`) change a blob with its file; Postgres changes both in one WITH. In both,
 * triggers keep the sums of each tenant. On Postgres whatever changes several tenants' sums takes them in the order of
 * their names, and takes no lock behind them that anybody else could hold.
 */
export interface Statements extends ReturnType<typeof commonStatements> {
  /** (lease seconds, keys) */
  begin: string;
  /** (lease seconds, keys) */
  renew: string;
  /** (files, each with the most files and bytes its tenant may have, or null) -> blob_key of each file that was added */
  commit: string;
  /** (files as for `commit` with the position of each one's bytes, bytes of all) -> id of each file that was added */
  addSmall: string;
  /** ({tenant, id} of files, now) -> tenant, id, blob_keys (JSON) of each file that was removed; no keys of bytes that are to stay */
  remove: string;
  /** (now, limit) -> a row for each file that was removed */
  expire: string;
  /** The table of files for a page of one purpose: SQLite would filter the whole tenant, if it were not told the index. */
  filesOfPurpose: string;
  /** The aggregate that gives rows as one JSON array of arrays, in `order` if there is one; over no rows it may be null. */
  asJson: (columns: string, order?: string) => string;
}

/**
 * Those of the files at hand that fit beside what their tenant has, counted in their order. One that is too large leaves
 * the smaller ones behind it out, too: whoever asks tries them alone.
 */
export const FITTING = `
  coalesce(used.files, 0) + file_number <= coalesce("maxFiles", ${Number.MAX_SAFE_INTEGER})
  and ("maxBytes" is null or coalesce(used.bytes, 0) + bytes_so_far <= "maxBytes")`;

/** A backup runs: what is removed keeps its bytes. */
export function isHeld(now: string): string {
  return `exists (select 1 from pair where held_until > ${now})`;
}

/**
 * The statements that differ in a few words alone: the time, the keys of a JSON parameter, the function that gives the larger
 * number, and a lock that skips rows which another transaction has.
 */
export function commonStatements(now: string, keys: string, larger: string, lock = '') {
  return {
    /** (keys) */
    forget: `
    delete from blobs where state <> 'live' and key in (${keys})`,
    /** (keys) -> key of each blob that was `writing` */
    doom: `
    update blobs set state = 'doomed', unfinished = true, due_at = ${now}
    where state = 'writing' and key in (${keys})
    returning key`,
    /** (tenant, upload), of parts that are no file's -> blob_key of each, null for bytes that are to stay */
    removeParts: `
    delete from upload_parts where tenant = ? and upload_id = ? and file_id is null
    returning case when ${isHeld(now)} then null else blob_key end as blob_key`,
    /** Rows of both kinds; a blob that was never live may have a writer that still writes. (keys to leave alone, limit, lease seconds) -> key, unfinished, rounds */
    claim: `
    with due as (
      select key as due_key from blobs
      where due_at <= ${now} and not ${isHeld(now)} and key not in (${keys})
      order by due_at limit ? ${lock}
    )
    update blobs set due_at = ${now} + ?, unfinished = (unfinished or state = 'writing'), state = 'doomed', rounds = rounds + 1
    where key in (select due_key from due)
    returning key, unfinished, rounds`,
    /** (seconds) */
    hold: `update pair set held_until = ${now} + ?`,
    /** (id, least count) -> id, count */
    raisePair: `
    insert into pair (slot, id, count) values (1, ?, ?)
    on conflict (slot) do update set count = ${larger}(pair.count + 1, excluded.count)
    returning id, count`,
    /** (limit) -> state, blobs, due, overdue seconds, of the blobs that are no file's */
    backlog: `
    select state, count(*) as blobs, count(*) filter (where due_at <= ${now}) as due, ${now} - min(due_at) as overdue
    from (select state, due_at from blobs where due_at is not null order by due_at limit ?) as first
    group by state`,
    /** () -> tenant, sums kept and sums counted of each tenant whose two differ */
    miscounts: `
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
    select * from both_sums where kept_files <> counted_files or kept_bytes <> counted_bytes order by tenant`,
  };
}
