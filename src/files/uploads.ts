import { AppError, isAppError } from '../errors';
import { checkQuota, isLimited } from '../catalog/quota';
import type { Quota } from '../catalog/quota';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import type { BlobSource, BlobStore } from '../storage/blob-store';
import { createDigest } from './digest';
import type { HashAlgorithm } from './digest';
import { expiryOf, filenameOf, fileTooLarge, newId } from './file';
import type { OnCleanupFailure } from './free-blobs';
import type { Pool, Share } from '../shares/pool';
import { createRoom } from './room';
import type { Room } from './room';
import { createRunningBlobs } from './running-blobs';

/** One upload: staged bytes that become a file at `commit`, or nothing at all. */
export interface Upload {
  /**
   * Streams the bytes into the store, and counts and hashes them. They are invisible until `commit`.
   * @throws AppError `busy` when too many uploads run, `too_large`, `unavailable`; or what its bytes or `ending` failed with.
   */
  stage(file: IncomingFile): Promise<StagedFile>;
  /**
   * Makes the staged bytes a file.
   * @throws AppError `unavailable` when the catalog is away or the lease was lost, `forbidden` when the quota is used up.
   */
  commit(staged: StagedFile, properties: FileProperties): Promise<FileRecord>;
  /**
   * Runs `save`, which makes staged bytes live, or says with false that their lease was lost. After AppError `forbidden` or
   * `invalid` of it nothing has changed; after any other failure its outcome is unknown.
   * @throws what `save` throws; AppError `unavailable` for a lost lease.
   */
  keep(staged: StagedFile, save: () => Promise<boolean>): Promise<void>;
  /** Frees what was staged and not committed. Never rejects: the reaper frees what cannot be freed now. */
  discard(): Promise<void>;
}

/** A file of a request, while its bytes come. */
export interface IncomingFile {
  /** The field that it came in, for messages. */
  name: string;
  /** As the client sent it. */
  filename: string;
  bytes: IncomingBytes;
  /** The largest that it may be; by default what the rules say. */
  maxBytes?: number;
  /** It has at most so many bytes, as far as that is known; Infinity where it is not. */
  mostBytes: number;
  /** Its signal is aborted with the cause when the request ends early. It may be created on first use. */
  ending: { readonly signal: AbortSignal };
}

interface IncomingBytes extends BlobSource {
  /** Shows each slice when it comes, before it stands in a batch. */
  onSlice(listener: (slice: Buffer) => void): void;
  /** Whether there are at most `maxBytes`, as soon as that is known; rejects when they fail before. */
  endsWithin(maxBytes: number): Promise<boolean>;
  /** The iteration rejects with `error`, unless all was delivered already. */
  fail(error: Error): void;
}

export type StagedFile = {
  readonly filename: string;
  readonly bytes: number;
  readonly hash: string;
  /** A blob of the store; or the bytes of a small file, which go into its row. */
} & ({ readonly blobKey: string } | { readonly blobKey: null; readonly content: readonly Buffer[] });

interface FileProperties {
  purpose: string;
  expiresAfterSeconds?: number | undefined;
}

export type Uploads = ReturnType<typeof createUploads>;

export interface UploadRules {
  maxFileBytes: number;
  /** A file of at most so many bytes is kept by the catalog and never reaches the store; 0 for none. */
  smallFileBytes: number;
  places: Pool;
  buffers: Pool;
  hash: HashAlgorithm;
  quotaOf: (tenant: string) => Quota;
  leaseSeconds: number;
  /** Told of the bytes of each file and part that was committed. */
  onKept: (bytes: number) => void;
  /** Told of bytes that could not be freed yet, which no answer says. */
  onCleanupFailure: OnCleanupFailure;
}

const MEMORY_WAIT_SECONDS = 30;

