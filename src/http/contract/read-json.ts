import getRawBody from 'raw-body';
import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import type { Validate } from './descriptors';
import type { Exchange } from '../connection/exchange';
import type { IdleWatch } from '../connection/idle-watch';
import { expectsContinue, isOfType } from '../connection/request-head';
import { parseJson } from './decode-text';
import { violation } from './violation';

/**
 * Reads a JSON body, bounded, and validates it.
 * @throws AppError `unsupported`, `too_large`, `timeout`, `invalid`
 */
export async function readJson(
  exchange: Exchange,
  validate: Validate | null,
  { maxJsonBytes: maxBytes, minUploadRate }: { maxJsonBytes: number; minUploadRate: number },
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
  const endWatch = idle.watch({
    bytesMoved: () => request.socket.bytesRead,
    isExpectingBytes: () => !request.complete,
    minRate: minUploadRate,
    onIdle: () => exchange.abort(new AppError('timeout', 'The request was given up: no bytes came for too long.')),
  });
  // only now may a client that waits for it send its body
  if (expectsContinue(request)) response.writeContinue();
  try {
    const text = await Promise.race([body(exchange, maxBytes), aborted(exchange.signal)]);
    const value = parseJson(text, []);
    if (validate && !validate(value)) throw violation(validate, value, []);
    return value;
  } finally {
    endWatch();
  }
}

async function body({ request }: Exchange, maxBytes: number): Promise<string> {
  const bytes = await bytesOf(request, maxBytes);
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
