import type { components } from '../../generated/types';
import type { Files, ListedFile, Page } from '../files/files';
import type { JsonStream } from './contract/calls';
import { BATCH_ROWS, FIRST_ROWS, streamList } from './json-list';

type FileObject = components['schemas']['FileObjectModel'];
type FileList = components['schemas']['ListFilesResponseModel'];
type ListRequest = Parameters<Files['list']>[1];

/** @returns a function that lists files: up to 100 as an object, more as a stream of JSON. */
export function createFileLists(files: Files) {
  return async (tenant: string, request: ListRequest): Promise<FileList | JsonStream<FileList>> => {
    const first = await files.list(tenant, { ...request, limit: Math.min(request.limit, FIRST_ROWS) });
    if (first.hasMore && request.limit > FIRST_ROWS) return longList(tenant, request, first);
    return {
      object: 'list',
      data: first.files.map(toFileObject),
      first_id: first.files.at(0)?.id ?? null,
      last_id: first.files.at(-1)?.id ?? null,
      has_more: first.hasMore,
    };
  };

  /** Each page is a statement of its own and begins behind the last id. */
  function longList(tenant: string, request: ListRequest, first: Page): JsonStream<FileList> {
    let count = first.files.length;
    let { hasMore } = first;
    let lastId = first.files.at(-1)?.id;
    return streamList({
      first: first.files.map(toFileObject),
      async readNext() {
        if (!hasMore || count >= request.limit) return undefined;
        const limit = Math.min(BATCH_ROWS, request.limit - count);
        const page = await files.list(tenant, { ...request, after: lastId, limit });
        ({ hasMore } = page);
        count += page.files.length;
        lastId = page.files.at(-1)?.id ?? lastId;
        return page.files.map(toFileObject);
      },
      takeTurn: () => files.longLists.take(tenant),
      tail: () => ({ first_id: first.files.at(0)?.id, last_id: lastId, has_more: hasMore }),
    });
  }
}

export function toFileObject(file: ListedFile): FileObject {
  return {
    id: file.id,
    object: 'file',
    bytes: file.bytes,
    created_at: file.createdAt,
    expires_at: file.expiresAt,
    filename: file.filename,
    // the column holds what the contract let in
    purpose: file.purpose as FileObject['purpose'],
    status: 'processed',
  };
}
