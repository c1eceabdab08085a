import type { IncomingMessage } from 'node:http';
import type { AppError } from '../errors';
import { invalid } from './faults';

/** Yield to the event loop after this many bytes; one fast client would otherwise hold it for 2 MiB at a time. */
const BURST_BYTES = 128 * 1024;
/** Likewise after so many chunks: small ones cost as much as large ones. */
const BURST_CHUNKS = 256;
/** A body of more chunks is refused when they have fewer bytes on average: it is mostly framing. */
const MIN_CHUNKS = 4096;
const MIN_CHUNK_BYTES = 8;

/** Decides when a body that is read goes on, for all who make it wait. */
export function createBodyTurns(request: IncomingMessage) {
  let received = 0;
  let chunks = 0;
  /** Bytes and chunks since it last yielded to the event loop. */
  let burst = 0;
  let burstChunks = 0;
  let holds = 0;
  return { count, hold, letGo };

  /** Counts a chunk, and makes the body wait for the next turn of the event loop after a burst. @returns what is wrong. */
  function count(chunk: Buffer): AppError | undefined {
    received += chunk.length;
    chunks += 1;
    if (chunks > MIN_CHUNKS && received < chunks * MIN_CHUNK_BYTES) {
      return invalid('The body is mostly framing: its chunks are too small.', []);
    }
    const isYielding = isBurst();
    burst += chunk.length;
    burstChunks += 1;
    if (isBurst() && !isYielding) {
      hold();
      setImmediate(endBurst);
    }
    return undefined;
  }

  function isBurst(): boolean {
    return burst >= BURST_BYTES || burstChunks >= BURST_CHUNKS;
  }

  function endBurst(): void {
    burst = 0;
    burstChunks = 0;
    letGo();
  }

  /** Pauses the request until `letGo` was called as often. */
  function hold(): void {
    holds += 1;
    request.pause();
  }

  function letGo(): void {
    holds -= 1;
    if (holds === 0) request.resume();
  }
}
