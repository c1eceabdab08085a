import { AppError } from '../errors';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import type { PartRecord, PartsPage, UploadRecord } from '../catalog/upload-catalog';
import type { Quota } from '../catalog/quota';
import { inTurn } from '../shares/pool';
import type { Pool } from '../shares/pool';
import type { ReadParts } from './content';
import type { HashAlgorithm } from './digest';
import { expiryOf, filenameOf, fileTooLarge, isUploadId, newId, noSuch } from './file';
import type { FreeBlobs } from './free-blobs';
import { chooseParts, hashOfParts } from './joined-parts';
import { MAX_PARTS, createPartUploads, ended } from './part-upload';
import type { Uploads } from './uploads';

export type { PartRecord } from '../catalog/upload-catalog';

export type UploadSessions = ReturnType<typeof createUploadSessions>;

type UploadProperties = Pick<UploadRecord, 'filename' | 'purpose' | 'bytes' | 'mimeType'> & {
  expiresAfterSeconds?: number | undefined;
};

export interface UploadState {
  upload: UploadRecord;
  /** Set once it is completed, unless the file was deleted. */
  file: FileRecord | undefined;
}

export interface SessionRules {
  maxUploadBytes: number;
  maxPartBytes: number;
  sessionSeconds: number;
  hash: HashAlgorithm;
  completions: Pool;
  transactions: Pool;
  removals: Pool;
  quotaOf: (tenant: string) => Quota;
}

/** How long the claim of a request that completes an upload lasts after its last renewal. */
const CLAIM_SECONDS = 10;
const RENEW_CLAIM_MS = 2500;

