import type { CompletedPart } from '@aws-sdk/client-s3';

import { AppError } from '../../errors';
import { batchesOf } from '../until-aborted';
import type { BlobSource, PutOptions } from '../blob-store';
import { createPartBuffers } from './part-buffers';
import type { PartBuffers } from './part-buffers';
import { attemptsOf, codeOf, s3Error, statusOf } from './client';
import type { Integrity } from './client';
import { abortUpload, abortUploads } from './multipart-uploads';
import type { ObjectName, S3Access } from './multipart-uploads';

/** S3 takes so many parts of one upload. */
const MAX_PARTS = 10_000;
/** How long the cleaning after a failure may take, retries included; and the answer that it has to wait for. */
const CLEANING_MS = 10_000;

export interface PutContext extends S3Access {
  integrity: Integrity;
  /** Bytes of each part but the last. */
  partBytes: number;
  /** How many parts may be in flight. */
  concurrency: number;
  /** Emptied once the server has said that it has no conditional writes. */
  condition: { IfNoneMatch?: '*' };
}

/** Bytes of a part, so that a blob of `maxBytes` needs no more parts than S3 takes. */
export function partBytesFor(leastBytes: number, maxBytes: number): number {
  return Math.max(leastBytes, Math.ceil(maxBytes / MAX_PARTS));
}

/**
 * Sends a blob as one object: in a single request when it fits into one part, else as a multipart upload with
 * `concurrency` parts in flight and one that gathers.
 *
 * Not lib-storage's `Upload`: when a part fails it sends all others first, when it is aborted it settles while
 * it still writes, and it holds each part twice while it joins the chunks.
 */
export async function putObject(
  context: PutContext,
  object: ObjectName,
  source: BlobSource,
  { signal, memory }: PutOptions,
): Promise<void> {
  signal.throwIfAborted();
  // Whatever fails first ends all else: requests in flight, and the source even while it is silent.
  const ending = new AbortController();
  const forward = () => ending.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const sending = createPartUploader({ ...context, signal: ending.signal }, object, (body) => buffers.free(body));
  const buffers = createPartBuffers(context.partBytes, memory, async () => {
    await sending.partSettled();
    ending.signal.throwIfAborted();
  });
  try {
    await sendAll(sending, buffers, ending, source, context.partBytes, context.concurrency);
  } catch (error) {
    // Only the first reason stays: what the others report is that they were ended.
    ending.abort(error);
    await sending.settled();
    throw await errorAfterCleanup(ending.signal.reason, context, object, sending.leftovers());
  } finally {
    signal.removeEventListener('abort', forward);
  }
}

async function sendAll(
  sending: PartUploader,
  buffers: PartBuffers,
  ending: AbortController,
  source: BlobSource,
  partBytes: number,
  concurrency: number,
): Promise<void> {
  for await (const part of partsOf(batchesOf(source, ending.signal), partBytes, buffers)) {
    if (part.isLast && part.number === 1) {
      await sending.whole(part.body);
      return ending.signal.throwIfAborted();
    }
    await sending.part(part, concurrency, (error) => ending.abort(error));
    ending.signal.throwIfAborted();
  }
  await sending.settled();
  ending.signal.throwIfAborted();
  await sending.complete();
  ending.signal.throwIfAborted();
}

interface Part {
  /** Counted from 1. */
  number: number;
  body: Buffer;
  isLast: boolean;
}

/**
 * Copies the batches into parts of exactly `partBytes`, the last one shorter or empty. The buffer of the first
 * grows with the bytes that come, so that a client that sends nothing costs nothing.
 */
async function* partsOf(
  batches: AsyncIterable<readonly Buffer[]>,
  partBytes: number,
  buffers: PartBuffers,
): AsyncGenerator<Part> {
  let body: Buffer = Buffer.allocUnsafeSlow(0);
  let used = 0;
  let number = 1;
  for await (const batch of batches) {
    for (const slice of batch) {
      for (let taken = 0; taken < slice.length;) {
        if (used === partBytes) {
          yield { number, body, isLast: false };
          number += 1;
          body = await buffers.next();
          used = 0;
        }
        const wanted = Math.min(used + slice.length - taken, partBytes);
        if (wanted > body.length) body = await buffers.grown(body, used, wanted);
        const copied = slice.copy(body, used, taken);
        taken += copied;
        used += copied;
      }
    }
  }
  yield { number, body: body.subarray(0, used), isLast: true };
}

/** What a put may have left in S3. */
interface Leftovers {
  object: boolean;
  /** An upload that was asked for; its id is unknown when the answer was lost. */
  upload: { id: string | undefined } | undefined;
}

interface PartUploader {
  whole(body: Buffer): Promise<void>;
  /** Resolves once the part is on its way; `onError` is told when it does not arrive. */
  part(part: Part, concurrency: number, onError: (error: unknown) => void): Promise<void>;
  complete(): Promise<void>;
  /** Resolves when no part is on its way any more. */
  settled(): Promise<void>;
  leftovers(): Leftovers;
  /** Resolves when one of the parts under way is no longer; at once when there is none. */
  partSettled(): Promise<void>;
}

