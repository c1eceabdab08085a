import type { Quota } from './quota';
import type { FileRecord } from './file-catalog';

/**
 * Uploads that come in parts: the rows of the Uploads API. A part is a blob, or a small content of the catalog, that
 * belongs to an upload until the upload is completed, and to its file from then on.
 *
 *     pending --complete--> completed
 *        |---- cancel ----> cancelled
 *        |---- expiry ----> expired
 *
 * Times in seconds since 1970. Every call rejects with AppError `unavailable` when the database is away.
 */
export interface UploadCatalog {
  /** The announced bytes, and one file, count as used from here until the upload ends. @throws AppError `forbidden` beyond `quota`. */
  create(upload: UploadRecord, quota: Quota): Promise<void>;

  find(tenant: string, id: string): Promise<UploadRecord | undefined>;

  /**
   * In one transaction the part's row appears and its blob becomes `live`; with `content` the catalog keeps the bytes.
   *
   * Parts beyond what was announced count against the tenant's quota, too, until the upload ends.
   *
   * @throws AppError `forbidden` beyond the quota
   * @returns `lost` when a reaper has taken the blob, `ended` when the upload is not pending any more, `full` when it has
   * as many parts or bytes as `limits` allow; nothing was changed then.
   */
  addPart(part: PartRecord, content: readonly Buffer[] | undefined, limits: PartLimits): Promise<AddedPart>;

  /** Up to `limit` of the parts that are stored, in the order of their ids, which is that of time, behind the id `after`. */
  parts(tenant: string, uploadId: string, page: PartsPage): Promise<PartRecord[]>;

  /** Takes the right to complete, for `seconds`. @returns false when another request has it, or the upload is not pending. */
  claim(tenant: string, id: string, now: number, seconds: number): Promise<boolean>;
  /** Keeps that right for `seconds` from `now`, while it lasts. */
  renewClaim(tenant: string, id: string, now: number, seconds: number): Promise<void>;
  /** Gives that right back. */
  release(tenant: string, id: string): Promise<void>;

  /**
   * In one transaction the file's row appears, `partIds` become its parts in their order, and all others are freed.
   * @returns the keys of the blobs that are `doomed` now, none during a `hold`; undefined when the upload is not pending
   * any more, or a part is gone: nothing was changed then.
   */
  complete(upload: UploadRecord, file: FileRecord, partIds: readonly string[]): Promise<string[] | undefined>;

  /** Frees the parts of a pending upload. @returns as `complete`; undefined when it is not pending. */
  end(tenant: string, id: string, status: 'cancelled' | 'expired', now: number): Promise<string[] | undefined>;

  /** Ends up to `limit` pending uploads that have expired at `now`, of all tenants, and forgets old ones. @returns how many ended. */
  expire(now: number, limit: number): Promise<number>;

  /** The parts of a file, in its order, a few rows at a time: there may be thousands. */
  partsOf(file: Pick<FileRecord, 'tenant' | 'id'>): AsyncIterable<PartRecord>;

  /** The bytes of a part that the catalog keeps, or a range of them, inclusive at both ends; undefined when it is gone. */
  readPart(part: PartRecord, range: { start: number; end: number }): Promise<Buffer | undefined>;
}

export interface UploadRecord {
  tenant: string;
  id: string;
  filename: string;
  purpose: string;
  /** What was announced. */
  bytes: number;
  mimeType: string;
  expiresAfterSeconds: number | null;
  createdAt: number;
  expiresAt: number;
  status: 'pending' | 'completed' | 'cancelled' | 'expired';
  fileId: string | null;
}

export interface PartRecord {
  id: string;
  tenant: string;
  uploadId: string;
  /** Null when the catalog keeps the bytes. */
  blobKey: string | null;
  bytes: number;
  /** `algorithm:hex`. */
  hash: string;
  createdAt: number;
}

export interface PartsPage {
  after?: string | undefined;
  limit: number;
}

export interface PartLimits {
  now: number;
  maxParts: number;
  /** More than announced by so many: a client may send a part twice. */
  maxExtraBytes: number;
  quota: Quota;
}

export type AddedPart = 'added' | 'lost' | 'ended' | 'full';
