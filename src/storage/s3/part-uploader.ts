import type { CompletedPart } from '@aws-sdk/client-s3';
import { blobExists } from '../blob-errors';
import { attemptsOf, codeOf, s3Error, statusOf, throwS3Error } from './client';
import type { Integrity } from './client';
import { abortUpload, abortUploads } from './multipart-uploads';
import type { ObjectName, S3Access } from './multipart-uploads';

/** How long the cleanup after a failure may take, and the write of the object that it waits for. */
const CLEANUP_MS = 10_000;

export interface UploadContext extends S3Access {
  integrity: Integrity;
  /** Bytes of each part but the last. */
  partBytes: number;
  /** How many parts may be in flight. */
  concurrency: number;
  /** Emptied once the server has shown that it has no conditional writes. */
  condition: { IfNoneMatch?: '*' };
}

interface PartEvents {
  /** Called with the buffer of each part that S3 has taken. */
  onArrived(body: Buffer): void;
  onError(error: unknown): void;
}

/** What a put may have left in S3. */
interface Leftovers {
  object: boolean;
  /** An upload that was asked for; its id is unknown when the answer was lost. */
  upload: { id: string | undefined } | undefined;
}

/** Sends one object, whole or in parts. @param signal ends the requests; the one that writes the object, after a while. */
export function createPartUploader(
  context: UploadContext,
  object: ObjectName,
  signal: AbortSignal,
  events: PartEvents,
) {
  const { sdk, client, integrity, concurrency } = context;
  const options = { abortSignal: signal };
  const lastOptions = { abortSignal: delayedAbort(signal, CLEANUP_MS) };
  const leftovers: Leftovers = { object: false, upload: undefined };
  const running = new Set<Promise<void>>();
  const parts: CompletedPart[] = [];
  let bytes = 0;

  return {
    whole,
    part,
    complete,
    /** Resolves when one of the running parts has settled; at once when none runs. */
    partSettled: () => Promise.race([...running, Promise.all(running)]).then(() => undefined),
    /** Resolves when no part is running. */
    async settled(): Promise<void> {
      await Promise.all(running);
    },
    clean,
  };

  /** Sends the object in one request. */
  async function whole(body: Buffer): Promise<void> {
    bytes = body.length;
    const checked = { ...object, ...integrity.of(body), Body: body };
    await once((condition) => client.send(new sdk.PutObjectCommand({ ...checked, ...condition }), lastOptions));
  }

  /** Resolves once the part is on its way. Parts are counted from 1. */
  async function part(number: number, body: Buffer): Promise<void> {
    await open();
    while (running.size >= concurrency) await Promise.race(running);
    const sent: Promise<void> = sendPart(number, body)
      .catch((error: unknown) => events.onError(s3Error(error)))
      .finally(() => running.delete(sent));
    running.add(sent);
  }

  async function open(): Promise<void> {
    if (leftovers.upload !== undefined) return;
    leftovers.upload = { id: undefined };
    const command = new sdk.CreateMultipartUploadCommand({ ...object, ...integrity.upload });
    leftovers.upload.id = (await client.send(command, options).catch(throwS3Error)).UploadId;
  }

  async function sendPart(number: number, body: Buffer): Promise<void> {
    const checks = integrity.of(body);
    const UploadId = leftovers.upload?.id;
    const command = new sdk.UploadPartCommand({ ...object, ...checks, UploadId, PartNumber: number, Body: body });
    const { ETag, ChecksumCRC32 } = await client.send(command, options);
    // Only where the server has returned it: Swift refuses the element.
    parts[number - 1] = { PartNumber: number, ETag, ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }) };
    bytes += body.length;
    events.onArrived(body);
  }

  async function complete(): Promise<void> {
    const upload = { ...object, UploadId: leftovers.upload?.id, MultipartUpload: { Parts: parts } };
    await once((condition) =>
      client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, ...condition }), lastOptions),
    );
  }

  /** Writes only if the name is free, where the server has conditional writes. */
  async function once(write: (condition: UploadContext['condition']) => Promise<unknown>): Promise<void> {
    leftovers.object = true;
    try {
      await write(context.condition);
    } catch (error) {
      if (statusOf(error) === 501 && context.condition.IfNoneMatch !== undefined) {
        // the server may have refused another header: only a write without the condition shows that
        await write({}).catch(throwS3Error);
        delete context.condition.IfNoneMatch;
        return;
      }
      // the answer to the first attempt may have been lost: then the object in the way is our own
      const isTaken = statusOf(error) === 412;
      const isGone = codeOf(error) === 'NoSuchUpload';
      if ((isTaken || isGone) && attemptsOf(error) > 1 && (await isThere())) return;
      if (!isTaken) throw s3Error(error);
      leftovers.object = false;
      throw blobExists(error);
    }
  }

  async function isThere(): Promise<boolean> {
    const head = await client.send(new sdk.HeadObjectCommand(object), options).catch(() => undefined);
    return head?.ContentLength === bytes;
  }

  /** Frees what a failed put may have left. */
  async function clean(): Promise<void> {
    const abortSignal = AbortSignal.timeout(CLEANUP_MS);
    const access = { sdk, client, signal: abortSignal };
    if (leftovers.upload?.id !== undefined) await abortUpload(access, object, leftovers.upload.id);
    else if (leftovers.upload !== undefined) await abortUploads(access, object);
    if (leftovers.object) await client.send(new sdk.DeleteObjectCommand(object), { abortSignal });
  }
}

/**
 * Fires `delayMs` after `signal`, for the request that writes the object: S3 may still carry it out when it is cut off, and
 * after the object was deleted.
 */
function delayedAbort(signal: AbortSignal, delayMs: number): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => controller.abort(signal.reason), delayMs).unref(), {
    once: true,
  });
  return controller.signal;
}
