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
  // Not AbortSignal.any: Node 20 keeps such a signal for good while it has a listener.
  const ending = new AbortController();
  const forward = () => ending.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const uploader = createPartUploader(context, object, ending.signal, {
    onArrived: (body) => buffers.free(body),
    onError: (error) => ending.abort(error),
  });
  const buffers = createPartBuffers(context.partBytes, memory, async () => {
    await uploader.partSettled();
    ending.signal.throwIfAborted();
  });
  try {
    await sendAll();
    ending.signal.throwIfAborted();
  } catch (error) {
    // keeps the first reason: later failures only say that they were ended
    ending.abort(error);
    await uploader.settled();
    throw await errorAfterCleanup(ending.signal.reason, uploader.clean);
  } finally {
    signal.removeEventListener('abort', forward);
  }

  async function sendAll(): Promise<void> {
    let parts = 0;
    for await (const chunk of chunksOf(batchesOf(source, ending.signal), context.partBytes, buffers)) {
      const body = chunk.buffer.subarray(0, chunk.used);
      if (chunk.isLast && parts === 0) {
        await uploader.whole(body);
        return;
      }
      parts += 1;
      await uploader.part(parts, body);
      ending.signal.throwIfAborted();
    }
    await uploader.settled();
    ending.signal.throwIfAborted();
    await uploader.complete();
  }
}
