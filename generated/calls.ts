// Generated from openapi.json by `npm run generate`. Do not edit.
import type { Answered, Bytes, CallBase, JsonStream, Sink } from '../src/http/contract/calls';
import type { Exactly } from '../src/http/contract/exact';
import type { components } from './types';

/** POST /v1/files */
export interface upload_file_v1_files_post_Call extends CallBase {
  readonly params: {};
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  /**
   * Reads the form as it streams by. Each file goes to the sink of its field.
   * @param limits in place of the server's own.
   * @throws AppError `invalid` when a field is wrong, twice or missing, as soon as that is known.
   */
  readForm<Of_file>(sinks: {
    file: Sink<Of_file>;
  }, limits?: { maxFileBytes: number }): Promise<{
    file: Of_file;
    purpose: "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";
    expires_after?: { anchor: "created_at"; seconds: number; };
  }>;
  answer<A extends upload_file_v1_files_post_Answer>(answer: Exactly<'upload_file_v1_files_post', upload_file_v1_files_post_Answer, A>): Answered;
}

export type upload_file_v1_files_post_200 = {
  readonly status: 200;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["FileObjectModel"] | JsonStream<components["schemas"]["FileObjectModel"]>;
};

export type upload_file_v1_files_post_Answer = upload_file_v1_files_post_200;

/** GET /v1/files */
export interface list_files_v1_files_get_Call extends CallBase {
  readonly params: {};
  readonly query: {
    after?: string;
    limit: number;
    order: ("asc" | "desc");
    purpose?: components["schemas"]["FilePurpose"];
  };
  readonly headers: {};
  readonly cookies: {};
  answer<A extends list_files_v1_files_get_Answer>(answer: Exactly<'list_files_v1_files_get', list_files_v1_files_get_Answer, A>): Answered;
}

export type list_files_v1_files_get_200_Headers = {
  readonly 'sluice-bytes-used'?: number;
  readonly 'sluice-bytes-limit'?: number;
  readonly 'sluice-files-used'?: number;
  readonly 'sluice-files-limit'?: number;
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type list_files_v1_files_get_200 = {
  readonly status: 200;
  readonly headers?: list_files_v1_files_get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["ListFilesResponseModel"] | JsonStream<components["schemas"]["ListFilesResponseModel"]>;
};

export type list_files_v1_files_get_Answer = list_files_v1_files_get_200;

/** GET /v1/files/{file_id} */
export interface get_file_v1_files__file_id__get_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<A extends get_file_v1_files__file_id__get_Answer>(answer: Exactly<'get_file_v1_files__file_id__get', get_file_v1_files__file_id__get_Answer, A>): Answered;
}

export type get_file_v1_files__file_id__get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type get_file_v1_files__file_id__get_200 = {
  readonly status: 200;
  readonly headers?: get_file_v1_files__file_id__get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["FileObjectModel"] | JsonStream<components["schemas"]["FileObjectModel"]>;
};

export type get_file_v1_files__file_id__get_Answer = get_file_v1_files__file_id__get_200;

/** DELETE /v1/files/{file_id} */
export interface delete_file_v1_files__file_id__delete_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<A extends delete_file_v1_files__file_id__delete_Answer>(answer: Exactly<'delete_file_v1_files__file_id__delete', delete_file_v1_files__file_id__delete_Answer, A>): Answered;
}

export type delete_file_v1_files__file_id__delete_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type delete_file_v1_files__file_id__delete_200 = {
  readonly status: 200;
  readonly headers?: delete_file_v1_files__file_id__delete_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["DeleteFileResponseModel"] | JsonStream<components["schemas"]["DeleteFileResponseModel"]>;
};

export type delete_file_v1_files__file_id__delete_Answer = delete_file_v1_files__file_id__delete_200;

/** GET /v1/files/{file_id}/content */
export interface get_file_content_v1_files__file_id__content_get_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {
    Range?: components["parameters"]["Range"];
    'If-Range'?: components["parameters"]["IfRange"];
    'If-None-Match'?: components["parameters"]["IfNoneMatch"];
    'If-Modified-Since'?: components["parameters"]["IfModifiedSince"];
  };
  readonly cookies: {};
  answer<A extends get_file_content_v1_files__file_id__content_get_Answer>(answer: Exactly<'get_file_content_v1_files__file_id__content_get', get_file_content_v1_files__file_id__content_get_Answer, A>): Answered;
}

