import getRawBody from 'raw-body';
import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import type { Validate } from './descriptors';
import type { Exchange } from '../connection/exchange';
import type { IdleWatch } from '../connection/idle-watch';
import { expectsContinue, isOfType } from '../connection/request-head';
import { parseJson } from './decode-text';
import { STRANGERS } from '../../shares/accountant';
import type { Pool, Share } from '../../shares/pool';
import { violation } from './violation';

interface JsonLimits {
  maxJsonBytes: number;
  /** Bytes a second, on average, that a body must bring after its first minute; 0 for no such rule. */
  minUploadRate: number;
  /** Where the bytes of a body are charged as they come. */
  buffers: Pool;
}

/**
 * Reads a JSON body, bounded and charged, and validates it.
 * @throws AppError `unsupported`, `too_large`, `timeout`, `invalid`, `busy`
 */
export async function readJson(
  exchange: Exchange,
  validate: Validate | null,
  { maxJsonBytes: maxBytes, minUploadRate, buffers }: JsonLimits,
  idle: IdleWatch,
): Promise<unknown> {
  const { request, response } = exchange;
  if (!isOfType(request, 'application/json')) {
    throw new HttpError('unsupported', "The Content-Type of the request must be 'application/json'.");
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpError('unsupported', 'The body must not have a Content-Encoding.');
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { tenant = STRANGERS, signal, abort: onEvicted } = exchange;
  const bytesMoved = () => request.socket.bytesRead;
  const held = await buffers.take(tenant, { units: 0, signal, onEvicted, bytesMoved });
  const endWatch = idle.watch({
    bytesMoved,
    isExpectingBytes: () => !request.complete,
    minRate: minUploadRate,
    onIdle: () => exchange.abort(new AppError('timeout', 'The request was given up: no bytes came for too long.')),
  });
  // only now may a client that waits for it send its body
  if (expectsContinue(request)) response.writeContinue();
  const charge = chargeBody(exchange, held);
  try {
    const text = await Promise.race([body(exchange, maxBytes, charge), aborted(signal)]);
    const value = parseJson(text, []);
    if (validate && !validate(value)) throw violation(validate, value, []);
    return value;
  } finally {
    charge.end();
    held.release();
    endWatch();
  }
}

interface Charge {
  /** Resolves when all that has come is charged. */
  settled(): void | Promise<void>;
  end(): void;
}

/** Charges each piece of the body when it comes; while there is no room for one, no more is read. */
function chargeBody({ request, abort }: Exchange, held: Share): Charge {
  let waiting: void | Promise<void>;
  const onData = (piece: Buffer) => {
    waiting = held.grow(piece.length);
    if (!waiting) return;
    request.pause();
    waiting.then(() => request.resume(), abort);
  };
  request.on('data', onData);
  return {
    settled: () => waiting,
    end: () => void request.off('data', onData),
  };
}

async function body({ request }: Exchange, maxBytes: number, charge: Charge): Promise<string> {
  const bytes = await bytesOf(request, maxBytes);
  await charge.settled();
  try {
    // no charset that the content type names counts (RFC 8259 section 8.1); a byte order mark is passed over
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('invalid', 'The body of the request is not valid UTF-8.', { cause: error });
  }
}

async function bytesOf(request: Exchange['request'], maxBytes: number): Promise<Buffer> {
  try {
    return await getRawBody(request, { length: request.headers['content-length'] ?? null, limit: maxBytes });
  } catch (error) {
    const type = (error as { type?: string }).type;
    if (type === 'entity.too.large') throw tooLarge(maxBytes);
    throw new AppError('invalid', 'The body of the request could not be read.', { cause: error });
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The body is larger than the limit of ${maxBytes} bytes for JSON.`);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
