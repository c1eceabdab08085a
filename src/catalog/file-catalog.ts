import type { Quota, Usage } from './quota';
import type { UploadCatalog } from './upload-catalog';

/**
 * The rows that say which files exist. A blob's bytes mean nothing until its row is `live`.
 *
 *     writing --commit--> live --delete, expiry--> doomed --bytes gone--> (no row)
 *        |---- lease ran out, discard of a blob that cannot be deleted ----^
 *
 * Times in seconds since 1970. The tenant is an explicit first argument everywhere.
 * Every call rejects with AppError `unavailable` when the database is away, locked or full, and works again once it is back.
 */
export interface FileCatalog {
  /** One word or URL for the start-up line; never holds a secret. */
  readonly description: string;

  /** Files that come in parts. */
  readonly uploads: UploadCatalog;

  /** Notes a blob as `writing`, with a lease of `leaseSeconds` by the database's clock, before its first byte is stored. */
  begin(blobKey: string): Promise<void>;

  /** Renews the leases of the blobs that this process writes now: one statement for all. */
  renew(blobKeys: readonly string[]): Promise<void>;

  /**
   * In one transaction the blob becomes `live` and the file's row appears. Commits that arrive while one runs
   * share the next; when a shared one fails, each is tried alone, so that each caller learns its own outcome.
   *
   * After `unavailable` nobody knows whether it happened: the connection may have gone before the answer came. The
   * caller must not delete the bytes then, unless `doom` has returned true for the blob.
   *
   * @returns false when the blob is no longer `writing`: a reaper has won, and nothing was changed.
   * @throws AppError `forbidden` when the tenant would have more than `quota` allows; nothing was changed.
   */
  commit(file: BlobFile, quota?: Quota): Promise<boolean>;

  /**
   * Adds a small file whose bytes the catalog keeps itself: row and bytes appear in one statement. Before it there is
   * nothing, and so nothing to lease, discard or reap. `file.blobKey` is null.
   *
   * After `unavailable` nobody knows whether it happened.
   * @throws AppError `forbidden` when the tenant would have more than `quota` allows; nothing was changed.
   */
  addSmall(file: FileRecord, content: readonly Buffer[], quota?: Quota): Promise<void>;

  /** The bytes of a file that `addSmall` added, or a range of them; undefined when the file is gone. Ranges as in BlobStore. */
  readSmall(file: FileRecord, range?: { start: number; end: number }): Promise<Buffer | undefined>;

  /** Removes the row of a blob whose bytes are gone. A `live` row stays: it belongs to a file. */
  forget(blobKey: string): Promise<void>;

  /**
   * Marks a `writing` blob as `doomed`, so that a reaper goes on trying to delete its bytes; due at once.
   * @returns true when the blob is doomed now; false when it is `live` or has no row, and nothing was changed.
   */
  doom(blobKey: string): Promise<boolean>;

  /** The file, unless it is absent, expired at `now` or another tenant's. */
  find(tenant: string, id: string, now: number): Promise<FileRecord | undefined>;

  /** One page of a tenant's files that have not expired at `now`, ordered by id. `after` is a position and need not exist. */
  list(tenant: string, page: PageRequest): Promise<Page>;

  /**
   * In one transaction the file's row goes and its blob, or those of its parts, become `doomed`, due at once.
   * @returns the blobs' keys, none for bytes that the catalog kept, and during a `hold`; undefined when the file is absent,
   * expired or another tenant's.
   */
  remove(tenant: string, id: string, now: number): Promise<string[] | undefined>;

  /** Dooms the blobs of up to `limit` files that have expired at `now`, of all tenants. @returns how many. */
  expire(now: number, limit: number): Promise<number>;

  /**
   * Claims up to `limit` blobs that are due: `writing` ones whose lease ran out become `doomed`, and every claimed
   * row is due again one lease from now, so that no second reaper takes it. `exclude` are blobs this process writes.
   */
  claimDoomed(limit: number, exclude: readonly string[]): Promise<DoomedBlob[]>;

  /** What waits to be freed, of each kind counted up to `limit`, for the metrics. `now` is that of `expire`. */
  backlog(now: number, limit: number): Promise<Backlog>;

  /** The state of each pool of connections to the database. */
  pools(): Pools;

  /** Every file that was not removed, expired or not, for `verify`. */
  eachFile(): AsyncIterable<FileRecord>;

