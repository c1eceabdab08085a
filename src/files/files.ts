import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isAppError } from '../errors';
import type { FileCatalog, FileRecord, Page, PageRequest } from '../catalog/file-catalog';
import { isLimited } from '../catalog/quota';
import type { Quota, Usage } from '../catalog/quota';
import type { BlobStore, ByteRange } from '../storage/blob-store';
import { isFileId, noSuch } from './file';
import { createContentReader } from './content';
import { createFreeBlobs } from './free-blobs';
import { inTurn } from '../shares/pool';
import type { Pool } from '../shares/pool';
import { createUploadSessions } from './upload-sessions';
import type { SessionRules, UploadSessions } from './upload-sessions';
import { createUploads } from './uploads';
import type { Uploads, UploadRules } from './uploads';
import { createReaper } from './reaper';
import type { Reaper } from './reaper';

export type { FileRecord, ListedFile, Page } from '../catalog/file-catalog';

/** What a tenant can do with files. The tenant is the first argument everywhere: forgetting it does not compile. */
export interface Files {
  readonly uploads: Uploads;
  readonly sessions: UploadSessions;
  readonly reaper: Reaper;
  /** A place for each long list that is read. */
  readonly longLists: Pool;
  /** @throws AppError `not_found`, the same for a file that is absent, expired or another tenant's. */
  get(tenant: string, id: string): Promise<FileRecord>;
  /** A page in the order of ids. @throws AppError `invalid` when `after` is not an id. */
  list(tenant: string, page: Omit<PageRequest, 'now'>): Promise<Page>;
  /** The file's bytes, or a range of them. @throws AppError `not_found`, `unavailable` */
  read(file: FileRecord, range?: ByteRange): Promise<Readable | Buffer>;
  /**
   * Deletes the file; bytes that cannot be freed now are left to the reaper. One in parts waits for its turn, until `signal`
   * fires. @throws AppError `not_found`
   */
  remove(tenant: string, id: string, signal: AbortSignal): Promise<void>;
  /** What the tenant has and may have, or undefined where it has no quota. */
  allowance(tenant: string): Promise<{ usage: Usage; quota: Quota } | undefined>;
  /** @returns `ready`, or why no uploads are taken. @throws AppError `unavailable` when the store or the catalog is away. */
  checkReadiness(): Promise<{ uploads: string }>;
}

interface FilesOptions extends UploadRules, SessionRules {
  longLists: Pool;
  /** @throws AppError while nothing can be written, as far as that is known. */
  checkWritable: () => Promise<void>;
  /** Seconds since 1970. */
  now: () => number;
}

export function createFiles(store: BlobStore, catalog: FileCatalog, options: FilesOptions): Files {
  const { now } = options;
  const content = createContentReader(store, catalog);
  const uploads = createUploads(store, catalog, options, now);
  const freeBlobs = createFreeBlobs(store, catalog, options.onCleanupFailure);
  const sessions = createUploadSessions(catalog, { uploads, readParts: content.readParts, freeBlobs }, options, now);
  const { onCleanupFailure } = options;
  const reaper = createReaper(store, catalog, { runningKeys: uploads.runningKeys, giveWay, onCleanupFailure, now });
  const { longLists } = options;
  return { uploads, sessions, reaper, longLists, get, list, read, remove, allowance, checkReadiness };

  /** While uploads run, the reaper pauses for as long as it worked, so that it takes at most half of disk and catalog. */
  async function giveWay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (options.places.held() === 0) return;
    await sleep(milliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  }

  async function get(tenant: string, id: string): Promise<FileRecord> {
    const file = isFileId(id) ? await catalog.find(tenant, id, now()) : undefined;
    if (!file) throw noSuch('File', id);
    return file;
  }

  async function list(tenant: string, page: Omit<PageRequest, 'now'>): Promise<Page> {
    if (page.after !== undefined && !isFileId(page.after)) {
      throw new AppError('invalid', "'after' is not the id of a file.", { param: 'after' });
    }
    return catalog.list(tenant, { ...page, now: now() });
  }

  async function read(file: FileRecord, range?: ByteRange): Promise<Readable | Buffer> {
    try {
      return await content.read(file, range);
    } catch (error) {
      // the row was there a moment ago: deleted since, or lost by the store
      if (!isAppError(error, 'not_found')) throw error;
      if (!(await catalog.find(file.tenant, file.id, now()))) throw noSuch('File', file.id);
      throw new Error(`the bytes of the live file ${file.id} are missing (${file.blobKey ?? 'in the catalog'})`, {
        cause: error,
      });
    }
  }

  async function remove(tenant: string, id: string, signal: AbortSignal): Promise<void> {
    const { isInParts } = await get(tenant, id);
    const removeRows = () => catalog.remove(tenant, id, now());
    if (!isInParts) return free(await removeRows());
    const removeInTurn = async () => free(await inTurn(options.transactions, tenant, removeRows, signal));
    return inTurn(options.removals, tenant, removeInTurn, signal);

    async function free(blobKeys: readonly string[] | undefined): Promise<void> {
      if (!blobKeys) throw noSuch('File', id);
      await freeBlobs(blobKeys);
    }
  }

  async function allowance(tenant: string): Promise<{ usage: Usage; quota: Quota } | undefined> {
    const quota = options.quotaOf(tenant);
    return isLimited(quota) ? { usage: await catalog.usage(tenant), quota } : undefined;
  }

  async function checkReadiness(): Promise<{ uploads: string }> {
    await Promise.all([store.ping(), catalog.ping()]);
    try {
      await uploads.checkRoom();
      await options.checkWritable();
      return { uploads: 'ready' };
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { uploads: error.message };
    }
  }
}
