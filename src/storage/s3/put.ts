import { errorAfterCleanup } from '../blob-errors';
import type { BlobSource, PutOptions } from '../blob-store';
import { chunksOf } from '../chunks';
import { batchesOf } from '../until-aborted';
import type { ObjectName } from './multipart-uploads';
import { createPartBuffers } from './part-buffers';
import { createPartUploader } from './part-uploader';
import type { UploadContext } from './part-uploader';

/** S3's limit of parts for one upload. */
const MAX_PARTS = 10_000;

/** The size of a part, so that a blob of `maxBytes` needs no more parts than S3 allows. */
export function partBytesFor(leastBytes: number, maxBytes: number): number {
  return Math.max(leastBytes, Math.ceil(maxBytes / MAX_PARTS));
}

/**
 * Sends a blob as one object: in a single request when it fits into one part, else as a multipart upload with
 * `concurrency` parts in flight and one that is filled.
 *
 * Not lib-storage's `Upload`: it sends all other parts when one has failed, settles after an abort while it still writes,
 * and holds each part twice.
 */
export async function putObject(
  context: UploadContext,
  object: ObjectName,
  source: BlobSource,
  { signal, memory }: PutOptions,
): Promise<void> {
  signal.throwIfAborted();
  // The first failure ends all requests in flight, and the source even while it is silent.
  const failing = new AbortController();
  const ending = AbortSignal.any([signal, failing.signal]);
  const uploader = createPartUploader(context, object, ending, {
    onArrived: (body) => buffers.free(body),
    onError: (error) => failing.abort(error),
  });
  const buffers = createPartBuffers(context.partBytes, memory, async () => {
    await uploader.partSettled();
    ending.throwIfAborted();
  });
  try {
    await sendAll();
    ending.throwIfAborted();
  } catch (error) {
    // keeps the first reason: later failures only say that they were ended
    failing.abort(error);
    await uploader.settled();
    throw await errorAfterCleanup(ending.reason, uploader.clean);
  }

  async function sendAll(): Promise<void> {
    let parts = 0;
    for await (const chunk of chunksOf(batchesOf(source, ending), context.partBytes, buffers)) {
      const body = chunk.buffer.subarray(0, chunk.used);
      if (chunk.isLast && parts === 0) {
        await uploader.whole(body);
        return;
      }
      parts += 1;
      await uploader.part(parts, body);
      ending.throwIfAborted();
    }
    await uploader.settled();
    ending.throwIfAborted();
    await uploader.complete();
  }
}