export function createUploads(store: BlobStore, catalog: FileCatalog, rules: UploadRules, now: () => number) {
  const blobs = createRunningBlobs(store, catalog, rules);
  const room = createRoom(async () => {
    await Promise.all([store.checkRoom(), catalog.checkRoom()]);
  });

  return {
    begin,
    checkAdmission,
    checkCapacity,
    checkRoom: room.check,
    /** Renews the leases of all running uploads, and of the keys in stock. */
    renewLeases: blobs.renewLeases,
    /** Keys that this process writes now: its reaper does not claim them, even when their leases have expired in a standby. */
    runningKeys: blobs.keys,
    /** Call it when no upload runs any more. */
    close: blobs.close,
  };

  /** `checkAdmission` without the quota: an upload in parts has its share already. @throws AppError `busy`, `unavailable` */
  async function checkCapacity(): Promise<void> {
    rules.places.checkCapacity();
    await room.check();
  }

  /**
   * Refuses before the body what cannot succeed. @param leastBytes the least that the file has, as far as is known.
   * @throws AppError `busy` when there would be no place for it, `forbidden` when the quota is used up, `unavailable` when
   * the storage is full.
   */
  async function checkAdmission(tenant: string, leastBytes: number): Promise<void> {
    await checkCapacity();
    const quota = rules.quotaOf(tenant);
    if (isLimited(quota)) checkQuota(await catalog.usage(tenant), quota, leastBytes);
  }

  function begin(tenant: string): Upload {
    const staged = new Map<string, 'stored' | 'committing'>();
    const held: Share[] = [];
    return { stage, commit, keep, discard };

    async function stage(file: IncomingFile): Promise<StagedFile> {
      const { name, bytes, maxBytes = rules.maxFileBytes } = file;
      const filename = filenameOf(file.filename, name);
      const meter = startMeter(bytes, { name, maxBytes, hash: rules.hash }, room);
      const claim = { onEvicted: bytes.fail, bytesMoved: meter.bytes, ending: file.ending };
      held.push(await rules.places.take(tenant, claim));
      if (rules.smallFileBytes > 0 && (await bytes.endsWithin(rules.smallFileBytes))) {
        const content: Buffer[] = [];
        for await (const batch of bytes) content.push(...batch);
        return { blobKey: null, content, filename, bytes: meter.bytes(), hash: meter.hash() };
      }
      const blobKey = await blobs.begin();
      try {
        await putWithin(blobKey, file, meter.bytes);
        staged.set(blobKey, 'stored');
        return { blobKey, filename, bytes: meter.bytes(), hash: meter.hash() };
      } catch (error) {
        await blobs.freeAfter(error, blobKey);
        throw error;
      }
    }

    /** It may wait for memory for longer than others: meanwhile the client's bytes stay in the network. */
    async function putWithin(blobKey: string, { bytes, ending, mostBytes }: IncomingFile, bytesMoved: () => number) {
      const claim = { units: 0, onEvicted: bytes.fail, bytesMoved, ending, waitSeconds: MEMORY_WAIT_SECONDS };
      const memory = await rules.buffers.take(tenant, claim);
      try {
        await store.put(blobKey, bytes, { signal: ending.signal, memory, mostBytes });
      } finally {
        memory.release();
      }
    }

    async function commit(file: StagedFile, { purpose, expiresAfterSeconds }: FileProperties): Promise<FileRecord> {
      const { blobKey, filename, bytes, hash } = file;
      const createdAt = now();
      const expiresAt = expiryOf(purpose, createdAt, expiresAfterSeconds);
      const record = { id: newId('file-'), tenant, blobKey, filename, purpose, bytes, hash, createdAt, expiresAt };
      const quota = rules.quotaOf(tenant);
      if (file.blobKey === null) {
        await catalog.addSmall(record, file.content, quota);
        rules.onKept(bytes);
      } else {
        const blobFile = { ...record, blobKey: file.blobKey };
        await keep(file, () => catalog.commit(blobFile, quota));
      }
      return record;
    }

    async function keep({ blobKey, bytes }: StagedFile, save: () => Promise<boolean>): Promise<void> {
      if (blobKey !== null) staged.set(blobKey, 'committing');
      let isKept: boolean;
      try {
        isKept = await save();
      } catch (error) {
        if (blobKey !== null && isAppError(error, 'forbidden', 'invalid')) staged.set(blobKey, 'stored');
        throw error;
      }
      if (!isKept) {
        // the reaper may have removed the row already: nobody else frees what was written since
        if (blobKey !== null) staged.set(blobKey, 'stored');
        throw new AppError('unavailable', 'The upload was given up because its lease could not be renewed. Try again.');
      }
      rules.onKept(bytes);
      if (blobKey === null) return;
      staged.delete(blobKey);
      blobs.end(blobKey);
    }

    async function discard(): Promise<void> {
      for (const place of held) place.release();
      for (const [blobKey, state] of staged) {
        staged.delete(blobKey);
        if (state === 'stored') await blobs.free(blobKey);
        else await blobs.freeUnlessCommitted(blobKey);
      }
    }
  }
}

/** Counts and hashes bytes as they come. They fail with the first byte beyond the limit, and when there is no more room. */
function startMeter(
  bytes: IncomingBytes,
  { name, maxBytes, hash }: { name: string; maxBytes: number; hash: HashAlgorithm },
  room: Room,
) {
  const digest = createDigest(hash);
  let total = 0;
  bytes.onSlice((slice) => {
    total += slice.length;
    const shortage = room.take(slice.length);
    if (shortage) bytes.fail(shortage);
    if (total <= maxBytes) digest.update(slice);
    // not only with the batch: a client may wait for this answer before it sends the rest
    else bytes.fail(fileTooLarge(maxBytes, name));
  });
  return { bytes: () => total, hash: () => digest.finish() };
}
