import type { S3Client } from '@aws-sdk/client-s3';
import { codeOf } from './client';
import type { Sdk } from './client';

export interface ObjectName {
  Bucket: string;
  Key: string;
}

export interface S3Access {
  sdk: Sdk;
  client: S3Client;
  signal?: AbortSignal;
}

/** Frees the parts of one multipart upload, if it is there. */
export async function abortUpload(
  { sdk, client, signal }: S3Access,
  object: ObjectName,
  uploadId: string,
): Promise<void> {
  const command = new sdk.AbortMultipartUploadCommand({ ...object, UploadId: uploadId });
  await client.send(command, { ...(signal && { abortSignal: signal }) }).catch((error: unknown) => {
    if (codeOf(error) !== 'NoSuchUpload') throw error;
  });
}

/** Frees every multipart upload of exactly this object. */
export async function abortUploads(access: S3Access, object: ObjectName): Promise<void> {
  for await (const upload of unfinishedUploads(access, object.Bucket, object.Key)) {
    if (upload.key === object.Key) await abortUpload(access, object, upload.uploadId);
  }
}

/** The multipart uploads of objects whose name begins with `prefix`. */
export async function* unfinishedUploads(
  { sdk, client, signal }: S3Access,
  bucket: string,
  prefix: string,
): AsyncGenerator<{ key: string; uploadId: string; initiatedAt: number | undefined }> {
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const command = new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers });
    const page = await client.send(command, { ...(signal && { abortSignal: signal }) });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { key: Key, uploadId: UploadId, initiatedAt: Initiated?.getTime() };
    }
    if (page.IsTruncated !== true) return;
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
