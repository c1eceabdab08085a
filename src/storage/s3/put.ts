import { errorAfterCleanup } from '../blob-errors';
import type { BlobSource, PutOptions } from '../blob-store';
import { chunksOf } from '../chunks';
import { batchesOf } from '../until-aborted';
import type { ObjectName } from './multipart-uploads';
import { createPartBuffers } from './part-buffers';
import { createPartUploader } from './part-uploader';
import type { UploadContext } from './part-uploader';

/** S3 takes so many parts of one upload. */
const MAX_PARTS = 10_000;

export interface PutContext extends UploadContext {
  /** Bytes of each part but the last. */
  partBytes: number;
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
    // Only the first reason stays: what the others report is that they were ended.
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
