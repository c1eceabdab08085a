import { randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { isAppError } from '../../errors';
import { noSuchBlob } from '../blob-errors';
import { isBlobKey, requireBlobKey } from '../blob-key';
import { MARK_NAME } from '../blob-store';
import type { BlobKey, BlobStore, ByteRange, DoomedKey, StoredBlob } from '../blob-store';
import { STALL_MS, codeOf, createClients, integrityOf, s3Error, statusOf, throwS3Error } from './client';
import type { Integrity, S3Options } from './client';
import { partBytesFor, putObject } from './put';
import type { UploadContext } from './part-uploader';
import { deleteAll } from './delete-all';
import type { DeleteContext } from './delete-all';
import { abortUpload, unfinishedUploads } from './multipart-uploads';

const PING_MS = 5_000;

/**
 * Blobs as objects of an S3 bucket. Credentials come by the usual AWS chain: environment, profile, role.
 *
 * @throws Error when the bucket cannot be reached or written, with a sentence for the operator.
 */
export async function createS3Store(settings: S3Options): Promise<BlobStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket, prefix, concurrency, stallMs = STALL_MS } = settings;
  const partBytes = partBytesFor(settings.partBytes, settings.maxBytes ?? 0);
  const integrity = integrityOf(settings);
  const { requests, downloads } = createClients(sdk, settings, integrity);
  const access = { sdk, client: requests };
  const context: UploadContext = { ...access, integrity, partBytes, concurrency, condition: { IfNoneMatch: '*' } };
  const deleting: DeleteContext = { ...access, hasDeleteObjects: true };
  const mark = { Bucket: bucket, Key: prefix + MARK_NAME };
  const objectOf = (key: BlobKey) => ({ Bucket: bucket, Key: prefix + requireBlobKey(key) });

  try {
    await checkWritable();
  } catch (cause) {
    await close();
    const advice = isChecksumRefused(cause, integrity) ? REFUSED_CHECKSUM : '';
    throw new Error(`The bucket ${bucket} cannot be used: ${reasonOf(cause)}.${advice}`, { cause });
  }

  return {
    description: `s3://${bucket}/${prefix}${settings.endpoint === undefined ? '' : ` at ${settings.endpoint}`}`,
    putMemoryBytes: (concurrency + 1) * partBytes,
    put: async (key, source, options) => putObject(context, objectOf(key), source, options),
    get,
    delete: remove,
    deleteAll: removeAll,
    list,
    readMark,
    writeMark,
    ping,
    checkRoom: async () => undefined,
    close,
  };

  /** Tries what uploads and deletes do, and leaves nothing. The name is unique, since replicas start at the same time. */
  async function checkWritable(): Promise<void> {
    const object = { Bucket: bucket, Key: `${prefix}start-up-check-${randomUUID()}` };
    const { UploadId } = await requests.send(new sdk.CreateMultipartUploadCommand({ ...object, ...integrity.upload }));
    if (UploadId !== undefined) await abortUpload(access, object, UploadId);
    const source = Readable.from([[Buffer.from('Sluice')]]);
    await putObject(context, object, source, { signal: new AbortController().signal });
    await requests.send(new sdk.DeleteObjectCommand(object));
  }

  async function get(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
    const command = new sdk.GetObjectCommand({ ...objectOf(key), ...(Range !== undefined && { Range }) });
    const { Body, ContentLength, $metadata } = await downloads.send(command).catch((error: unknown) => {
      if (codeOf(error) === 'NoSuchKey') throw noSuchBlob(error);
      if (statusOf(error) === 416) {
        throw new Error('A blob is damaged: it ends before its range begins', { cause: error });
      }
      throw s3Error(error);
    });
    if (!(Body instanceof IncomingMessage)) throw s3Error(new Error('GetObject gave no stream'));
    if (range !== undefined) {
      if ($metadata.httpStatusCode !== 206) {
        Body.destroy();
        throw s3Error(new Error('The server ignored the range'));
      }
      if (ContentLength !== range.end - range.start + 1) {
        Body.destroy();
        throw new Error(`A blob is damaged: it ends before byte ${range.end}`);
      }
    }
    return cutWhenStalled(asStorageErrors(Body), stallMs);
  }

  async function remove(key: BlobKey, { unfinished = false } = {}): Promise<void> {
    const [failure] = (await removeAll([{ key, unfinished }])).values();
    if (failure) throw failure;
  }

  function removeAll(blobs: readonly DoomedKey[]): Promise<Map<BlobKey, Error>> {
    return deleteAll(
      deleting,
      blobs.map(({ key, unfinished = false }) => ({ ...objectOf(key), blobKey: key, unfinished })),
    );
  }

  async function* list(): AsyncGenerator<StoredBlob> {
    try {
      let token: string | undefined;
      do {
        const position = token === undefined ? {} : { ContinuationToken: token };
        const page = await requests.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...position }));
        for (const { Key = '', Size, LastModified } of page.Contents ?? []) {
          const key = Key.slice(prefix.length);
          if (isBlobKey(key)) yield { key, bytes: Size, storedAt: LastModified?.getTime() };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
      for await (const upload of unfinishedUploads(access, bucket, prefix)) {
        const key = upload.key.slice(prefix.length);
        if (isBlobKey(key)) yield { key, bytes: undefined, storedAt: upload.initiatedAt };
      }
    } catch (error) {
      throw s3Error(error);
    }
  }

  async function readMark(): Promise<string | undefined> {
    try {
      const { Body } = await requests.send(new sdk.GetObjectCommand(mark));
      return await Body?.transformToString();
    } catch (error) {
      if (codeOf(error) === 'NoSuchKey') return undefined;
      throw s3Error(error);
    }
  }

  async function writeMark(text: string): Promise<void> {
    const Body = Buffer.from(text);
    await requests.send(new sdk.PutObjectCommand({ ...mark, ...integrity.of(Body), Body })).catch(throwS3Error);
  }

  async function ping(): Promise<void> {
    const abortSignal = AbortSignal.timeout(PING_MS);
    await requests.send(new sdk.HeadBucketCommand({ Bucket: bucket }), { abortSignal }).catch(throwS3Error);
  }

  async function close(): Promise<void> {
    requests.destroy();
    downloads.destroy();
  }
}

