import { totalmem } from 'node:os';

const MAX_DEFAULT_BUFFER_BYTES = 512 * 1024 * 1024;

/** Of a small machine, or control group, a quarter; of a large one, what a thousand clients hold. */
export function defaultBufferBytes(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(MAX_DEFAULT_BUFFER_BYTES, Math.floor(memory / 4));
}
