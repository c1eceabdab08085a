import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { createBodyTurns } from '../body-turns';

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
  const turns = createBodyTurns(request);
  let received = 0;
  let isParserFull = false;

  parser.on('drain', onDrain);
  request.on('data', onData);
  request.on('end', onEnd);

  return () => {
    request.off('data', onData);
    request.off('end', onEnd);
    parser.off('drain', onDrain);
    // for good: whoever reads what is left resumes it itself
    turns.hold();
  };

  function onData(chunk: Buffer): void {
    received += chunk.length;
    const fault = received > limits.maxBodyBytes ? limits.tooLarge() : turns.count(chunk);
    if (fault) {
      onFault(fault);
      return;
    }
    if (parser.write(chunk) || isParserFull) return;
    isParserFull = true;
    turns.hold();
  }

  function onDrain(): void {
    isParserFull = false;
    turns.letGo();
  }

  function onEnd(): void {
    parser.end();
  }
}