export type get_file_content_v1_files__file_id__content_get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string | number;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type get_file_content_v1_files__file_id__content_get_200 = {
  readonly status: 200;
  readonly headers: get_file_content_v1_files__file_id__content_get_200_Headers;
  readonly contentType: 'application/octet-stream';
  readonly body: Bytes;
};

export type get_file_content_v1_files__file_id__content_get_206_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string | number;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'content-range': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type get_file_content_v1_files__file_id__content_get_206 = {
  readonly status: 206;
  readonly headers: get_file_content_v1_files__file_id__content_get_206_Headers;
  readonly contentType: 'application/octet-stream';
  readonly body: Bytes;
};

export type get_file_content_v1_files__file_id__content_get_304_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type get_file_content_v1_files__file_id__content_get_304 = {
  readonly status: 304;
  readonly headers: get_file_content_v1_files__file_id__content_get_304_Headers;
  readonly body?: undefined;
};

export type get_file_content_v1_files__file_id__content_get_Answer = get_file_content_v1_files__file_id__content_get_200 | get_file_content_v1_files__file_id__content_get_206 | get_file_content_v1_files__file_id__content_get_304;

/** HEAD /v1/files/{file_id}/content */
export interface head_file_content_v1_files__file_id__content_head_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {
    Range?: components["parameters"]["Range"];
    'If-Range'?: components["parameters"]["IfRange"];
    'If-None-Match'?: components["parameters"]["IfNoneMatch"];
    'If-Modified-Since'?: components["parameters"]["IfModifiedSince"];
  };
  readonly cookies: {};
  answer<A extends head_file_content_v1_files__file_id__content_head_Answer>(answer: Exactly<'head_file_content_v1_files__file_id__content_head', head_file_content_v1_files__file_id__content_head_Answer, A>): Answered;
}

export type head_file_content_v1_files__file_id__content_head_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string | number;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type head_file_content_v1_files__file_id__content_head_200 = {
  readonly status: 200;
  readonly headers: head_file_content_v1_files__file_id__content_head_200_Headers;
  readonly contentType?: string;
  readonly body?: undefined;
};

export type head_file_content_v1_files__file_id__content_head_206_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string | number;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'content-range': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type head_file_content_v1_files__file_id__content_head_206 = {
  readonly status: 206;
  readonly headers: head_file_content_v1_files__file_id__content_head_206_Headers;
  readonly contentType?: string;
  readonly body?: undefined;
};

export type head_file_content_v1_files__file_id__content_head_304_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type head_file_content_v1_files__file_id__content_head_304 = {
  readonly status: 304;
  readonly headers: head_file_content_v1_files__file_id__content_head_304_Headers;
  readonly contentType?: string;
  readonly body?: undefined;
};

export type head_file_content_v1_files__file_id__content_head_Answer = head_file_content_v1_files__file_id__content_head_200 | head_file_content_v1_files__file_id__content_head_206 | head_file_content_v1_files__file_id__content_head_304;

/** POST /v1/uploads */
export interface create_upload_v1_uploads_post_Call extends CallBase {
  readonly params: {};
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  /** @throws AppError `invalid` */
  readJson(): Promise<components["schemas"]["CreateUploadModel"]>;
  answer<A extends create_upload_v1_uploads_post_Answer>(answer: Exactly<'create_upload_v1_uploads_post', create_upload_v1_uploads_post_Answer, A>): Answered;
}

export type create_upload_v1_uploads_post_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type create_upload_v1_uploads_post_200 = {
  readonly status: 200;
  readonly headers?: create_upload_v1_uploads_post_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["UploadModel"] | JsonStream<components["schemas"]["UploadModel"]>;
};

export type create_upload_v1_uploads_post_Answer = create_upload_v1_uploads_post_200;

