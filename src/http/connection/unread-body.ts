import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { STRANGERS } from '../../shares/accountant';
import type { Accountant } from '../../shares/accountant';
import { exchangeOfSocket, hasBody } from './exchange';

/** The least limit of a body that is read whole, so that a client that sends too much can read the refusal. */
const WHOLE_BYTES = 2 * 1024 ** 3;
/** What is read of any other body: about what most clients have already written to their buffers. */
const PARTIAL_BYTES = 4 * 1024 * 1024;
/** How long the connection stays open for the answer to be read when the body is not read to its end. */
const LINGER_MS = 2000;
/** A client may prepare its body in memory for seconds before it sends on and reads. */
const IDLE_MS = 10_000;
const TOTAL_MS = 25_000;
const PACE_BYTES = 1024 * 1024;
/** For its pace a smaller chunk counts as one of this size: it costs as much CPU. */
const PACE_CHUNK_BYTES = 512;
const PACE_MS = 3;
/** A body whose first chunks, or all until now, are smaller than this on average is read on without its parser. */
const MIN_CHUNKS = 256;
const MIN_CHUNK_BYTES = 64;

export type Drains = ReturnType<typeof createDrains>;

interface Remainder {
  source: Readable;
  socket: Socket;
  /** Of the body; NaN when it is unknown. */
  length: number;
  /** No bytes are expected. */
  isSilent: boolean;
  endAnswer: () => void;
}

/**
 * Reads on behind an answer, so that the client can read it. Closing at once, or ending the response first, would reset the
 * connection, and a client that is still writing would lose the answer. Without reading, a client that has gone would not
 * be noticed.
 *
 * What comes is read at a limited pace and thrown away: while few drains run all of it, up to `maxFileBytes` or 2 GiB. Else,
 * and where a Content-Length announces more, 4 MiB and two seconds. The connection is closed after 10 s without a byte
 * (2 s where none is expected), or 25 s in all.
 */
export function createDrains(maxFileBytes: number, pools: Pick<Accountant, 'strangersDrains' | 'drains'>) {
  /** The more drains of a pool run, the slower each reads. */
  const running = new Map([pools.strangersDrains, pools.drains].map((pool) => [pool, 0]));
  const maxWholeBytes = Math.max(maxFileBytes, WHOLE_BYTES);

  return {
    /** Ends an exchange whose answer is written but whose request body is not read. */
    drain(request: IncomingMessage, response: ServerResponse): void {
      read({
        source: request,
        socket: request.socket,
        length: Number(request.headers['content-length'] ?? Number.NaN),
        isSilent: response.statusCode === 408,
        endAnswer: () => response.end(),
      });
    },
    /** Ends a connection whose answer was written to the socket itself. */
    drainSocket(socket: Socket, { isSilent }: { isSilent: boolean }): void {
      read({ source: socket, socket, length: Number.NaN, isSilent, endAnswer: () => socket.end() });
    },
  };

  function read({ source: first, socket, length, isSilent, endAnswer }: Remainder): void {
    let source = first;
    const tenant = exchangeOfSocket(socket)?.tenant;
    const pool = tenant === undefined ? pools.strangersDrains : pools.drains;
    const whole = length > maxWholeBytes ? undefined : pool.tryTake(tenant ?? STRANGERS);
    const maxBytes = whole ? maxWholeBytes : PARTIAL_BYTES;
    const startedAt = performance.now();
    let idleMs = isSilent ? LINGER_MS : IDLE_MS;
    let lastByteAt = startedAt;
    let drained = 0;
    let untilPause = PACE_BYTES;
    let chunks = 0;
    let isRaw = source === socket;
    let lingersSince: number | undefined;
    let isFinished = false;
    let pace: NodeJS.Timeout | undefined;
    count(1);

    const clock = setInterval(() => {
      const now = performance.now();
      const isOver =
        lingersSince === undefined
          ? now - lastByteAt >= idleMs || now - startedAt >= TOTAL_MS
          : now - lingersSince >= LINGER_MS;
      if (isOver) finish();
    }, 250);
    source.on('data', onData);
    source.on('end', finish);
    source.on('error', finish);
    // a request that is cut short emits neither `end` nor `close`
    socket.once('end', finish);
    socket.once('close', finish);
    source.resume();
    if (source.readableEnded) finish();

    function count(change: number): number {
      const now = (running.get(pool) ?? 0) + change;
      running.set(pool, now);
      return now;
    }

    function onData(chunk: Buffer): void {
      lastByteAt = performance.now();
      drained += chunk.length;
      untilPause -= Math.max(chunk.length, PACE_CHUNK_BYTES);
      chunks += 1;
      if (!isRaw && chunks >= MIN_CHUNKS && drained < chunks * MIN_CHUNK_BYTES) {
        isRaw = true;
        // Node starts to read a socket, which its parser may have paused, just before it tells of it
        socket.pause();
        socket.once('resume', readRaw);
        socket.resume();
      }
      if (drained >= maxBytes) {
        lingersSince ??= lastByteAt;
        source.pause();
      } else if (untilPause <= 0) {
        // unpaced, a few floods keep `accept` from running for seconds
        untilPause = PACE_BYTES;
        source.pause();
        pace = setTimeout(() => source.resume(), PACE_MS * count(0));
      }
    }

    /**
     * Takes the socket from its parser, for which tiny chunks are far more work than their bytes. Where the body ends is
     * not known any more: two seconds without a byte end it.
     */
    function readRaw(): void {
      if (isFinished || lingersSince !== undefined) return;
      source.off('data', onData);
      source = socket;
      idleMs = LINGER_MS;
      socket.removeAllListeners('data');
      // which makes Node take the parser off
      socket.on('data', onData);
      socket.resume();
    }

    function finish(): void {
      if (isFinished) return;
      isFinished = true;
      clearInterval(clock);
      clearTimeout(pace);
      source.off('data', onData);
      socket.off('end', finish);
      socket.off('close', finish);
      count(-1);
      whole?.release();
      endAnswer();
      if (first.readableEnded) return;
      socket.destroySoon();
      // destroySoon waits for the answer to be read: reset when the client reads no more of it
      if (socket.destroyed) return;
      let moved = socket.bytesWritten - socket.writableLength;
      const last = setInterval(() => {
        const now = socket.bytesWritten - socket.writableLength;
        if (now === moved) socket.resetAndDestroy();
        moved = now;
      }, LINGER_MS);
      socket.once('close', () => clearInterval(last));
    }
  }
}

/** Whether bytes of the request may still come: then a drain must follow its answer. */
export function isUnread(request: IncomingMessage): boolean {
  return hasBody(request) && !request.complete;
}
