import type { PutMemory } from '../blob-store';
import { resized } from '../chunks';
import type { ChunkBuffers } from '../chunks';

/** Up to this size a buffer doubles as bytes come; beyond it the buffer of a whole part is taken. */
const SMALL_BYTES = 512 * 1024;

/**
 * The buffers of one put. With one whole buffer a put can always finish, so that two puts never wait for each other. More
 * buffers, for parts in parallel, are taken only while memory is plentiful.
 *
 * @param partSettled resolves when one of the parts under way has arrived or failed; rejects once the put has ended.
 */
export function createPartBuffers(
  partBytes: number,
  memory: PutMemory | undefined,
  partSettled: () => Promise<void>,
): ChunkBuffers & { free(buffer: Buffer): void } {
  const freeBuffers: Buffer[] = [];
  return {
    async grown(buffer, used, wanted) {
      const doubled = Math.max(wanted, 2 * buffer.length);
      const length = doubled > SMALL_BYTES ? partBytes : Math.min(doubled, partBytes);
      await memory?.grow(length - buffer.length);
      return resized(buffer, used, length);
    },
    async next() {
      for (;;) {
        const buffer = freeBuffers.pop();
        if (buffer) return buffer;
        if (!memory || memory.growIfPlentiful(partBytes)) return Buffer.allocUnsafeSlow(partBytes);
        await partSettled();
      }
    },
    /** Returns a buffer, to be used again. */
    free: (buffer) => void freeBuffers.push(buffer),
  };
}
