// Generated from openapi.json by `npm run generate`. Do not edit.
/** A compiled schema: `errors` belong to the last call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}
export interface ValidationError {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: Record<string, unknown>;
  message?: string;
}
export declare const add_upload_part_v1_uploads__upload_id__parts_post_body_form: Validate;
export declare const add_upload_part_v1_uploads__upload_id__parts_post_path_upload_id: Validate;
export declare const cancel_upload_v1_uploads__upload_id__cancel_post_path_upload_id: Validate;
export declare const complete_upload_v1_uploads__upload_id__complete_post_path_upload_id: Validate;
export declare const delete_file_v1_files__file_id__delete_path_file_id: Validate;
export declare const get_file_content_v1_files__file_id__content_get_header_If_Modified_Since: Validate;
export declare const get_file_content_v1_files__file_id__content_get_header_If_None_Match: Validate;
export declare const get_file_content_v1_files__file_id__content_get_header_If_Range: Validate;
export declare const get_file_content_v1_files__file_id__content_get_header_Range: Validate;
export declare const get_file_content_v1_files__file_id__content_get_path_file_id: Validate;
export declare const get_file_v1_files__file_id__get_path_file_id: Validate;
export declare const get_upload_v1_uploads__upload_id__get_path_upload_id: Validate;
export declare const head_file_content_v1_files__file_id__content_head_path_file_id: Validate;
export declare const header_AcceptRanges: Validate;
export declare const header_Allow: Validate;
export declare const header_BytesLimit: Validate;
export declare const header_BytesUsed: Validate;
export declare const header_CacheControl: Validate;
export declare const header_Challenge: Validate;
export declare const header_ContentDisposition: Validate;
export declare const header_ContentLength: Validate;
export declare const header_ContentRange: Validate;
export declare const header_ContentTypeOptions: Validate;
export declare const header_ETag: Validate;
export declare const header_FilesLimit: Validate;
export declare const header_FilesUsed: Validate;
export declare const header_LastModified: Validate;
export declare const header_RequestId: Validate;
export declare const header_RetryAfter: Validate;
export declare const header_UnsatisfiedRange: Validate;
export declare const list_files_v1_files_get_query_after: Validate;
export declare const list_files_v1_files_get_query_limit: Validate;
export declare const list_files_v1_files_get_query_order: Validate;
export declare const list_files_v1_files_get_query_purpose: Validate;
export declare const list_upload_parts_v1_uploads__upload_id__parts_get_path_upload_id: Validate;
export declare const schema_CompleteUploadModel: Validate;
export declare const schema_CreateUploadModel: Validate;
export declare const schema_DeleteFileResponseModel: Validate;
export declare const schema_ErrorModel: Validate;
export declare const schema_ErrorResponseModel: Validate;
export declare const schema_FileObjectModel: Validate;
export declare const schema_FilePurpose: Validate;
export declare const schema_ListFilesResponseModel: Validate;
export declare const schema_ListUploadPartsModel: Validate;
export declare const schema_UploadModel: Validate;
export declare const schema_UploadPartModel: Validate;
export declare const upload_file_v1_files_post_body_expires_after: Validate;
export declare const upload_file_v1_files_post_body_expires_after_anchor: Validate;
export declare const upload_file_v1_files_post_body_expires_after_seconds: Validate;
export declare const upload_file_v1_files_post_body_form: Validate;
export declare const upload_file_v1_files_post_body_purpose: Validate;
