import type { Readable } from 'node:stream';

/**
 * The port between the life of a blob and the place where its bytes are.
 *
 * The caller mints keys, counts, limits, hashes and meters; an adapter stores, reads and deletes, no more.
 * Every promise below is a case of the shared suite in `test/storage/blob-store-suite.ts`.
 */
export interface BlobStore {
  /** One word or URL for the start-up line; never holds a secret. */
  readonly description: string;
  /** The most memory, in bytes, that one `put` may hold beyond the batch that it is handed and what it stores. */
  readonly putMemoryBytes: number;

  /**
   * Writes one blob, once.
   *
   * Resolves when the bytes are as durable as the adapter declares. When the source or the signal fails, it
   * rejects with that very error, and nothing readable is left. It pulls the next batch only when it can take
   * it, one at a time, and settles only once it will never write again. Until then a reader may find a part of it.
   *
   * @throws AppError `unavailable` when the store is full or away; `cause` says why. Also in place of any other error
   * when what was written cannot be removed: `cause` is then an AggregateError of the put's own error and the
   * removal's. After `unavailable` bytes may be there, or, when an answer of S3 was lost, appear yet: delete the key
   * again later. @throws Error when the key is taken, or is no key.
   */
  put(key: BlobKey, source: BlobSource, options: PutOptions): Promise<void>;

  /**
   * Opens a blob for reading; a range is inclusive at both ends and lies within the blob.
   * Destroying the stream frees everything. A read that has begun may finish after a `delete`.
   * A range beyond the end, which only a damaged blob has, rejects with an Error that is no AppError.
   *
   * @throws AppError `not_found` before the first byte when there is no such blob; `unavailable` otherwise.
   */
  get(key: BlobKey, range?: ByteRange): Promise<Readable>;

  /**
   * Removes a blob, as durably as the adapter declares; removing nothing is fine. With `unfinished` it also frees
   * what a `put` that never settled left behind, such as an open S3 multipart upload, which costs a search.
   *
   * @throws AppError `unavailable`: the bytes may still be there, try again later.
   */
  delete(key: BlobKey, options?: { unfinished?: boolean }): Promise<void>;

  /**
   * Removes up to 1,000 blobs as `delete` does each, in as few requests and syncs as the store can.
   * @returns a failure, as `delete` would throw it, for each whose bytes may still be there.
   */
  deleteAll(blobs: readonly DoomedKey[]): Promise<Map<BlobKey, Error>>;

  /** Every blob that the store holds, finished or not, in no order: for `verify`, which looks for orphans. */
  list(): AsyncIterable<StoredBlob>;

  /** The small text that the store keeps beside its blobs for `files/pair.ts`; undefined when there is none. @throws AppError `unavailable` */
  readMark(): Promise<string | undefined>;

  /** Replaces that text, whole and as durably as a blob. @throws AppError `unavailable` */
  writeMark(text: string): Promise<void>;

  /** Resolves when the store can give bytes, and delete them. @throws AppError `unavailable` */
  ping(): Promise<void>;

  /** Resolves when there is room for another blob, as far as the adapter can tell. @throws AppError `unavailable` */
  checkRoom(): Promise<void>;

  /** Releases what the adapter holds. Puts that still run are the caller's to end first. */
  close(): Promise<void>;
}

/** 32 lower-case hexadecimal digits, minted by the caller: never anything that a client sent. */
export type BlobKey = string;

/**
 * A blob's bytes in batches of zero-copy slices, of about a MiB together while bytes come quickly.
 * An adapter may hand a batch to `writev` as it is and must not write to its buffers.
 */
export type BlobSource = AsyncIterable<readonly Buffer[]>;

/** The name under which an adapter keeps the mark. It is no key. */
export const MARK_NAME = 'sluice-mark.json';

/** An adapter that holds bytes of a blob asks here before it allocates them. The caller frees all of it after the put. */
export interface PutMemory {
  /** Waits while there is none left. @throws AppError `busy` when none becomes free in time. */
  grow(bytes: number): void | Promise<void>;
  /** For memory that the put can do without. False unless plenty is left. */
  growIfPlentiful(bytes: number): boolean;
}

export interface PutOptions {
  /** Ends the put; it rejects with the signal's reason. */
  signal: AbortSignal;
  /** Absent: as much as `putMemoryBytes` says. */
  memory?: PutMemory;
  /** The source has at most so many bytes, as far as that is known before it gives any. */
  mostBytes?: number;
}

export interface DoomedKey {
  key: BlobKey;
  /** See `delete`. */
  unfinished?: boolean;
}

export interface ByteRange {
  /** The first byte, counted from 0. */
  start: number;
  /** The last byte, inclusive. */
  end: number;
}

export interface StoredBlob {
  key: BlobKey;
  /** Bytes stored now; `undefined` for an unfinished S3 upload, whose size is not known. */
  bytes: number | undefined;
  /** When it came, in milliseconds since 1970; undefined where the store does not say. */
  storedAt: number | undefined;
}
