/** Where the bytes of chunks are copied to. */
export interface ChunkBuffers {
  /** A buffer of at least `wanted` bytes, and at most a chunk, that begins with the first `used` bytes of `buffer`. */
  grown(buffer: Buffer, used: number, wanted: number): Buffer | Promise<Buffer>;
  /** A buffer for the next chunk, of any length up to a chunk's. */
  next(): Buffer | Promise<Buffer>;
}

interface Chunk {
  /** Memory of the chunk's own. */
  buffer: Buffer;
  /** Bytes at its beginning that are the chunk's. */
  used: number;
  isLast: boolean;
}

/**
 * Copies batches into chunks of exactly `chunkBytes`, the last one shorter or empty. The first buffer is empty and grows
 * with the bytes that come, so that a client that sends nothing costs nothing.
 */
export async function* chunksOf(
  batches: AsyncIterable<readonly Buffer[]>,
  chunkBytes: number,
  buffers: ChunkBuffers,
): AsyncGenerator<Chunk> {
  let buffer: Buffer = Buffer.allocUnsafeSlow(0);
  let used = 0;
  for await (const batch of batches) {
    for (const slice of batch) {
      for (let taken = 0; taken < slice.length;) {
        if (used === chunkBytes) {
          yield { buffer, used, isLast: false };
          buffer = await buffers.next();
          used = 0;
        }
        const wanted = Math.min(used + slice.length - taken, chunkBytes);
        if (wanted > buffer.length) buffer = await buffers.grown(buffer, used, wanted);
        const copied = slice.copy(buffer, used, taken);
        taken += copied;
        used += copied;
      }
    }
  }
  yield { buffer, used, isLast: true };
}

/** The first `used` bytes of `buffer` in one of `bytes`. Not from Node's shared 8 KiB pool, which a small blob would keep alive. */
export function resized(buffer: Buffer, used: number, bytes: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes);
  buffer.copy(copy, 0, 0, used);
  return copy;
}