  /** What a tenant has, from sums that change in the statements that commit, remove and expire. */
  usage(tenant: string): Promise<Usage>;

  /** The sums of up to `limit` tenants, those with the most bytes first. */
  usages(limit: number): Promise<TenantUsage[]>;

  /** The tenants whose sums differ from what their rows add up to, for `verify`: it reads every row once. */
  miscounts(): Promise<Miscount[]>;

  /** The key of each blob that belongs to a file, or to an upload in parts. */
  eachLiveBlob(): AsyncIterable<string>;

  /** Keys among `blobKeys` that have a row, in any state: for `verify`, which looks for orphans. */
  knownBlobs(blobKeys: readonly string[]): Promise<Set<string>>;

  /** What the catalog holds of the pair that it forms with its store (`files/pair.ts`); undefined before the first start. */
  pairHalf(): Promise<PairHalf | undefined>;

  /** Raises the count by one, and above `above`. Where there is no row yet it is made, with `id`. @returns the row. */
  raisePair(id: string, above: number): Promise<PairHalf>;

  /**
   * For so long, by the database's clock, what is removed keeps its bytes: nothing is claimed, and `remove` gives no keys.
   * A later call counts from then; 0 ends it. For a backup.
   */
  hold(seconds: number): Promise<void>;

  /** Writes a copy of the whole catalog, as it is at one moment, into a new file. @throws Error when it is no file itself. */
  copyTo(path: string): Promise<void>;

  /** Resolves when the database answers. @throws AppError `unavailable` */
  ping(): Promise<void>;

  /** Resolves when there is room for more rows, as far as the catalog can tell. @throws AppError `unavailable` */
  checkRoom(): Promise<void>;

  close(): Promise<void>;
}

export interface FileRecord {
  id: string;
  tenant: string;
  /** Null when the catalog keeps the bytes, or the file is in parts. */
  blobKey: string | null;
  /** Its bytes are the parts of an upload: `uploads.partsOf` gives them. */
  isInParts?: true;
  filename: string;
  purpose: string;
  bytes: number;
  /** `algorithm:hex`, such as `crc32:cbf43926`. */
  hash: string;
  createdAt: number;
  expiresAt: number | null;
}

/** A file whose bytes are a blob of the store. */
export type BlobFile = FileRecord & { blobKey: string };

/** What catalog and store both hold, to tell that they belong together. */
export interface PairHalf {
  id: string;
  /** Rises with each start and each minute that a server runs. */
  count: number;
}

export interface PageRequest {
  now: number;
  /** An id; the page starts behind it in the chosen order. */
  after?: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
  purpose?: string | undefined;
}

export interface Page {
  files: ListedFile[];
  hasMore: boolean;
}

/** What a list shows of a file. Reading the other columns would take half of the time of a long page. */
export type ListedFile = Omit<FileRecord, 'tenant' | 'blobKey' | 'hash'>;

export interface TenantUsage extends Usage {
  tenant: string;
}

/** The sums that are kept, and what the rows add up to. */
interface Miscount {
  tenant: string;
  kept: Usage;
  counted: Usage;
}

export interface Backlog {
  writing: BlobCount;
  doomed: BlobCount;
  /** Files that have expired and that `expire` has not removed yet. */
  expiredFiles: number;
}

/** Blobs in one state that are no file's. */
export interface BlobCount {
  blobs: number;
  /** Those that a reaper may claim. */
  due: number;
  /** For how long the first of them has been due. */
  overdueSeconds: number;
}

/** By name. `waiting` are calls for which there is no connection yet. */
export type Pools = Record<string, { used: number; free: number; waiting: number }>;

export interface DoomedBlob {
  blobKey: string;
  /** True when its put may never have settled: one lease later its bytes are deleted once more before the row goes. */
  unfinished: boolean;
  /** False for an unfinished blob that was claimed for the first time: its row must stay for one further lease. */
  isFinalRound: boolean;
}

export interface CatalogOptions {
  /** How long a blob may stay `writing` without `renew`, and how long a reaper's claim holds. */
  leaseSeconds: number;
  /** So many uploads in parts that ended are remembered for a tenant: 1,000 unless it is given. */
  maxEndedUploads?: number;
  /** Bytes that stay free on its disk, where it has one. */
  minFreeBytes?: number;
}
