// Generated from openapi.json by `npm run generate`. Do not edit.
export interface paths {
    "/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Files */
        get: operations["list_files_v1_files_get"];
        put?: never;
        /**
         * Upload File
         * @description Upload a file using true streaming without buffering to disk.
         */
        post: operations["upload_file_v1_files_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files/{file_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get File
         * @description Retrieve metadata for a specific file.
         */
        get: operations["get_file_v1_files__file_id__get"];
        put?: never;
        post?: never;
        /**
         * Delete File
         * @description Delete a specific file.
         */
        delete: operations["delete_file_v1_files__file_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files/{file_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get File Content */
        get: operations["get_file_content_v1_files__file_id__content_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** Get File Content Headers */
        head: operations["head_file_content_v1_files__file_id__content_head"];
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Upload
         * @description Begin a file that comes in parts.
         */
        post: operations["create_upload_v1_uploads_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Upload
         * @description The state of an upload. An extension; OpenAI has no such operation.
         */
        get: operations["get_upload_v1_uploads__upload_id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Upload Parts
         * @description The parts that are stored, so that an upload can be resumed. An extension; OpenAI has no such operation.
         */
        get: operations["list_upload_parts_v1_uploads__upload_id__parts_get"];
        put?: never;
        /**
         * Add Upload Part
         * @description Store a part. Parts may come in any order and in parallel.
         */
        post: operations["add_upload_part_v1_uploads__upload_id__parts_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete Upload
         * @description Make the parts a file, in the order that is given. Again with the same parts it answers the same file.
         */
        post: operations["complete_upload_v1_uploads__upload_id__complete_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{upload_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Upload
         * @description Give the upload up and free its parts.
         */
        post: operations["cancel_upload_v1_uploads__upload_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** FileObjectModel */
        FileObjectModel: {
            /**
             * Id
             * @description The file identifier, which can be referenced in the API endpoints.
             */
            id: string;
            /**
             * Object
             * @description The object type, which is always file.
             * @constant
             */
            object: "file";
            /**
             * Bytes
             * @description The size of the file, in bytes.
             */
            bytes: number;
            /**
             * Created At
             * @description The Unix timestamp (in seconds) for when the file was created.
             */
            created_at: number;
            /**
             * Expires At
             * @description The Unix timestamp (in seconds) for when the file will expire.
             */
            expires_at: number | null;
            /**
             * Filename
             * @description The name of the file.
             */
            filename: string;
            /** @description The intended purpose of the file. Supported values are `assistants`, `assistants_output`, `batch`, `batch_output`, `fine-tune`, `fine-tune-results`, `vision`, and `user_data`. */
            purpose: components["schemas"]["FilePurpose"];
            /**
             * Status
             * @description Always `processed`: a file can be used as soon as it is answered. OpenAI's SDKs wait for it.
             * @enum {string}
             */
            status?: "processed";
        };
        /**
         * FilePurpose
         * @enum {string}
         */
        FilePurpose: "assistants" | "assistants_output" | "batch" | "batch_output" | "fine-tune" | "fine-tune-results" | "vision" | "user_data" | "evals";
        /** ListFilesResponseModel */
        ListFilesResponseModel: {
            /**
             * Data
             * @description A list of file objects.
             */
            data: components["schemas"]["FileObjectModel"][];
            /**
             * First Id
             * @description The ID of the first file in the list.
             */
            first_id: string | null;
            /**
             * Last Id
             * @description The ID of the last file in the list.
             */
            last_id: string | null;
            /**
             * Has More
             * @description Whether there are more files available after this list.
             */
            has_more: boolean;
            /**
             * Object
             * @description The object type, which is always list.
             * @default list
             * @constant
             */
            object?: "list";
        };
        /** DeleteFileResponseModel */
        DeleteFileResponseModel: {
            /**
             * Id
             * @description The ID of the deleted file.
             */
            id: string;
            /**
             * Object
             * @description The object type, which is always file.
             * @constant
             */
            object: "file";
            /**
             * Deleted
             * @description Whether the file was deleted successfully.
             */
            deleted: boolean;
        };
        /** ErrorResponseModel */
        ErrorResponseModel: {
            error: components["schemas"]["ErrorModel"];
        };
        /** ErrorModel */
        ErrorModel: {
            /** Message */
            message: string;
            /** Type */
            type: string;
            /** Param */
            param: string | null;
            /** Code */
            code: string | null;
        };
        /** CreateUploadModel */
        CreateUploadModel: {
            /**
             * Filename
             * @description The name of the file, without control characters.
             */
            filename: string;
            /**
             * Purpose
             * @description The intended purpose of the file.
             * @enum {string}
             */
            purpose: "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";
            /**
             * Bytes
             * @description The size of the whole file, in bytes.
             */
            bytes: number;
            /**
             * Mime Type
             * @description Kept as it is sent.
             */
            mime_type: string;
            /**
             * Expires After
             * @description When the file expires, counted from when the upload is completed. By default files with purpose=batch expire after 30 days and all others never.
             */
            expires_after?: {
                /** @enum {string} */
                anchor: "created_at";
                seconds: number;
            };
        };
        /** CompleteUploadModel */
        CompleteUploadModel: {
            /**
             * Part Ids
             * @description The parts of the file, in its order; none for an empty file.
             */
            part_ids: string[];
            /**
             * Md5
             * @description The MD5 of the whole file, in hexadecimal; checked when it is given.
             */
            md5?: string | null;
        };
        /** UploadModel */
        UploadModel: {
            /** Id */
            id: string;
            /**
             * Object
             * @constant
             */
            object: "upload";
            /**
             * Bytes
             * @description The size that was announced.
             */
            bytes: number;
            /** Created At */
            created_at: number;
            /**
             * Expires At
             * @description When the upload expires if it is not completed.
             */
            expires_at: number;
            /** Filename */
            filename: string;
            purpose: components["schemas"]["FilePurpose"];
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "completed" | "cancelled" | "expired";
            /**
             * File
             * @description The file, once the upload is completed; null before, and when it was deleted since.
             */
            file: components["schemas"]["FileObjectModel"] | null;
        };
        /** UploadPartModel */
        UploadPartModel: {
            /** Id */
            id: string;
            /**
             * Object
             * @constant
             */
            object: "upload.part";
            /** Created At */
            created_at: number;
            /** Upload Id */
            upload_id: string;
            /**
             * Bytes
             * @description The size of the part.
             */
            bytes: number;
        };
        /** ListUploadPartsModel */
        ListUploadPartsModel: {
            /**
             * Object
             * @constant
             */
            object: "list";
            /**
             * Data
             * @description The parts that are stored, in the order in which they were.
             */
            data: components["schemas"]["UploadPartModel"][];
        };
    };
    responses: {
        /** @description A parameter, a field or the framing of the request is wrong; `param` names it where one is at fault. */
        BadRequest: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description No API key, or an unknown one (`code` is `invalid_api_key`). */
        Unauthorized: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "www-authenticate": components["headers"]["Challenge"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description More than ten wrong API keys came from this address within a minute. */
        TooManyGuesses: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "retry-after": components["headers"]["RetryAfter"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description A server without keys refuses requests for foreign hosts and from the pages of other sites. */
        Forbidden: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The path does not have this method. Written at the methods that it has, since OpenAPI has no other place. */
        MethodNotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                allow: components["headers"]["Allow"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The client stopped sending. */
        RequestTimeout: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The request is larger than the limit of the server. */
        ContentTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The body is of another type, or in an encoding that is not read. */
        UnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description No byte of the file is in the range. */
        RangeNotSatisfiable: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "content-range": components["headers"]["UnsatisfiedRange"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description An `Expect` other than `100-continue`. */
        ExpectationFailed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The head of the request is too large. */
        HeadersTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description The tenant's quota of bytes or files is used up (`code` is `quota_exceeded`), or a server without keys refuses a foreign host or another site's page. */
        ForbiddenUpload: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description A fault of the server. */
        InternalError: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description In the contract, but not yet served. */
        NotImplemented: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
        /** @description Too many uploads at once, or the store or the database is away. */
        Unavailable: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "retry-after": components["headers"]["RetryAfter"];
                "x-content-type-options": components["headers"]["ContentTypeOptions"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponseModel"];
            };
        };
    };
    parameters: {
        /** @description One range of bytes, such as `bytes=0-1023`. Several, or a malformed one, give the whole file. */
        Range: string;
        /** @description The range counts only while the ETag, or the Last-Modified, is this one. */
        IfRange: string;
        /** @description Answered 304 when the ETag is among these. */
        IfNoneMatch: string;
        /** @description Answered 304 when the file is not newer; ignored beside If-None-Match, and when it is no date. */
        IfModifiedSince: string;
    };
    requestBodies: never;
    headers: {
        /** @description Names this request in the logs of the server. */
        RequestId: string;
        /** @description How to authenticate (RFC 9110 section 11.6.1). */
        Challenge: string;
        /** @description The methods that this path has. */
        Allow: string;
        /** @description Seconds after which to try again. */
        RetryAfter: number;
        /** @description `bytes *\/size`: how many bytes the file has. */
        UnsatisfiedRange: string;
        /** @description Bytes that count against the tenant's quota of bytes, uploads in parts among them; only where it has one. */
        BytesUsed: number;
        /** @description Bytes that the tenant may have. */
        BytesLimit: number;
        /** @description Files that count against the tenant's quota of files; only where it has one. */
        FilesUsed: number;
        /** @description Files that the tenant may have. */
        FilesLimit: number;
        /** @description Strong, and the same for ever: the content of an id never changes. */
        ETag: string;
        /** @description When the file was committed: its `created_at`. */
        LastModified: string;
        /** @description `bytes`. */
        AcceptRanges: "bytes";
        /** @description Bytes of this body. */
        ContentLength: number;
        /** @description `bytes first-last/size`. */
        ContentRange: string;
        /** @description `attachment`, with the name of the file in `filename*`, and one of ASCII in `filename` for old clients. */
        ContentDisposition: string;
        /** @description `private, no-store`: the answer is for whoever holds the key, and no cache keeps it. */
        CacheControl: "private, no-store";
        /** @description `nosniff`. */
        ContentTypeOptions: "nosniff";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_files_v1_files_get: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number | null;
                order?: ("asc" | "desc") | null;
                purpose?: components["schemas"]["FilePurpose"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "sluice-bytes-used": components["headers"]["BytesUsed"];
                    "sluice-bytes-limit": components["headers"]["BytesLimit"];
                    "sluice-files-used": components["headers"]["FilesUsed"];
                    "sluice-files-limit": components["headers"]["FilesLimit"];
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListFilesResponseModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    upload_file_v1_files_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The File object (not file name) to be uploaded.
                     */
                    file: Blob;
                    /**
                     * @description The intended purpose of the uploaded file.
                     * @enum {string}
                     */
                    purpose: "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";
                    /** @description The expiration policy for a file. By default, files with purpose=batch expire after 30 days and all other files are persisted until they are manually deleted. */
                    expires_after?: {
                        /**
                         * @description Anchor timestamp after which the expiration policy applies. Supported anchors: `created_at`.
                         * @enum {string}
                         */
                        anchor: "created_at";
                        /** @description The number of seconds after the anchor time that the file will expire. Must be between 3600 (1 hour) and 2592000 (30 days). */
                        seconds: number;
                    };
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileObjectModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenUpload"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_file_v1_files__file_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileObjectModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_file_v1_files__file_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteFileResponseModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_file_content_v1_files__file_id__content_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. Several, or a malformed one, give the whole file. */
                Range?: components["parameters"]["Range"];
                /** @description The range counts only while the ETag, or the Last-Modified, is this one. */
                "If-Range"?: components["parameters"]["IfRange"];
                /** @description Answered 304 when the ETag is among these. */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /** @description Answered 304 when the file is not newer; ignored beside If-None-Match, and when it is no date. */
                "If-Modified-Since"?: components["parameters"]["IfModifiedSince"];
            };
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-length": components["headers"]["ContentLength"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description The range that was asked for. */
            206: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-length": components["headers"]["ContentLength"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    "content-range": components["headers"]["ContentRange"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": Blob;
                };
            };
            /** @description The client has the content already. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            416: components["responses"]["RangeNotSatisfiable"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    head_file_content_v1_files__file_id__content_head: {
        parameters: {
            query?: never;
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. Several, or a malformed one, give the whole file. */
                Range?: components["parameters"]["Range"];
                /** @description The range counts only while the ETag, or the Last-Modified, is this one. */
                "If-Range"?: components["parameters"]["IfRange"];
                /** @description Answered 304 when the ETag is among these. */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /** @description Answered 304 when the file is not newer; ignored beside If-None-Match, and when it is no date. */
                "If-Modified-Since"?: components["parameters"]["IfModifiedSince"];
            };
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What GET would answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-length": components["headers"]["ContentLength"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The range that GET would answer. */
            206: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "accept-ranges": components["headers"]["AcceptRanges"];
                    "content-length": components["headers"]["ContentLength"];
                    "content-disposition": components["headers"]["ContentDisposition"];
                    "content-range": components["headers"]["ContentRange"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client has the content already. */
            304: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "last-modified": components["headers"]["LastModified"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter, a field or the framing of the request is wrong; `param` names it where one is at fault. */
            400: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No API key, or an unknown one (`code` is `invalid_api_key`). */
            401: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "www-authenticate": components["headers"]["Challenge"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A server without keys refuses requests for foreign hosts and from the pages of other sites. */
            403: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Absent, expired, or another tenant's; `param` is `id`. */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The path does not have this method. Written at the methods that it has, since OpenAPI has no other place. */
            405: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    allow: components["headers"]["Allow"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client stopped sending. */
            408: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No byte of the file is in the range. */
            416: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "content-range": components["headers"]["UnsatisfiedRange"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An `Expect` other than `100-continue`. */
            417: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than ten wrong API keys came from this address within a minute. */
            429: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "retry-after": components["headers"]["RetryAfter"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The head of the request is too large. */
            431: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A fault of the server. */
            500: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description In the contract, but not yet served. */
            501: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many uploads at once, or the store or the database is away. */
            503: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "retry-after": components["headers"]["RetryAfter"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    create_upload_v1_uploads_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUploadModel"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenUpload"];
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_upload_v1_uploads__upload_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    list_upload_parts_v1_uploads__upload_id__parts_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListUploadPartsModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    add_upload_part_v1_uploads__upload_id__parts_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The bytes of the part. Without a filename, as text, at most 64 KiB.
                     */
                    data: Blob;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPartModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenUpload"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    complete_upload_v1_uploads__upload_id__complete_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteUploadModel"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenUpload"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            /** @description The upload is being completed by another request. */
            409: {
                headers: {
                    "retry-after": components["headers"]["RetryAfter"];
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancel_upload_v1_uploads__upload_id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description Not Found */
            404: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-content-type-options": components["headers"]["ContentTypeOptions"];
                    "cache-control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorResponseModel"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            408: components["responses"]["RequestTimeout"];
            417: components["responses"]["ExpectationFailed"];
            429: components["responses"]["TooManyGuesses"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            501: components["responses"]["NotImplemented"];
            503: components["responses"]["Unavailable"];
        };
    };
}
