import { create as createContentDisposition } from 'content-disposition';
import type { Handlers } from '../../generated/calls';
import { operations } from '../../generated/operations';
import contract from '../../openapi.json';
import type { FileRecord, Files } from '../files/files';
import { asciiName } from './ascii-name';
import type { Api } from './contract/api';
import { FRAMING_ALLOWANCE_BYTES } from './contract/read-form';
import { createFileLists, toFileObject } from './file-list';
import { selectRange } from './range';
import { createUploadHandlers } from './upload-handlers';

export const filesApi: Api = { document: contract, operations, createHandlers };

/** One function for each operation of the contract. */
export function createHandlers(files: Files, { maxPartBytes }: { maxPartBytes: number }): Handlers {
  const listFiles = createFileLists(files);
  const uploads = createUploadHandlers(files, maxPartBytes);
  return {
    async upload_file_v1_files_post(call) {
      const bodyBytes = Number(call.header('content-length') ?? 0);
      await files.uploads.checkAdmission(call.tenant, Math.max(0, bodyBytes - FRAMING_ALLOWANCE_BYTES));
      const upload = files.uploads.begin(call.tenant);
      try {
        const form = await call.readForm({ file: (part) => upload.stage(part) });
        const file = await upload.commit(form.file, {
          purpose: form.purpose,
          expiresAfterSeconds: form.expires_after?.seconds,
        });
        return call.answer({ status: 200, body: toFileObject(file) });
      } finally {
        await upload.discard();
      }
    },

    async list_files_v1_files_get({ tenant, query, answer }) {
      const [body, headers] = await Promise.all([listFiles(tenant, query), allowanceHeaders(tenant)]);
      return answer({ status: 200, body, headers, contentType: 'application/json' });
    },

    async get_file_v1_files__file_id__get({ tenant, params, answer }) {
      return answer({ status: 200, body: toFileObject(await files.get(tenant, params.file_id)) });
    },

    async delete_file_v1_files__file_id__delete({ tenant, params, signal, answer }) {
      await files.remove(tenant, params.file_id, signal);
      return answer({ status: 200, body: { id: params.file_id, object: 'file', deleted: true } });
    },

    async get_file_content_v1_files__file_id__content_get({ tenant, params, header, answer }) {
      const file = await files.get(tenant, params.file_id);
      const { head, range } = describeContent(file, header);
      return head.status === 304 ? answer(head) : answer({ ...head, body: await files.read(file, range) });
    },

    async head_file_content_v1_files__file_id__content_head({ tenant, params, header, answer }) {
      const file = await files.get(tenant, params.file_id);
      return answer(describeContent(file, header).head);
    },

    // by name: update-spec reads here which operations have a handler
    create_upload_v1_uploads_post: uploads.create_upload_v1_uploads_post,
    get_upload_v1_uploads__upload_id__get: uploads.get_upload_v1_uploads__upload_id__get,
    add_upload_part_v1_uploads__upload_id__parts_post: uploads.add_upload_part_v1_uploads__upload_id__parts_post,
    list_upload_parts_v1_uploads__upload_id__parts_get: uploads.list_upload_parts_v1_uploads__upload_id__parts_get,
    complete_upload_v1_uploads__upload_id__complete_post: uploads.complete_upload_v1_uploads__upload_id__complete_post,
    cancel_upload_v1_uploads__upload_id__cancel_post: uploads.cancel_upload_v1_uploads__upload_id__cancel_post,
  };

  async function allowanceHeaders(tenant: string) {
    const allowance = await files.allowance(tenant);
    if (!allowance) return {};
    const { usage, quota } = allowance;
    return {
      ...(quota.maxBytes < Infinity && { 'sluice-bytes-used': usage.bytes, 'sluice-bytes-limit': quota.maxBytes }),
      ...(quota.maxFiles < Infinity && { 'sluice-files-used': usage.files, 'sluice-files-limit': quota.maxFiles }),
    };
  }
}

const CONTENT_TYPE = 'application/octet-stream';

/** The status and headers of a file's content, for GET and HEAD, and the range that is asked for. */
function describeContent(file: FileRecord, header: (name: string) => string | undefined) {
  const headers = contentHeaders(file);
  const selection = selectRange(header, file.bytes, headers);
  if (selection.kind === 'unchanged') {
    const { etag, 'last-modified': lastModified } = headers;
    return { head: { status: 304, headers: { etag, 'last-modified': lastModified } } } as const;
  }
  if (selection.kind === 'whole') {
    const whole = { ...headers, 'content-length': file.bytes };
    return { head: { status: 200, contentType: CONTENT_TYPE, headers: whole } } as const;
  }
  const { start, end } = selection;
  const part = {
    ...headers,
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${file.bytes}`,
  };
  return { head: { status: 206, contentType: CONTENT_TYPE, headers: part }, range: { start, end } } as const;
}

/** The content of an id never changes, so the id is its strong validator (RFC 9110 section 8.8.1). */
function contentHeaders(file: FileRecord) {
  return {
    'content-disposition': createContentDisposition(file.filename, { fallback: asciiName(file.filename) }),
    'accept-ranges': 'bytes',
    etag: `"${file.id}"`,
    'last-modified': new Date(file.createdAt * 1000).toUTCString(),
  };
}