/** The Uploads API: a file that comes in parts, in any order and in parallel, over any number of connections. */
export function createUploadSessions(
  { uploads: catalog, find: findFile }: Pick<FileCatalog, 'uploads' | 'find'>,
  { uploads, readParts, freeBlobs }: { uploads: Uploads; readParts: ReadParts; freeBlobs: FreeBlobs },
  rules: SessionRules,
  now: () => number,
) {
  /** @throws AppError `not_found`; `invalid` when it takes no more parts; `busy`, `unavailable`. */
  const beginPart = createPartUploads(uploads, catalog, { find, ...rules, now });
  /** Waits for the tenant's turn: few complete at once, since each holds a long list and may read all bytes. */
  const takeCompletion = async (tenant: string, signal: AbortSignal) =>
    rules.completions.take(tenant, { ending: { signal } });
  return { create, get, beginPart, parts, takeCompletion, complete, cancel };

  /**
   * Waits for its turn, until `signal` fires.
   * @throws AppError `too_large`, `forbidden` for the tenant's quota, `invalid` for the name, `unavailable` when the storage is full.
   */
  async function create(tenant: string, properties: UploadProperties, signal: AbortSignal): Promise<UploadState> {
    if (properties.bytes > rules.maxUploadBytes) throw fileTooLarge(rules.maxUploadBytes, 'bytes');
    await uploads.checkRoom();
    const createdAt = now();
    const upload: UploadRecord = {
      ...properties,
      tenant,
      id: newId('upload_'),
      filename: filenameOf(properties.filename, 'filename'),
      expiresAfterSeconds: properties.expiresAfterSeconds ?? null,
      createdAt,
      expiresAt: createdAt + rules.sessionSeconds,
      status: 'pending',
      fileId: null,
    };
    await inTurn(rules.transactions, tenant, () => catalog.create(upload, rules.quotaOf(tenant)), signal);
    return { upload, file: undefined };
  }

  /** @throws AppError `not_found` */
  async function get(tenant: string, id: string): Promise<UploadState> {
    const upload = await find(tenant, id);
    const file = upload.fileId === null ? undefined : await findFile(tenant, upload.fileId, now());
    return { upload, file };
  }

  async function find(tenant: string, id: string): Promise<UploadRecord> {
    const upload = isUploadId(id) ? await catalog.find(tenant, id) : undefined;
    if (!upload) throw noSuch('Upload', id);
    const hasExpired = upload.status === 'pending' && upload.expiresAt <= now();
    return hasExpired ? { ...upload, status: 'expired' } : upload;
  }

  /** Up to `limit` behind the id `after`, in the order of ids. @throws AppError `not_found` */
  async function parts(tenant: string, id: string, page: PartsPage): Promise<PartRecord[]> {
    await find(tenant, id);
    return catalog.parts(tenant, id, page);
  }

  /**
   * Makes the parts a file; again with the same parts it returns the same file. To check `md5` it reads all bytes.
   * @throws AppError `not_found`; `invalid` for parts that do not fit; `conflict` while another request completes it.
   */
  async function complete(tenant: string, id: string, partIds: readonly string[], md5?: string): Promise<UploadState> {
    const upload = await find(tenant, id);
    if (upload.status !== 'pending') return completeAgain(upload, partIds);
    // it takes one transaction: of two requests at once the second finds the file of the first
    if (md5 === undefined && rules.hash === 'crc32') return join(upload, partIds);
    if (!(await catalog.claim(tenant, id, now(), CLAIM_SECONDS))) {
      const found = await find(tenant, id);
      if (found.status !== 'pending') return completeAgain(found, partIds);
      throw new AppError('conflict', 'The upload is being completed by another request.');
    }
    // all bytes are read; if this process dies, the claim soon expires
    const renew = () => void catalog.renewClaim(tenant, id, now(), CLAIM_SECONDS).catch(() => undefined);
    const renewal = setInterval(renew, RENEW_CLAIM_MS);
    try {
      return await join(upload, partIds, md5);
    } catch (error) {
      // so that the next request need not wait; if the catalog is away, the claim expires
      await catalog.release(tenant, id).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  async function join(upload: UploadRecord, partIds: readonly string[], md5?: string): Promise<UploadState> {
    const { tenant, id } = upload;
    const chosen = chooseParts(upload, await catalog.parts(tenant, id, { limit: MAX_PARTS }), partIds);
    const file = fileOf(upload, await hashOfParts(chosen, readParts, rules.hash, md5));
    const leftOut = await inTurn(rules.transactions, tenant, () => catalog.complete(upload, file, partIds));
    if (!leftOut) return completeAgain(await find(tenant, id), partIds);
    await freeBlobs(leftOut);
    return { upload: { ...upload, status: 'completed', fileId: file.id }, file };
  }

  /** For a request that comes twice. @throws AppError `invalid` when it names other parts. */
  async function completeAgain(upload: UploadRecord, partIds: readonly string[]): Promise<UploadState> {
    if (upload.status !== 'completed') throw ended(upload);
    const state = await get(upload.tenant, upload.id);
    if (!state.file) throw invalid('The upload is completed, and its file was deleted.');
    if (!(await isMadeOf(state.file, partIds))) {
      throw invalid('The upload is completed already, with other parts.', 'part_ids');
    }
    return state;
  }

  async function isMadeOf(file: FileRecord, partIds: readonly string[]): Promise<boolean> {
    let count = 0;
    for await (const part of catalog.partsOf(file)) {
      if (part.id !== partIds[count]) return false;
      count += 1;
    }
    return count === partIds.length;
  }

  function fileOf(upload: UploadRecord, hash: string): FileRecord {
    const createdAt = now();
    return {
      id: newId('file-'),
      tenant: upload.tenant,
      blobKey: null,
      isInParts: true,
      filename: upload.filename,
      purpose: upload.purpose,
      bytes: upload.bytes,
      hash,
      createdAt,
      expiresAt: expiryOf(upload.purpose, createdAt, upload.expiresAfterSeconds ?? undefined),
    };
  }

  /** Waits for its turn, until `signal` fires. @throws AppError `not_found`; `invalid` when it is completed. */
  async function cancel(tenant: string, id: string, signal: AbortSignal): Promise<UploadState> {
    const upload = await find(tenant, id);
    if (upload.status === 'pending' || upload.status === 'expired') {
      const status = upload.status === 'pending' ? 'cancelled' : 'expired';
      const end = () => catalog.end(tenant, id, status, now());
      const endAndFree = async () => freeBlobs((await inTurn(rules.transactions, tenant, end, signal)) ?? []);
      await inTurn(rules.removals, tenant, endAndFree, signal);
    }
    const state = await get(tenant, id);
    if (state.upload.status === 'completed') throw ended(state.upload);
    return state;
  }
}

function invalid(message: string, param: string | null = null): AppError {
  return new AppError('invalid', message, { param });
}
