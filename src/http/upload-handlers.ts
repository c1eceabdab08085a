import type { Handlers } from '../../generated/calls';
import type { components } from '../../generated/types';
import type { Files } from '../files/files';
import type { PartRecord, UploadState } from '../files/upload-sessions';
import type { JsonStream } from './contract/calls';
import { toFileObject } from './file-list';
import { BATCH_ROWS, FIRST_ROWS, streamList } from './json-list';

type Upload = components['schemas']['UploadModel'];
type UploadPart = components['schemas']['UploadPartModel'];
type UploadParts = components['schemas']['ListUploadPartsModel'];
type Names = Extract<keyof Handlers, `${string}_v1_uploads_${string}`>;

/** The Uploads API. */
export function createUploadHandlers({ sessions, longLists }: Files, maxPartBytes: number): Pick<Handlers, Names> {
  return {
    async create_upload_v1_uploads_post(call) {
      const { filename, purpose, bytes, mime_type: mimeType, expires_after: expiresAfter } = await call.readJson();
      const properties = { filename, purpose, bytes, mimeType, expiresAfterSeconds: expiresAfter?.seconds };
      return call.answer({ status: 200, body: toUpload(await sessions.create(call.tenant, properties, call.signal)) });
    },

    async get_upload_v1_uploads__upload_id__get({ tenant, params, answer }) {
      return answer({ status: 200, body: toUpload(await sessions.get(tenant, params.upload_id)) });
    },

    async add_upload_part_v1_uploads__upload_id__parts_post(call) {
      const part = await sessions.beginPart(call.tenant, call.params.upload_id);
      try {
        const form = await call.readForm({ data: (file) => part.stage(file) }, { maxFileBytes: maxPartBytes });
        return call.answer({ status: 200, body: toPart(await part.commit(form.data, call.signal)) });
      } finally {
        await part.discard();
      }
    },

    async list_upload_parts_v1_uploads__upload_id__parts_get({ tenant, params, answer }) {
      const first = await sessions.parts(tenant, params.upload_id, { limit: FIRST_ROWS });
      if (first.length < FIRST_ROWS) return answer({ status: 200, body: { object: 'list', data: first.map(toPart) } });
      let after = first.at(-1)?.id;
      const body: JsonStream<UploadParts> = streamList({
        first: first.map(toPart),
        async readNext() {
          if (after === undefined) return undefined;
          const page = await sessions.parts(tenant, params.upload_id, { after, limit: BATCH_ROWS });
          after = page.length < BATCH_ROWS ? undefined : page.at(-1)?.id;
          return page.map(toPart);
        },
        takeTurn: () => longLists.take(tenant),
      });
      return answer({ status: 200, body, contentType: 'application/json' });
    },

    async complete_upload_v1_uploads__upload_id__complete_post(call) {
      // before the body is read: the list of parts may be long
      const turn = await sessions.takeCompletion(call.tenant, call.signal);
      try {
        const { part_ids: partIds, md5 } = await call.readJson();
        const state = await sessions.complete(call.tenant, call.params.upload_id, partIds, md5 ?? undefined);
        return call.answer({ status: 200, body: toUpload(state) });
      } finally {
        turn.release();
      }
    },

    async cancel_upload_v1_uploads__upload_id__cancel_post({ tenant, params, signal, answer }) {
      return answer({ status: 200, body: toUpload(await sessions.cancel(tenant, params.upload_id, signal)) });
    },
  };
}

function toUpload({ upload, file }: UploadState): Upload {
  return {
    id: upload.id,
    object: 'upload',
    bytes: upload.bytes,
    created_at: upload.createdAt,
    expires_at: upload.expiresAt,
    filename: upload.filename,
    // the column holds what the contract let in
    purpose: upload.purpose as Upload['purpose'],
    status: upload.status,
    file: file ? toFileObject(file) : null,
  };
}

function toPart(part: PartRecord): UploadPart {
  return {
    id: part.id,
    object: 'upload.part',
    created_at: part.createdAt,
    upload_id: part.uploadId,
    bytes: part.bytes,
  };
}