/** @param onArrived told of the buffer of each part that has arrived. */
function createPartUploader(
  context: PutContext & { signal: AbortSignal },
  object: ObjectName,
  onArrived: (body: Buffer) => void,
): PartUploader {
  const { sdk, client, integrity } = context;
  const options = { abortSignal: context.signal };
  const lastOptions = { abortSignal: delayedAbort(context.signal, CLEANING_MS) };
  const leftovers: Leftovers = { object: false, upload: undefined };
  const running = new Set<Promise<void>>();
  const parts: CompletedPart[] = [];
  let bytes = 0;

  async function open(): Promise<void> {
    if (leftovers.upload !== undefined) return;
    leftovers.upload = { id: undefined };
    const command = new sdk.CreateMultipartUploadCommand({ ...object, ...integrity.upload });
    leftovers.upload.id = (await client.send(command, options).catch(fail)).UploadId;
  }

  async function sendPart({ number, body }: Part): Promise<void> {
    const checks = integrity.of(body);
    const UploadId = leftovers.upload?.id;
    const command = new sdk.UploadPartCommand({ ...object, ...checks, UploadId, PartNumber: number, Body: body });
    const { ETag, ChecksumCRC32 } = await client.send(command, options);
    // Only a server that has checked it knows the element: to Swift it is no valid XML.
    parts[number - 1] = { PartNumber: number, ETag, ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }) };
    bytes += body.length;
    onArrived(body);
  }

  /** Writes under the condition that nothing has the name, where the server knows of such conditions. */
  async function once(write: (condition: PutContext['condition']) => Promise<unknown>): Promise<void> {
    leftovers.object = true;
    try {
      await write(context.condition);
    } catch (error) {
      if (statusOf(error) === 501 && context.condition.IfNoneMatch !== undefined) {
        // it may be another header that the server does not know: only a write without the condition tells
        await write({}).catch(fail);
        delete context.condition.IfNoneMatch;
        return;
      }
      // The answer to the first attempt may have been lost: then it is our own object that is in the way.
      const isTaken = statusOf(error) === 412;
      const isGone = codeOf(error) === 'NoSuchUpload';
      if ((isTaken || isGone) && attemptsOf(error) > 1 && (await isThere())) return;
      if (!isTaken) fail(error);
      leftovers.object = false;
      throw new Error('The blob exists already', { cause: error });
    }
  }

  async function isThere(): Promise<boolean> {
    const head = await client.send(new sdk.HeadObjectCommand(object), options).catch(() => undefined);
    return head?.ContentLength === bytes;
  }

  return {
    async whole(body) {
      bytes = body.length;
      const checked = { ...object, ...integrity.of(body), Body: body };
      await once((condition) => client.send(new sdk.PutObjectCommand({ ...checked, ...condition }), lastOptions));
    },
    async part(part, concurrency, onError) {
      await open();
      while (running.size >= concurrency) await Promise.race(running);
      const sent: Promise<void> = sendPart(part)
        .catch((error: unknown) => onError(s3Error(error)))
        .finally(() => running.delete(sent));
      running.add(sent);
    },
    async complete() {
      const upload = { ...object, UploadId: leftovers.upload?.id, MultipartUpload: { Parts: parts } };
      await once((condition) =>
        client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, ...condition }), lastOptions),
      );
    },
    partSettled: () => Promise.race([...running, Promise.all(running)]).then(() => undefined),
    async settled() {
      await Promise.all(running);
    },
    leftovers: () => leftovers,
  };
}

/**
 * Fires `delayMs` after `signal`, for the request that makes the object: cut off, it may still happen, after the
 * object was deleted.
 */
function delayedAbort(signal: AbortSignal, delayMs: number): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => controller.abort(signal.reason), delayMs).unref(), {
    once: true,
  });
  return controller.signal;
}

function fail(error: unknown): never {
  throw s3Error(error);
}

/** Frees what a failed put left. @returns the error to reject with: the put's own, unless something may remain. */
async function errorAfterCleanup(
  reason: unknown,
  context: PutContext,
  object: ObjectName,
  leftovers: Leftovers,
): Promise<unknown> {
  const requester = { sdk: context.sdk, client: context.client, signal: AbortSignal.timeout(CLEANING_MS) };
  try {
    if (leftovers.upload?.id !== undefined) await abortUpload(requester, object, leftovers.upload.id);
    else if (leftovers.upload !== undefined) await abortUploads(requester, object);
    if (leftovers.object) {
      await context.client.send(new context.sdk.DeleteObjectCommand(object), { abortSignal: requester.signal });
    }
    return reason;
  } catch (cleaning) {
    const cause = new AggregateError([reason, cleaning], 'A put failed, and its bytes could not be removed');
    return new AppError('unavailable', 'The storage is not available.', { cause });
  }
}
