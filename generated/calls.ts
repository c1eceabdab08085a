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
   * @throws AppError `invalid` when a field is wrong, twice or missing, as soon as that is known.
   */
  readForm<Of_file>(sinks: {
    file: Sink<Of_file>;
  }): Promise<{
    file: Of_file;
    purpose: "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";
    expires_after?: { anchor: "created_at"; seconds: number; };
  }>;
  answer<R extends upload_file_v1_files_post_Reply>(reply: Exactly<'upload_file_v1_files_post', upload_file_v1_files_post_Reply, R>): Answered;
}

export type upload_file_v1_files_post_200 = {
  readonly status: 200;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["FileObjectModel"] | JsonStream<components["schemas"]["FileObjectModel"]>;
};

export type upload_file_v1_files_post_Reply = upload_file_v1_files_post_200;

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
  answer<R extends list_files_v1_files_get_Reply>(reply: Exactly<'list_files_v1_files_get', list_files_v1_files_get_Reply, R>): Answered;
}

export type list_files_v1_files_get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
};

export type list_files_v1_files_get_200 = {
  readonly status: 200;
  readonly headers?: list_files_v1_files_get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["ListFilesResponseModel"] | JsonStream<components["schemas"]["ListFilesResponseModel"]>;
};

export type list_files_v1_files_get_Reply = list_files_v1_files_get_200;

/** GET /v1/files/{file_id} */
export interface get_file_v1_files__file_id__get_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<R extends get_file_v1_files__file_id__get_Reply>(reply: Exactly<'get_file_v1_files__file_id__get', get_file_v1_files__file_id__get_Reply, R>): Answered;
}

export type get_file_v1_files__file_id__get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
};

export type get_file_v1_files__file_id__get_200 = {
  readonly status: 200;
  readonly headers?: get_file_v1_files__file_id__get_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["FileObjectModel"] | JsonStream<components["schemas"]["FileObjectModel"]>;
};

export type get_file_v1_files__file_id__get_Reply = get_file_v1_files__file_id__get_200;

/** DELETE /v1/files/{file_id} */
export interface delete_file_v1_files__file_id__delete_Call extends CallBase {
  readonly params: {
    file_id: string;
  };
  readonly query: {};
  readonly headers: {};
  readonly cookies: {};
  answer<R extends delete_file_v1_files__file_id__delete_Reply>(reply: Exactly<'delete_file_v1_files__file_id__delete', delete_file_v1_files__file_id__delete_Reply, R>): Answered;
}

export type delete_file_v1_files__file_id__delete_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
};

export type delete_file_v1_files__file_id__delete_200 = {
  readonly status: 200;
  readonly headers?: delete_file_v1_files__file_id__delete_200_Headers;
  readonly contentType?: 'application/json';
  readonly body: components["schemas"]["DeleteFileResponseModel"] | JsonStream<components["schemas"]["DeleteFileResponseModel"]>;
};

export type delete_file_v1_files__file_id__delete_Reply = delete_file_v1_files__file_id__delete_200;

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
  answer<R extends get_file_content_v1_files__file_id__content_get_Reply>(reply: Exactly<'get_file_content_v1_files__file_id__content_get', get_file_content_v1_files__file_id__content_get_Reply, R>): Answered;
}

export type get_file_content_v1_files__file_id__content_get_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
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
  readonly 'accept-ranges': string;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'content-range': string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
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
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
};

export type get_file_content_v1_files__file_id__content_get_304 = {
  readonly status: 304;
  readonly headers: get_file_content_v1_files__file_id__content_get_304_Headers;
  readonly body?: undefined;
};

export type get_file_content_v1_files__file_id__content_get_Reply = get_file_content_v1_files__file_id__content_get_200 | get_file_content_v1_files__file_id__content_get_206 | get_file_content_v1_files__file_id__content_get_304;

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
  answer<R extends head_file_content_v1_files__file_id__content_head_Reply>(reply: Exactly<'head_file_content_v1_files__file_id__content_head', head_file_content_v1_files__file_id__content_head_Reply, R>): Answered;
}

export type head_file_content_v1_files__file_id__content_head_200_Headers = {
  readonly 'x-request-id'?: string;
  readonly etag: string;
  readonly 'last-modified': string;
  readonly 'accept-ranges': string;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
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
  readonly 'accept-ranges': string;
  readonly 'content-length': number;
  readonly 'content-disposition': string;
  readonly 'content-range': string;
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
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
  readonly 'x-content-type-options'?: string;
  readonly 'cache-control'?: string;
};

export type head_file_content_v1_files__file_id__content_head_304 = {
  readonly status: 304;
  readonly headers: head_file_content_v1_files__file_id__content_head_304_Headers;
  readonly contentType?: string;
  readonly body?: undefined;
};

export type head_file_content_v1_files__file_id__content_head_Reply = head_file_content_v1_files__file_id__content_head_200 | head_file_content_v1_files__file_id__content_head_206 | head_file_content_v1_files__file_id__content_head_304;

export type Calls = {
  upload_file_v1_files_post: upload_file_v1_files_post_Call;
  list_files_v1_files_get: list_files_v1_files_get_Call;
  get_file_v1_files__file_id__get: get_file_v1_files__file_id__get_Call;
  delete_file_v1_files__file_id__delete: delete_file_v1_files__file_id__delete_Call;
  get_file_content_v1_files__file_id__content_get: get_file_content_v1_files__file_id__content_get_Call;
  head_file_content_v1_files__file_id__content_head: head_file_content_v1_files__file_id__content_head_Call;
};
export type Replies = {
  upload_file_v1_files_post: upload_file_v1_files_post_Reply;
  list_files_v1_files_get: list_files_v1_files_get_Reply;
  get_file_v1_files__file_id__get: get_file_v1_files__file_id__get_Reply;
  delete_file_v1_files__file_id__delete: delete_file_v1_files__file_id__delete_Reply;
  get_file_content_v1_files__file_id__content_get: get_file_content_v1_files__file_id__content_get_Reply;
  head_file_content_v1_files__file_id__content_head: head_file_content_v1_files__file_id__content_head_Reply;
};
/** One handler for each operation of the contract. */
export type Handlers = {
  upload_file_v1_files_post: (call: upload_file_v1_files_post_Call) => Promise<Answered>;
  list_files_v1_files_get: (call: list_files_v1_files_get_Call) => Promise<Answered>;
  get_file_v1_files__file_id__get: (call: get_file_v1_files__file_id__get_Call) => Promise<Answered>;
  delete_file_v1_files__file_id__delete: (call: delete_file_v1_files__file_id__delete_Call) => Promise<Answered>;
  get_file_content_v1_files__file_id__content_get: (call: get_file_content_v1_files__file_id__content_get_Call) => Promise<Answered>;
  head_file_content_v1_files__file_id__content_head: (call: head_file_content_v1_files__file_id__content_head_Call) => Promise<Answered>;
};