/** A download that breaks on its way fails as S3 does, and is no fault of ours. */
function asStorageErrors(body: IncomingMessage): IncomingMessage {
  const destroy = body._destroy.bind(body);
  // declared, not assigned as a literal: see delimiter-search
  body._destroy = destroyTranslated;
  return body;

  function destroyTranslated(error: Error | null, done: (error?: Error | null) => void): void {
    destroy(error && s3Error(error), done);
  }
}

/** Ends a download when S3 is silent, but not when the reader is slow. */
function cutWhenStalled(body: IncomingMessage, stallMs: number): IncomingMessage {
  let seenBytes = -1;
  const watch = setInterval(() => {
    const { bytesRead } = body.socket;
    if (bytesRead === seenBytes && body.readableLength === 0) {
      body.destroy(new Error(`S3 sent nothing for ${stallMs} ms`));
    }
    seenBytes = bytesRead;
  }, stallMs).unref();
  return body.once('close', () => clearInterval(watch));
}

const REFUSED_CHECKSUM =
  " If the server does not know the header x-amz-checksum-crc32, add 'checksum=md5' or 'checksum=sha256' to STORAGE_URL.";

/** A guess: servers report it in many ways. */
function isChecksumRefused(cause: unknown, integrity: Integrity): boolean {
  const status = statusOf(isAppError(cause) ? cause.cause : cause);
  return integrity.upload.ChecksumAlgorithm !== undefined && (status === 400 || status === 501);
}

/** Such as `NoSuchBucket (404)`, or what the network says. */
function reasonOf(failure: unknown): string {
  const error = isAppError(failure) ? failure.cause : failure;
  const status = statusOf(error);
  if (status !== undefined) return `${codeOf(error)} (${status})`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
