/** Allocates the buffers of chunks. */
export interface ChunkBuffers {
  /** A larger buffer, of `wanted` bytes at least and a chunk at most, that begins with the first `used` bytes of `buffer`. */
  grown(buffer: Buffer, used: number, wanted: number): Buffer | Promise<Buffer>;
  /** A buffer for the next chunk, of any length up to a chunk. */
  next(): Buffer | Promise<Buffer>;
}

/**
 * Copies batches into chunks of exactly `chunkBytes`; the last one is shorter or empty. The first buffer is empty and grows
 * as bytes arrive: a client that sends nothing costs no memory. The chunk is `used` bytes from the beginning of its `buffer`.
 */
export async function* chunksOf(batches: AsyncIterable<readonly Buffer[]>, chunkBytes: number, buffers: ChunkBuffers) {
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

/** A new buffer of `bytes` with the first `used` bytes of `buffer`. Not from Node's shared pool, which a small blob would keep alive. */
export function resized(buffer: Buffer, used: number, bytes: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes);
  buffer.copy(copy, 0, 0, used);
  return copy;
}
