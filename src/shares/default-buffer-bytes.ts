import { totalmem } from 'node:os';

const MAX_DEFAULT_BUFFER_BYTES = 512 * 1024 * 1024;

/** A quarter of the memory of the machine or control group; on a large machine, what very many clients need. */
export function defaultBufferBytes(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(MAX_DEFAULT_BUFFER_BYTES, Math.floor(memory / 4));
}