/** GET /v1/uploads/{upload_id} */
export interface get_upload_v1_uploads__upload_id__get_Call extends CallBase {
  readonly params: {
    upload_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<A extends get_upload_v1_uploads__upload_id__get_Answer>(answer: Exactly<'get_upload_v1_uploads__upload_id__get', get_upload_v1_uploads__upload_id__get_Answer, A>): Answered;
}

export type get_upload_v1_uploads__upload_id__get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type get_upload_v1_uploads__upload_id__get_200 = {
  readonly status: 200;
  readonly headers?: get_upload_v1_uploads__upload_id__get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["UploadModel"] | JsonStream<components["schemas"]["UploadModel"]>;
};

export type get_upload_v1_uploads__upload_id__get_Answer = get_upload_v1_uploads__upload_id__get_200;

/** POST /v1/uploads/{upload_id}/parts */
export interface add_upload_part_v1_uploads__upload_id__parts_post_Call extends CallBase {
  readonly params: {
    upload_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  /**
   * Reads the form as it streams by. Each file goes to the sink of its field.
   * @param limits in place of the server's own.
   * @throws AppError `invalid` when a field is wrong, twice or missing, as soon as that is known.
   */
  readForm<Of_data>(sinks: {
    data: Sink<Of_data>;
  }, limits?: { maxFileBytes: number }): Promise<{
    data: Of_data;
  }>;
  answer<A extends add_upload_part_v1_uploads__upload_id__parts_post_Answer>(answer: Exactly<'add_upload_part_v1_uploads__upload_id__parts_post', add_upload_part_v1_uploads__upload_id__parts_post_Answer, A>): Answered;
}

export type add_upload_part_v1_uploads__upload_id__parts_post_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type add_upload_part_v1_uploads__upload_id__parts_post_200 = {
  readonly status: 200;
  readonly headers?: add_upload_part_v1_uploads__upload_id__parts_post_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["UploadPartModel"] | JsonStream<components["schemas"]["UploadPartModel"]>;
};

export type add_upload_part_v1_uploads__upload_id__parts_post_Answer = add_upload_part_v1_uploads__upload_id__parts_post_200;

/** GET /v1/uploads/{upload_id}/parts */
export interface list_upload_parts_v1_uploads__upload_id__parts_get_Call extends CallBase {
  readonly params: {
    upload_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<A extends list_upload_parts_v1_uploads__upload_id__parts_get_Answer>(answer: Exactly<'list_upload_parts_v1_uploads__upload_id__parts_get', list_upload_parts_v1_uploads__upload_id__parts_get_Answer, A>): Answered;
}

export type list_upload_parts_v1_uploads__upload_id__parts_get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type list_upload_parts_v1_uploads__upload_id__parts_get_200 = {
  readonly status: 200;
  readonly headers?: list_upload_parts_v1_uploads__upload_id__parts_get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["ListUploadPartsModel"] | JsonStream<components["schemas"]["ListUploadPartsModel"]>;
};

export type list_upload_parts_v1_uploads__upload_id__parts_get_Answer = list_upload_parts_v1_uploads__upload_id__parts_get_200;

/** POST /v1/uploads/{upload_id}/complete */
export interface complete_upload_v1_uploads__upload_id__complete_post_Call extends CallBase {
  readonly params: {
    upload_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  /** @throws AppError `invalid` */
  readJson(): Promise<components["schemas"]["CompleteUploadModel"]>;
  answer<A extends complete_upload_v1_uploads__upload_id__complete_post_Answer>(answer: Exactly<'complete_upload_v1_uploads__upload_id__complete_post', complete_upload_v1_uploads__upload_id__complete_post_Answer, A>): Answered;
}

export type complete_upload_v1_uploads__upload_id__complete_post_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type complete_upload_v1_uploads__upload_id__complete_post_200 = {
  readonly status: 200;
  readonly headers?: complete_upload_v1_uploads__upload_id__complete_post_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["UploadModel"] | JsonStream<components["schemas"]["UploadModel"]>;
};

export type complete_upload_v1_uploads__upload_id__complete_post_Answer = complete_upload_v1_uploads__upload_id__complete_post_200;

/** POST /v1/uploads/{upload_id}/cancel */
export interface cancel_upload_v1_uploads__upload_id__cancel_post_Call extends CallBase {
  readonly params: {
    upload_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<A extends cancel_upload_v1_uploads__upload_id__cancel_post_Answer>(answer: Exactly<'cancel_upload_v1_uploads__upload_id__cancel_post', cancel_upload_v1_uploads__upload_id__cancel_post_Answer, A>): Answered;
}

export type cancel_upload_v1_uploads__upload_id__cancel_post_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string | number;
  readonly 'cache-control'?: string | number;
};

export type cancel_upload_v1_uploads__upload_id__cancel_post_200 = {
  readonly status: 200;
  readonly headers?: cancel_upload_v1_uploads__upload_id__cancel_post_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["UploadModel"] | JsonStream<components["schemas"]["UploadModel"]>;
};

export type cancel_upload_v1_uploads__upload_id__cancel_post_Answer = cancel_upload_v1_uploads__upload_id__cancel_post_200;

export type Calls = {
  upload_file_v1_files_post: upload_file_v1_files_post_Call;
  list_files_v1_files_get: list_files_v1_files_get_Call;
  get_file_v1_files__file_id__get: get_file_v1_files__file_id__get_Call;
  delete_file_v1_files__file_id__delete: delete_file_v1_files__file_id__delete_Call;
  get_file_content_v1_files__file_id__content_get: get_file_content_v1_files__file_id__content_get_Call;
  head_file_content_v1_files__file_id__content_head: head_file_content_v1_files__file_id__content_head_Call;
  create_upload_v1_uploads_post: create_upload_v1_uploads_post_Call;
  get_upload_v1_uploads__upload_id__get: get_upload_v1_uploads__upload_id__get_Call;
  add_upload_part_v1_uploads__upload_id__parts_post: add_upload_part_v1_uploads__upload_id__parts_post_Call;
  list_upload_parts_v1_uploads__upload_id__parts_get: list_upload_parts_v1_uploads__upload_id__parts_get_Call;
  complete_upload_v1_uploads__upload_id__complete_post: complete_upload_v1_uploads__upload_id__complete_post_Call;
  cancel_upload_v1_uploads__upload_id__cancel_post: cancel_upload_v1_uploads__upload_id__cancel_post_Call;
};
export type Answers = {
  upload_file_v1_files_post: upload_file_v1_files_post_Answer;
  list_files_v1_files_get: list_files_v1_files_get_Answer;
  get_file_v1_files__file_id__get: get_file_v1_files__file_id__get_Answer;
  delete_file_v1_files__file_id__delete: delete_file_v1_files__file_id__delete_Answer;
  get_file_content_v1_files__file_id__content_get: get_file_content_v1_files__file_id__content_get_Answer;
  head_file_content_v1_files__file_id__content_head: head_file_content_v1_files__file_id__content_head_Answer;
  create_upload_v1_uploads_post: create_upload_v1_uploads_post_Answer;
  get_upload_v1_uploads__upload_id__get: get_upload_v1_uploads__upload_id__get_Answer;
  add_upload_part_v1_uploads__upload_id__parts_post: add_upload_part_v1_uploads__upload_id__parts_post_Answer;
  list_upload_parts_v1_uploads__upload_id__parts_get: list_upload_parts_v1_uploads__upload_id__parts_get_Answer;
  complete_upload_v1_uploads__upload_id__complete_post: complete_upload_v1_uploads__upload_id__complete_post_Answer;
  cancel_upload_v1_uploads__upload_id__cancel_post: cancel_upload_v1_uploads__upload_id__cancel_post_Answer;
};
/** One handler for each operation of the contract. */
export type Handlers = {
  upload_file_v1_files_post: (call: upload_file_v1_files_post_Call) => Promise<Answered>;
  list_files_v1_files_get: (call: list_files_v1_files_get_Call) => Promise<Answered>;
  get_file_v1_files__file_id__get: (call: get_file_v1_files__file_id__get_Call) => Promise<Answered>;
  delete_file_v1_files__file_id__delete: (call: delete_file_v1_files__file_id__delete_Call) => Promise<Answered>;
  get_file_content_v1_files__file_id__content_get: (call: get_file_content_v1_files__file_id__content_get_Call) => Promise<Answered>;
  head_file_content_v1_files__file_id__content_head: (call: head_file_content_v1_files__file_id__content_head_Call) => Promise<Answered>;
  create_upload_v1_uploads_post: (call: create_upload_v1_uploads_post_Call) => Promise<Answered>;
  get_upload_v1_uploads__upload_id__get: (call: get_upload_v1_uploads__upload_id__get_Call) => Promise<Answered>;
  add_upload_part_v1_uploads__upload_id__parts_post: (call: add_upload_part_v1_uploads__upload_id__parts_post_Call) => Promise<Answered>;
  list_upload_parts_v1_uploads__upload_id__parts_get: (call: list_upload_parts_v1_uploads__upload_id__parts_get_Call) => Promise<Answered>;
  complete_upload_v1_uploads__upload_id__complete_post: (call: complete_upload_v1_uploads__upload_id__complete_post_Call) => Promise<Answered>;
  cancel_upload_v1_uploads__upload_id__cancel_post: (call: cancel_upload_v1_uploads__upload_id__cancel_post_Call) => Promise<Answered>;
};
