import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type * as S3 from '@aws-sdk/client-s3';
import { storageAway, storageFull } from '../../errors';
import type { AppError } from '../../errors';
import { isLoopback } from '../../loopback';
import type { S3Checksum, S3Settings } from '../storage-url';

/** Loaded when a store is opened: a server without S3 does not need its memory. */
export type Sdk = typeof S3;

export interface S3Options extends S3Settings {
  /** The largest blob that will ever be put: the size of parts, and so `putMemoryBytes`, follows from it. */
  maxBytes?: number;
  stallMs?: number;
  /** How often a request is sent in all, when it fails on the way or by S3's own fault. */
  maxAttempts?: number;
}

const CONNECT_MS = 5_000;
/** How long S3 may be silent while an answer is awaited. */
export const STALL_MS = 30_000;
/** Enough for some seconds of refused connections. Bodies are buffers, so that each part can be sent again. */
const MAX_ATTEMPTS = 6;

export function createClients(sdk: Sdk, settings: S3Options, integrity: Integrity) {
  const { stallMs = STALL_MS } = settings;
  const config: S3.S3ClientConfig = {
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: settings.maxAttempts ?? MAX_ATTEMPTS,
    // The SDK's own checksums turn streams into aws-chunked, which RGW and Swift refuse; see `integrityOf`.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A request with `Expect` gets its own connection, and waits for seconds where the server ignores it.
    expectContinueHeader: false,
    ...(settings.region !== undefined && { region: settings.region }),
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
  };
  // With the SDK's lower limit a few slow readers would lock all others out.
  const agent = { keepAlive: true, maxSockets: 4096 };
  const handler = { connectionTimeout: CONNECT_MS, throwOnRequestTimeout: true, httpAgent: agent, httpsAgent: agent };
  /** For requests whose socket may not be silent. */
  const requests = new sdk.S3Client({ ...config, requestHandler: { ...handler, socketTimeout: stallMs } });
  /** For downloads: a slow reader leaves the socket silent, so `get` watches them itself. */
  const downloads = new sdk.S3Client({
    ...config,
    credentials: requests.config.credentials,
    // `requestTimeout` ends with the head of the answer; `socketTimeout` would also end slow readers.
    requestHandler: { ...handler, requestTimeout: stallMs, socketTimeout: 0 },
  });
  if (!integrity.isBodySigned) {
    requests.middlewareStack.add(
      (next, context) => (args) => {
        const isBody = context.commandName === 'PutObjectCommand' || context.commandName === 'UploadPartCommand';
        if (isBody && hasHeaders(args.request)) args.request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        return next(args);
      },
      { step: 'build', name: 'unsignedPayload' },
    );
  }
  requests.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'DeleteObjectsCommand' && hasHeaders(args.request)) putMd5(args.request);
      return next(args);
    },
    // runs after the SDK's own checksum
    { step: 'build', priority: 'low', name: 'contentMd5' },
  );
  return { requests, downloads };
}

/** DeleteObjects must have a checksum. Every server knows this one; many refuse the CRC that the SDK would send. */
function putMd5(request: { headers: Record<string, string>; body?: unknown }): void {
  for (const name of Object.keys(request.headers)) {
    if (/^x-amz-(checksum|sdk-checksum)-/.test(name)) delete request.headers[name];
  }
  request.headers['content-md5'] = createHash('md5').update(String(request.body)).digest('base64');
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}

export type Integrity = ReturnType<typeof integrityOf>;

/**
 * The checksum of a body, which the server compares.
 *
 * `crc32`: AWS and most servers check it; Ceph's gateway 16 ignores it. `md5`: all servers know it, though Ceph does not
 * check it on parts. `sha256`: signs the body, which every server must check; it takes the most CPU.
 */
export function integrityOf(settings: Pick<S3Settings, 'checksum' | 'endpoint'>) {
  const checksum = settings.checksum ?? defaultChecksum(settings.endpoint);
  return {
    /** Parameters of PutObject and UploadPart. */
    of(body: Buffer): { ChecksumCRC32?: string; ContentMD5?: string } {
      if (checksum === 'crc32') return { ChecksumCRC32: bigEndian(crc32(body)).toString('base64') };
      if (checksum === 'md5') return { ContentMD5: createHash('md5').update(body).digest('base64') };
      return {};
    },
    /** Whether the signature covers the body. */
    isBodySigned: checksum === 'sha256',
    /** Parameters of CreateMultipartUpload. */
    upload: checksum === 'crc32' ? ({ ChecksumAlgorithm: 'CRC32' } as const) : {},
  };
}

/** A CRC is enough where TLS protects the body or it stays on this machine; otherwise the body is signed. */
function defaultChecksum(endpoint: string | undefined): S3Checksum {
  if (endpoint === undefined) return 'crc32';
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || isLoopback(hostname) ? 'crc32' : 'sha256';
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const FULL_CODES = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded']);

/** The error that the caller of a store gets for an error of S3, which becomes its cause. */
export function s3Error(cause: unknown): AppError {
  const isFull = FULL_CODES.has(codeOf(cause)) || statusOf(cause) === 507;
  return isFull ? storageFull(cause) : storageAway(cause);
}

export function throwS3Error(cause: unknown): never {
  throw s3Error(cause);
}

/** S3's own name for an error, such as `NoSuchKey`; a HEAD has none and gives `NotFound` or the status. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

export function statusOf(error: unknown): number | undefined {
  return metadataOf(error)?.httpStatusCode;
}

/** How often a request was sent; an answer to the second may be about the first. */
export function attemptsOf(error: unknown): number {
  return metadataOf(error)?.attempts ?? 1;
}

function metadataOf(error: unknown) {
  return (error as Partial<S3.S3ServiceException> | undefined)?.$metadata;
}
