import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

// Defaults that follow from the machine.

const MAX_DEFAULT_BUFFER_BYTES = 512 * 1024 * 1024;

/** A quarter of the memory of the machine or control group; on a large machine, what very many clients need. */
export function defaultBufferBytes(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(MAX_DEFAULT_BUFFER_BYTES, Math.floor(memory / 4));
}

/** For databases, pipes and listening sockets. */
const OWN_DESCRIPTORS = 128;
const FALLBACK = 10_000;

/**
 * How many connections the limit of file descriptors allows: each may need a second one for a file. Without a bound, silent
 * connections use up the descriptors, and every download fails.
 */
export function defaultMaxConnections(): number {
  const descriptors = descriptorLimit();
  if (descriptors === undefined) return FALLBACK;
  return Math.max(16, Math.floor((descriptors - OWN_DESCRIPTORS) / 2));
}

/** The soft limit, on Linux. */
function descriptorLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
