import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { invalid } from '../faults';

/** Yield to the event loop after this many bytes; one fast client would otherwise hold it for 2 MiB at a time. */
const BURST_BYTES = 128 * 1024;
/** Likewise after so many chunks: small ones cost as much as large ones. */
const BURST_CHUNKS = 256;
/** A body of more chunks is refused when they have fewer bytes on average: it is mostly framing. */
const MIN_CHUNKS = 4096;
const MIN_CHUNK_BYTES = 8;

export interface BodyLimits {
  /** The whole body with its framing. */
  maxBodyBytes: number;
  /** Makes the error for a larger body; only then, since an error with its stack costs more than a small part. */
  tooLarge: () => Error;
}

/**
 * Writes the body of a request to `parser`, as fast as the parser takes it.
 *
 * @param onFault gets the error of a body that is too large or mostly framing.
 * @returns a function that stops it and pauses the request.
 */
export function feedParser(
  request: IncomingMessage,
  parser: Writable,
  limits: BodyLimits,
  onFault: (error: Error) => void,
): () => void {
  let received = 0;
  let chunks = 0;
  /** Bytes and chunks since it last yielded to the event loop. */
  let burst = 0;
  let burstChunks = 0;
  let isYielding = false;
  let isParserFull = false;
  let isStopped = false;

  parser.on('drain', onDrain);
  request.on('data', onData);
  request.on('end', onEnd);

  return () => {
    isStopped = true;
    request.off('data', onData);
    request.off('end', onEnd);
    request.pause();
    parser.off('drain', onDrain);
  };

  function onData(chunk: Buffer): void {
    received += chunk.length;
    if (received > limits.maxBodyBytes) {
      onFault(limits.tooLarge());
      return;
    }
    chunks += 1;
    if (chunks > MIN_CHUNKS && received < chunks * MIN_CHUNK_BYTES) {
      onFault(invalid('The body is mostly framing: its chunks are too small.', []));
      return;
    }
    isParserFull = !parser.write(chunk);
    burst += chunk.length;
    burstChunks += 1;
    if (isParserFull) request.pause();
    else if ((burst >= BURST_BYTES || burstChunks >= BURST_CHUNKS) && !isYielding) {
      isYielding = true;
      request.pause();
      setImmediate(endBurst);
    }
  }

  function endBurst(): void {
    burst = 0;
    burstChunks = 0;
    isYielding = false;
    if (!isParserFull && !isStopped) request.resume();
  }

  function onDrain(): void {
    isParserFull = false;
    if (!isYielding) request.resume();
  }

  function onEnd(): void {
    parser.end();
  }
}
