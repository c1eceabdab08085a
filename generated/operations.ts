// Generated from openapi.json by `npm run generate`. Do not edit.
import * as validate from './validators';

const responses = {
  BadRequest: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  Unauthorized: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'www-authenticate': { isRequired: true, validate: validate.header_Challenge },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  ForbiddenUpload: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  MethodNotAllowed: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      allow: { isRequired: true, validate: validate.header_Allow },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  RequestTimeout: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  ContentTooLarge: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  UnsupportedMediaType: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  ExpectationFailed: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  TooManyGuesses: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'retry-after': { isRequired: true, validate: validate.header_RetryAfter },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  HeadersTooLarge: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  InternalError: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  NotImplemented: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  Unavailable: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'retry-after': { isRequired: true, validate: validate.header_RetryAfter },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  Forbidden: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
  RangeNotSatisfiable: {
    headers: {
      'x-request-id': { isRequired: false, validate: validate.header_RequestId },
      'content-range': { isRequired: true, validate: validate.header_UnsatisfiedRange },
      'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
      'cache-control': { isRequired: true, validate: validate.header_CacheControl },
    },
    content: { 'application/json': validate.schema_ErrorResponseModel },
  },
} as const;

/** What each operation takes and answers: see `OperationDescriptor` in src/http/contract/descriptors.ts. */
export const operations = {
  upload_file_v1_files_post: {
    operationId: 'upload_file_v1_files_post',
    method: 'post',
    path: '/v1/files',
    parameters: { path: {}, query: {}, header: {}, cookie: {} },
    body: {
      isRequired: true,
      content: {
        'multipart/form-data': {
          kind: 'multipart',
          isClosed: false,
          fields: {
            file: { isFile: true, isArray: false, isRequired: true, contentTypes: [] },
            purpose: {
              isFile: false,
              isRequired: true,
              shape: { scalars: ['string'] },
              validate: validate.upload_file_v1_files_post_body_purpose,
            },
            expires_after: {
              isFile: false,
              isRequired: false,
              shape: {
                scalars: [],
                properties: {
                  anchor: {
                    shape: { scalars: ['string'] },
                    validate: validate.upload_file_v1_files_post_body_expires_after_anchor,
                  },
                  seconds: {
                    shape: { scalars: ['integer'] },
                    validate: validate.upload_file_v1_files_post_body_expires_after_seconds,
                  },
                },
              },
              validate: validate.upload_file_v1_files_post_body_expires_after,
            },
          },
          validate: validate.upload_file_v1_files_post_body_form,
        },
      },
    },
    responses: {
      '200': { headers: {}, content: { 'application/json': validate.schema_FileObjectModel } },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.ForbiddenUpload,
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '413': responses.ContentTooLarge,
      '415': responses.UnsupportedMediaType,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  list_files_v1_files_get: {
    operationId: 'list_files_v1_files_get',
    method: 'get',
    path: '/v1/files',
    parameters: {
      path: {},
      query: {
        after: {
          isRequired: false,
          style: 'form',
          isExploded: true,
          shape: { scalars: ['string'] },
          validate: validate.list_files_v1_files_get_query_after,
        },
        limit: {
          isRequired: false,
          style: 'form',
          isExploded: true,
          shape: { scalars: ['integer'] },
          default: 10000,
          validate: validate.list_files_v1_files_get_query_limit,
        },
        order: {
          isRequired: false,
          style: 'form',
          isExploded: true,
          shape: { scalars: ['string'] },
          default: 'desc',
          validate: validate.list_files_v1_files_get_query_order,
        },
        purpose: {
          isRequired: false,
          style: 'form',
          isExploded: true,
          shape: { scalars: ['string'] },
          validate: validate.list_files_v1_files_get_query_purpose,
        },
      },
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'sluice-bytes-used': { isRequired: false, validate: validate.header_BytesUsed },
          'sluice-bytes-limit': { isRequired: false, validate: validate.header_BytesLimit },
          'sluice-files-used': { isRequired: false, validate: validate.header_FilesUsed },
          'sluice-files-limit': { isRequired: false, validate: validate.header_FilesLimit },
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ListFilesResponseModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  get_file_v1_files__file_id__get: {
    operationId: 'get_file_v1_files__file_id__get',
    method: 'get',
    path: '/v1/files/{file_id}',
    parameters: {
      path: {
        file_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_v1_files__file_id__get_path_file_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_FileObjectModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  delete_file_v1_files__file_id__delete: {
    operationId: 'delete_file_v1_files__file_id__delete',
    method: 'delete',
    path: '/v1/files/{file_id}',
    parameters: {
      path: {
        file_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.delete_file_v1_files__file_id__delete_path_file_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_DeleteFileResponseModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  get_file_content_v1_files__file_id__content_get: {
    operationId: 'get_file_content_v1_files__file_id__content_get',
    method: 'get',
    path: '/v1/files/{file_id}/content',
    parameters: {
      path: {
        file_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_path_file_id,
        },
      },
      query: {},
      header: {
        Range: {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_Range,
        },
        'If-Range': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_Range,
        },
        'If-None-Match': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_None_Match,
        },
        'If-Modified-Since': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_Modified_Since,
        },
      },
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'accept-ranges': { isRequired: true, validate: validate.header_AcceptRanges },
          'content-length': { isRequired: true, validate: validate.header_ContentLength },
          'content-disposition': { isRequired: true, validate: validate.header_ContentDisposition },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/octet-stream': null },
      },
      '206': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'accept-ranges': { isRequired: true, validate: validate.header_AcceptRanges },
          'content-length': { isRequired: true, validate: validate.header_ContentLength },
          'content-disposition': { isRequired: true, validate: validate.header_ContentDisposition },
          'content-range': { isRequired: true, validate: validate.header_ContentRange },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/octet-stream': null },
      },
      '304': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '416': responses.RangeNotSatisfiable,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  head_file_content_v1_files__file_id__content_head: {
    operationId: 'head_file_content_v1_files__file_id__content_head',
    method: 'head',
    path: '/v1/files/{file_id}/content',
    parameters: {
      path: {
        file_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.head_file_content_v1_files__file_id__content_head_path_file_id,
        },
      },
      query: {},
      header: {
        Range: {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_Range,
        },
        'If-Range': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_Range,
        },
        'If-None-Match': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_None_Match,
        },
        'If-Modified-Since': {
          isRequired: false,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_file_content_v1_files__file_id__content_get_header_If_Modified_Since,
        },
      },
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'accept-ranges': { isRequired: true, validate: validate.header_AcceptRanges },
          'content-length': { isRequired: true, validate: validate.header_ContentLength },
          'content-disposition': { isRequired: true, validate: validate.header_ContentDisposition },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '206': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'accept-ranges': { isRequired: true, validate: validate.header_AcceptRanges },
          'content-length': { isRequired: true, validate: validate.header_ContentLength },
          'content-disposition': { isRequired: true, validate: validate.header_ContentDisposition },
          'content-range': { isRequired: true, validate: validate.header_ContentRange },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '304': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          etag: { isRequired: true, validate: validate.header_ETag },
          'last-modified': { isRequired: true, validate: validate.header_LastModified },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '400': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '401': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'www-authenticate': { isRequired: true, validate: validate.header_Challenge },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '403': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '405': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          allow: { isRequired: true, validate: validate.header_Allow },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '408': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '416': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'content-range': { isRequired: true, validate: validate.header_UnsatisfiedRange },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '417': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '429': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'retry-after': { isRequired: true, validate: validate.header_RetryAfter },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '431': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '500': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '501': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
      '503': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'retry-after': { isRequired: true, validate: validate.header_RetryAfter },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: {},
      },
    },
  },
  create_upload_v1_uploads_post: {
    operationId: 'create_upload_v1_uploads_post',
    method: 'post',
    path: '/v1/uploads',
    parameters: { path: {}, query: {}, header: {}, cookie: {} },
    body: {
      isRequired: true,
      content: {
        'application/json': {
          kind: 'json',
          names: ['filename', 'purpose', 'bytes', 'mime_type', 'expires_after'],
          validate: validate.schema_CreateUploadModel,
        },
      },
    },
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_UploadModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.ForbiddenUpload,
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '413': responses.ContentTooLarge,
      '415': responses.UnsupportedMediaType,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  get_upload_v1_uploads__upload_id__get: {
    operationId: 'get_upload_v1_uploads__upload_id__get',
    method: 'get',
    path: '/v1/uploads/{upload_id}',
    parameters: {
      path: {
        upload_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.get_upload_v1_uploads__upload_id__get_path_upload_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_UploadModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  add_upload_part_v1_uploads__upload_id__parts_post: {
    operationId: 'add_upload_part_v1_uploads__upload_id__parts_post',
    method: 'post',
    path: '/v1/uploads/{upload_id}/parts',
    parameters: {
      path: {
        upload_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.add_upload_part_v1_uploads__upload_id__parts_post_path_upload_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: {
      isRequired: true,
      content: {
        'multipart/form-data': {
          kind: 'multipart',
          isClosed: false,
          fields: { data: { isFile: true, isArray: false, isRequired: true, contentTypes: [], takesText: true } },
          validate: validate.add_upload_part_v1_uploads__upload_id__parts_post_body_form,
        },
      },
    },
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_UploadPartModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.ForbiddenUpload,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '413': responses.ContentTooLarge,
      '415': responses.UnsupportedMediaType,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  list_upload_parts_v1_uploads__upload_id__parts_get: {
    operationId: 'list_upload_parts_v1_uploads__upload_id__parts_get',
    method: 'get',
    path: '/v1/uploads/{upload_id}/parts',
    parameters: {
      path: {
        upload_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.list_upload_parts_v1_uploads__upload_id__parts_get_path_upload_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ListUploadPartsModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  complete_upload_v1_uploads__upload_id__complete_post: {
    operationId: 'complete_upload_v1_uploads__upload_id__complete_post',
    method: 'post',
    path: '/v1/uploads/{upload_id}/complete',
    parameters: {
      path: {
        upload_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.complete_upload_v1_uploads__upload_id__complete_post_path_upload_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: {
      isRequired: true,
      content: {
        'application/json': { kind: 'json', names: ['part_ids', 'md5'], validate: validate.schema_CompleteUploadModel },
      },
    },
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_UploadModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.ForbiddenUpload,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '409': {
        headers: {
          'retry-after': { isRequired: true, validate: validate.header_RetryAfter },
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '413': responses.ContentTooLarge,
      '415': responses.UnsupportedMediaType,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
  cancel_upload_v1_uploads__upload_id__cancel_post: {
    operationId: 'cancel_upload_v1_uploads__upload_id__cancel_post',
    method: 'post',
    path: '/v1/uploads/{upload_id}/cancel',
    parameters: {
      path: {
        upload_id: {
          isRequired: true,
          style: 'simple',
          isExploded: false,
          shape: { scalars: ['string'] },
          validate: validate.cancel_upload_v1_uploads__upload_id__cancel_post_path_upload_id,
        },
      },
      query: {},
      header: {},
      cookie: {},
    },
    body: null,
    responses: {
      '200': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_UploadModel },
      },
      '400': responses.BadRequest,
      '401': responses.Unauthorized,
      '403': responses.Forbidden,
      '404': {
        headers: {
          'x-request-id': { isRequired: false, validate: validate.header_RequestId },
          'x-content-type-options': { isRequired: true, validate: validate.header_ContentTypeOptions },
          'cache-control': { isRequired: true, validate: validate.header_CacheControl },
        },
        content: { 'application/json': validate.schema_ErrorResponseModel },
      },
      '405': responses.MethodNotAllowed,
      '408': responses.RequestTimeout,
      '417': responses.ExpectationFailed,
      '429': responses.TooManyGuesses,
      '431': responses.HeadersTooLarge,
      '500': responses.InternalError,
      '501': responses.NotImplemented,
      '503': responses.Unavailable,
    },
  },
} as const;
