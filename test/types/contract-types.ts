/**
 * What must not compile, and what must: `npm run typecheck` fails when an error that is expected here does not come.
 * Nothing here runs.
 */
import { Readable } from 'node:stream';
import type { Calls, Handlers, Answers } from '../../generated/calls';
import type { AnyHandler } from '../../src/http/contract/calls';
import { notImplemented } from '../../src/http/contract/calls';

declare const handlers: Handlers;
type File = Extract<Answers['get_file_v1_files__file_id__get']['body'], { id: string }>;
const file: File = {
  id: 'file-1',
  object: 'file',
  bytes: 1,
  created_at: 1,
  expires_at: null,
  filename: 'a',
  purpose: 'batch',
};

export const complete: Handlers = { ...handlers, get_file_v1_files__file_id__get: notImplemented };
export const asServed: Readonly<Record<string, AnyHandler>> = handlers;

const { get_file_v1_files__file_id__get: _missing, ...others } = handlers;
// @ts-expect-error a handler is missing
export const missing: Handlers = others;

// @ts-expect-error a handler is stale: the contract has no such operation
export const stale: Handlers = { ...handlers, removed_operation: notImplemented };

const withOther = () => ({ ...file, other: 1 });
const unchanged = { etag: '"1"', 'last-modified': 'Thu, 26 Nov 2026 12:00:00 GMT' };
const etagAndOther = () => ({ ...unchanged, 'x-other': '1' });
const ofContent = { ...unchanged, 'accept-ranges': 'bytes', 'content-length': 1, 'content-disposition': 'attachment' };
const bytes = { contentType: 'application/octet-stream', body: Readable.from([]) } as const;

export const answers: Partial<Handlers> = {
  get_file_v1_files__file_id__get: async ({ answer, params }) => {
    // @ts-expect-error 201 is not documented
    answer({ status: 201, body: file });
    // @ts-expect-error an error is thrown, not answered
    answer({ status: 404, body: { error: {} } });
    // @ts-expect-error the purpose is not one of the contract's
    answer({ status: 200, body: { ...file, purpose: 'other' } });
    // @ts-expect-error a helper has made a field that is not documented
    answer({ status: 200, body: withOther() });
    // @ts-expect-error the answer is another media type
    answer({ status: 200, body: file, contentType: 'text/plain' });
    return answer({ status: 200, body: { ...file, id: params.file_id } });
  },
  list_files_v1_files_get: async ({ answer }) => {
    // @ts-expect-error a helper has made a field that is not documented, further down
    answer({
      status: 200,
      body: { object: 'list', data: [withOther()], first_id: null, last_id: null, has_more: false },
    });
    return answer({ status: 200, body: Readable.from([]), contentType: 'application/json' });
  },
  // @ts-expect-error the body lacks `deleted`
  delete_file_v1_files__file_id__delete: async (call) => call.answer({ status: 200, body: { id: '', object: 'file' } }),
  // @ts-expect-error an answer that was not held against the contract
  upload_file_v1_files_post: async () => ({ status: 200, body: file }),
  get_file_content_v1_files__file_id__content_get: async ({ answer }) => {
    // @ts-expect-error bytes are not a JSON value
    answer({ status: 200, headers: ofContent, contentType: 'application/octet-stream', body: file });
    // @ts-expect-error a range has a content-range
    answer({ status: 206, headers: ofContent, ...bytes });
    // @ts-expect-error bytes have a type
    answer({ status: 200, headers: ofContent, body: bytes.body });
    // @ts-expect-error a required header is missing
    answer({ status: 304, headers: {} });
    // @ts-expect-error a header is not documented
    answer({ status: 304, headers: { ...unchanged, 'x-other': '1' } });
    // @ts-expect-error a helper has made a header that is not documented
    answer({ status: 304, headers: etagAndOther() });
    // @ts-expect-error what a handler has beside the answer is not documented
    answer({ status: 304, headers: unchanged, range: { start: 0, end: 1 } });
    return answer({ status: 200, headers: ofContent, ...bytes });
  },
  head_file_content_v1_files__file_id__content_head: async ({ answer }) => {
    // @ts-expect-error a HEAD has no body
    answer({ status: 200, headers: ofContent, ...bytes });
    return answer({ status: 200, headers: ofContent, contentType: 'application/octet-stream' });
  },
};

export async function calls(list: Calls['list_files_v1_files_get'], upload: Calls['upload_file_v1_files_post']) {
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
