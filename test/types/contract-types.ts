/**
 * What must not compile, and what must: `npm run typecheck` fails when an error that is expected here does not come.
 * Nothing here runs.
 */
import { Readable } from 'node:stream';
import type { Call, Handlers, OperationId, Reply } from '../../src/http/contract/descriptors';
import { notImplemented } from '../../src/http/contract/descriptors';

declare const handlers: Handlers;
const file: Reply<'get_file_v1_files__file_id__get'>['body'] = {
  id: 'file-1',
  object: 'file',
  bytes: 1,
  created_at: 1,
  expires_at: null,
  filename: 'a',
  purpose: 'batch',
};

export const complete: Handlers = { ...handlers, get_file_v1_files__file_id__get: notImplemented };

const { get_file_v1_files__file_id__get: _missing, ...others } = handlers;
// @ts-expect-error a handler is missing
export const missing: Handlers = others;

// @ts-expect-error a handler is stale: the contract has no such operation
export const stale: Handlers = { ...handlers, removed_operation: notImplemented };

export const answers: Partial<Handlers> = {
  get_file_v1_files__file_id__get: async () => ({ status: 200, body: file }),
  // @ts-expect-error 201 is not documented
  upload_file_v1_files_post: async () => ({ status: 201, body: file }),
  // @ts-expect-error the body lacks `deleted`
  delete_file_v1_files__file_id__delete: async () => ({ status: 200, body: { id: 'file-1', object: 'file' } }),
  // @ts-expect-error bytes are not a JSON value
  get_file_content_v1_files__file_id__content_get: async () => ({ status: 200, body: file }),
  // @ts-expect-error a HEAD has no body
  head_file_content_v1_files__file_id__content_head: async () => ({ status: 200, body: Readable.from([]) }),
};

// @ts-expect-error an error is thrown, not answered
export const error: Reply<'get_file_v1_files__file_id__get'> = { status: 404, body: { error: {} } };
// @ts-expect-error the purpose is not one of the contract's
export const purpose: Reply<'get_file_v1_files__file_id__get'> = { status: 200, body: { ...file, purpose: 'other' } };
export const header: Reply<'get_file_content_v1_files__file_id__content_get'> = {
  status: 304,
  // @ts-expect-error the header is not documented
  headers: { etag: '"1"', 'x-other': '1' },
};
export const range: Reply<'get_file_content_v1_files__file_id__content_get'> = {
  status: 206,
  body: Readable.from([]),
  headers: { 'content-range': 'bytes 0-1/2', 'content-length': 2 },
};

export async function calls(list: Call<'list_files_v1_files_get'>, upload: Call<'upload_file_v1_files_post'>) {
  const limit: number = list.query.limit;
  const order: 'asc' | 'desc' = list.query.order;
  const after: string | undefined = list.query.after;
  // @ts-expect-error a text is never null
  const none: null = list.query.after;
  // @ts-expect-error the query has no such parameter
  const other = list.query.other;
  // @ts-expect-error the list has no body
  await list.readForm({});
  // @ts-expect-error the upload is no JSON
  await upload.readJson();
  // @ts-expect-error the file has no sink
  await upload.readForm({});
  const form = await upload.readForm({ file: async (part) => ({ key: part.filename }) });
  const key: string = form.file.key;
  const seconds: number | undefined = form.expires_after?.seconds;
  // @ts-expect-error the form has no such field
  const unknown = form.other;
  return [limit, order, after, none, other, key, seconds, unknown];
}

export const id: OperationId = 'list_files_v1_files_get';
// @ts-expect-error no operation of the contract
export const noId: OperationId = 'list_files';
