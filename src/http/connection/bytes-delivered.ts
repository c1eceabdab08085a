import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Counts the bytes of its answers that a client has acknowledged. */
type BytesDelivered = (socket: Socket) => number;

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** One look at the tables serves all sockets that are asked for within this time. */
const MAX_AGE_MS = 500;

interface NodeHandle {
  /** Given to libuv so far. */
  bytesWritten?: number;
  /** Of these, what the kernel has not taken. */
  writeQueueSize?: number;
}

/**
 * What the kernel has taken, less what it still holds. `bytesWritten` of a socket counts what waits in the process, and
 * its streams count whole writes only; the kernel takes more only when a third of its buffer is free, so that a slow
 * reader seems to stand still for many seconds. How much it holds is asked of Linux; elsewhere it counts as delivered.
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

function bytesTaken(socket: Socket): number {
  const { bytesWritten, writeQueueSize } = (socket as Socket & { _handle?: NodeHandle | null })._handle ?? {};
  if (bytesWritten === undefined || writeQueueSize === undefined) return socket.bytesWritten - socket.writableLength;
  return bytesWritten - writeQueueSize;
}

/** By local and remote port. Two clients that share both give one sum: progress of either counts for both. */
function readQueues(): Map<string, number> {
  const queues = new Map<string, number>();
  for (const line of TABLES.flatMap((table) => linesOf(table))) {
    const [, local, remote, , queue] = line.trim().split(/\s+/, 5);
    if (!local || !remote || !queue) continue;
    const key = `${portOf(local)}:${portOf(remote)}`;
    queues.set(key, (queues.get(key) ?? 0) + Number.parseInt(queue, 16));
  }
  return queues;
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}

function linesOf(table: string): string[] {
  try {
    return readFileSync(table, 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
}
