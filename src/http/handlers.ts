import { create as contentDisposition } from 'content-disposition';
import { operations } from '../../generated/operations';
import contract from '../../openapi.json';
import type { FileRecord, Files } from '../files/files';
import type { AnyHandler, Api } from './contract/api';
import type { Handlers } from './contract/descriptors';
import { FRAMING_ALLOWANCE_BYTES } from './contract/read-form';
import { createFileLists, toFileObject } from './file-list';
import { selectRange } from './range';

export const filesApi: Api = {
  document: contract,
  operations,
  // the type of each handler is its own operation's: here they are called by name
  createHandlers: (files) => createHandlers(files) as unknown as Record<string, AnyHandler>,
};

/** One function for each operation of the contract; the type says which, and what each may answer. */
export function createHandlers(files: Files): Handlers {
  const listFiles = createFileLists(files);
  return {
    async upload_file_v1_files_post(call) {
      const bodyBytes = Number(call.header('content-length') ?? 0);
      await files.uploads.checkAdmission(call.tenant, Math.max(0, bodyBytes - FRAMING_ALLOWANCE_BYTES));
      const upload = files.uploads.begin(call.tenant);
      try {
        const form = await call.readForm({
          file: (part) => upload.stage(part),
        });
        const file = await upload.commit(form.file, {
          purpose: form.purpose,
          expiresAfterSeconds: form.expires_after?.seconds,
        });
        return { status: 200, body: toFileObject(file) };
      } finally {
        await upload.discard();
      }
    },

    async list_files_v1_files_get({ tenant, query }) {
      const body = await listFiles(tenant, {
        after: query.after ?? undefined,
        limit: query.limit ?? 10_000,
        order: query.order ?? 'desc',
        purpose: query.purpose ?? undefined,
      });
      return { status: 200, body, contentType: 'application/json' };
    },

    async get_file_v1_files__file_id__get({ tenant, params }) {
      return { status: 200, body: toFileObject(await files.get(tenant, params.file_id)) };
    },

    async delete_file_v1_files__file_id__delete({ tenant, params }) {
      await files.remove(tenant, params.file_id);
      return { status: 200, body: { id: params.file_id, object: 'file', deleted: true } };
    },

    async get_file_content_v1_files__file_id__content_get({ tenant, params, header }) {
      const file = await files.get(tenant, params.file_id);
      const { range, ...described } = describeContent(file, header);
      return described.status === 304 ? described : { ...described, body: await files.read(file, range) };
    },

    async head_file_content_v1_files__file_id__content_head({ tenant, params, header }) {
      const { range: _, ...described } = describeContent(await files.get(tenant, params.file_id), header);
      return described;
    },
  };
}

/** All of an answer with content but the content, for GET and for HEAD. */
function describeContent(file: FileRecord, header: (name: string) => string | undefined) {
  const headers = contentHeaders(file);
  const selection = selectRange(header, file.bytes, headers.etag);
  if (selection.kind === 'unchanged') return { status: 304 as const, headers: { etag: headers.etag } };
  if (selection.kind === 'whole')
    return { status: 200 as const, headers: { ...headers, 'content-length': file.bytes } };
  const { start, end } = selection;
  return {
    status: 206 as const,
    headers: {
      ...headers,
      'content-length': end - start + 1,
      'content-range': `bytes ${start}-${end}/${file.bytes}`,
    },
    range: { start, end },
  };
}

/** The content of an id never changes, so the id is its strong validator (RFC 9110 section 8.8.1). */
function contentHeaders(file: FileRecord) {
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': contentDisposition(file.filename),
    'accept-ranges': 'bytes',
    etag: `"${file.id}"`,
  };
}
