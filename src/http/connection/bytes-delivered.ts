import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Counts the bytes of its answers that a client has acknowledged. */
type BytesDelivered = (socket: Socket) => number;

type WithHandle = Socket & { _handle?: { bytesWritten?: number; writeQueueSize?: number } | null };

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** Of a socket with something in its send queue: its ports and the length of the queue. */
const QUEUE = /^ *\d+: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) [\dA-F]{2} (?!0{8})([\dA-F]{8}):/gm;
/** The tables are read at most once in this time, for all sockets: they also have every connection closed within a minute. */
const MAX_AGE_MS = 500;

/**
 * What the kernel has taken, less what its send queue still holds. `bytesWritten` of a socket also counts what waits in the
 * process, and whole writes only. The kernel takes more only when a third of its buffer is free, so that a slow reader
 * would seem to stall. Linux tells the length of the queue; elsewhere it counts as empty.
 */
export function createBytesDelivered(): BytesDelivered {
  let queues = new Map<string, number>();
  let readAt = -Infinity;
  return (socket) => {
    const now = performance.now();
    if (now - readAt > MAX_AGE_MS) {
      queues = readQueues();
      readAt = now;
    }
    return bytesTaken(socket) - (queues.get(`${socket.localPort}:${socket.remotePort}`) ?? 0);
  };
}

/** What the kernel has taken of a socket. */
export function bytesTaken(socket: Socket): number {
  // libuv's handle: bytes that it was given, and those of them that the kernel has not taken
  const { bytesWritten, writeQueueSize } = (socket as WithHandle)._handle ?? {};
  if (bytesWritten === undefined || writeQueueSize === undefined) return socket.bytesWritten - socket.writableLength;
  return bytesWritten - writeQueueSize;
}

/** By local and remote port. Clients that share both have one sum: the progress of one counts for all. */
function readQueues(): Map<string, number> {
  const queues = new Map<string, number>();
  for (const [, local = '', remote = '', queue = ''] of TABLES.map(textOf).join('').matchAll(QUEUE)) {
    const key = `${Number.parseInt(local, 16)}:${Number.parseInt(remote, 16)}`;
    queues.set(key, (queues.get(key) ?? 0) + Number.parseInt(queue, 16));
  }
  return queues;
}

function textOf(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch {
    return '';
  }
}
