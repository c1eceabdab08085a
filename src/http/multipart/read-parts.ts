import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Busboy } from 'busboy';
import { AppError } from '../../errors';
import { gatherBatches } from './batches';
import type { Batches } from './batches';
import { openFormParser } from './strict-busboy';
import { clip, invalid } from '../faults';

export interface MultipartLimits {
  /** The largest value of a part that is not a file. */
  maxFieldBytes: number;
  maxParts: number;
  /** The whole body with its framing. */
  maxBodyBytes: number;
  /** What a client is told whose body is larger. */
  tooLargeMessage: string;
  /** How a field's text is decoded that names no charset; `latin1` keeps each byte. By default `utf8`. */
  charset?: 'utf8' | 'latin1';
}

export type Part = FieldPart | FilePart;

export interface FieldPart {
  kind: 'field';
  name: string;
  text: string;
  contentType: string;
}

export interface FilePart {
  kind: 'file';
  name: string;
  filename: string;
  contentType: string;
  /** Must be read to its end, or the parts behind it never come. */
  bytes: Batches;
  /** Aborted with the cause that ends the request, whatever it is. */
  signal: AbortSignal;
}

/** A multipart/form-data request (RFC 7578) as an async iteration of its parts, in the order in which they come. */
export interface PartReader extends AsyncIterable<Part> {
  /** True while the client is waited for, false while our own side makes it wait. */
  isExpectingBytes(): boolean;
  /** Ends the iteration, and the file that is being read, with `error`; the request is no longer read. The first cause wins. */
  fail(error: Error): void;
}

/** libuv reads at most 64 KiB; below two reads busboy would ask for a pause at every chunk. */
const PARSER_HIGH_WATER_BYTES = 256 * 1024;
/** Yield to the event loop after this many bytes; one fast client would otherwise hold it for 2 MiB at a time. */
const BURST_BYTES = 128 * 1024;
/** Chunks of a few bytes cost as much as large ones: a turn ends after so many, too. */
const BURST_CHUNKS = 256;
/** From so many chunks on, a body whose chunks have fewer bytes on average is more framing than content. */
const MIN_CHUNKS = 4096;
const MIN_CHUNK_BYTES = 8;
/** All fields of a form together; a single one may have its own limit. */
export const MAX_FIELDS_BYTES = 1024 * 1024;

/**
 * Each part is counted and bounded as it streams by. A file part appears with its first byte, not with its headers.
 * `signal` ends the iteration, and the file that is being read, with its reason.
 *
 * @throws AppError `invalid` from the iteration for whatever is not a whole form: no boundary, a part without a
 * name, a field over its limit, a body that ends early; `unsupported` for a transfer encoding.
 */
export function readParts(request: IncomingMessage, limits: MultipartLimits, signal: AbortSignal): PartReader {
  const parser = openParser(request, limits);
  const parts: Part[] = [];
  const files: Batches[] = [];
  let received = 0;
  /** Bytes since the event loop last went on to others. */
  let burst = 0;
  let burstChunks = 0;
  let chunks = 0;
  let fieldsBytes = 0;
  let isYielding = false;
  let isParserFull = false;
  let seen = 0;
  let opening = 0;
  let isDone = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  parser.on('field', (name: string | undefined, text: string | undefined, info) => {
    if (!accept(name, info.encoding)) return;
    if (info.valueTruncated) {
      fail(fieldTooLong(name, limits.maxFieldBytes));
      return;
    }
    if (text === undefined) {
      // so busboy gives a value in a charset that it cannot read
      fail(invalid(`The charset of the field '${clip(name)}' is not supported.`, [name]));
      return;
    }
    fieldsBytes += name.length + text.length;
    if (fieldsBytes > Math.max(MAX_FIELDS_BYTES, limits.maxFieldBytes)) {
      fail(invalid(`The fields of the form are longer than ${MAX_FIELDS_BYTES} bytes together.`, [name]));
      return;
    }
    deliver({ kind: 'field', name, text, contentType: info.mimeType });
  });
  parser.on('file', (name: string | undefined, stream, info) => {
    // a body that was cut is reported on the file's stream first
    stream.on('error', (error) => fail(malformed(error)));
    if (!accept(name, info.encoding)) return;
    void openFile(name, stream, info.filename, info.mimeType);
  });
  parser.on('partsLimit', () => fail(tooManyParts()));
  parser.on('error', (error) => fail(malformed(error)));
  parser.on('finish', () => {
    isDone = true;
    wake?.();
  });
  parser.on('drain', onDrain);
  request.on('data', onData);
  request.on('end', onEnd);
  signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true });

  return { isExpectingBytes, fail, [Symbol.asyncIterator]: iterate };

  function isExpectingBytes(): boolean {
    return !request.complete && !request.isPaused() && !files.some((file) => file.isFull());
  }

  async function* iterate(): AsyncGenerator<Part> {
    for (;;) {
      if (failure) throw failure;
      const part = parts.shift();
      if (part) yield part;
      else if (isDone && opening === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  }

  async function openFile(name: string, stream: Readable, filename: string | undefined, contentType: string) {
    const bytes = gatherBatches(stream);
    files.push(bytes);
    opening += 1;
    try {
      await bytes.started;
      // browsers and SDKs write a quote in a name as %22 (WHATWG form encoding) and leave a percent sign alone
      deliver({ kind: 'file', name, filename: (filename ?? '').replaceAll('%22', '"'), contentType, bytes, signal });
    } catch {
      // the iteration ends with the same cause
    } finally {
      opening -= 1;
    }
  }

  function accept(name: string | undefined, encoding: string): name is string {
    if (failure) return false;
    seen += 1;
    if (seen > limits.maxParts) fail(tooManyParts());
    else if (name === undefined || name === '') fail(invalid('A part of the form has no name.', []));
    else if (!['7bit', '8bit', 'binary'].includes(encoding)) {
      // RFC 7578 section 4.7 deprecates it, and storing the encoded text would be a silent fault
      fail(
        new AppError('unsupported', `The Content-Transfer-Encoding of '${clip(name)}' is not supported.`, {
          param: clip(name),
        }),
      );
    }
    return failure === undefined;
  }

  function deliver(part: Part): void {
    parts.push(part);
    wake?.();
  }

  function tooManyParts(): AppError {
    return invalid(`The form has more than ${limits.maxParts} parts.`, []);
  }

  function onData(chunk: Buffer): void {
    received += chunk.length;
    if (received > limits.maxBodyBytes) {
      fail(new AppError('too_large', limits.tooLargeMessage));
      return;
    }
    chunks += 1;
    if (chunks > MIN_CHUNKS && received < chunks * MIN_CHUNK_BYTES) {
      fail(invalid('The body is mostly framing: its chunks are too small.', []));
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
    if (!isParserFull && !failure) request.resume();
  }

  function onDrain(): void {
    isParserFull = false;
    if (!isYielding) request.resume();
  }

  function onEnd(): void {
    parser.end();
  }

  function fail(error: Error): void {
    if (failure || isDone) return;
    failure = error;
    request.off('data', onData);
    request.off('end', onEnd);
    request.pause();
    parser.off('drain', onDrain);
    for (const file of files) file.fail(error);
    parser.on('error', () => undefined);
    parser.destroy();
    wake?.();
  }
}

/** A value that came as a file (a browser's `FormData` with a `Blob`) as text. @throws AppError `invalid` over the limit. */
export async function readText(part: FilePart, maxBytes: number): Promise<string> {
  let total = 0;
  part.bytes.onSlice((slice) => {
    total += slice.length;
    if (total > maxBytes) part.bytes.fail(fieldTooLong(part.name, maxBytes));
  });
  const slices: Buffer[] = [];
  for await (const batch of part.bytes) slices.push(...batch);
  return Buffer.concat(slices).toString('utf8');
}

function openParser(request: IncomingMessage, limits: MultipartLimits): Busboy {
  try {
    return openFormParser({
      headers: { 'content-type': withoutSpaces(request.headers['content-type'] ?? '') },
      highWaterMark: PARSER_HIGH_WATER_BYTES,
      defParamCharset: 'utf8',
      defCharset: limits.charset ?? 'utf8',
      // busboy cuts in silence at a limit, and at exactly the limit: it gets one more, and the count is ours
      limits: { fieldSize: limits.maxFieldBytes + 1, parts: limits.maxParts + 1 },
    });
  } catch (error) {
    throw new AppError('invalid', 'The Content-Type of the request names no usable multipart boundary.', {
      cause: error,
    });
  }
}

/** busboy refuses a tab, and a semicolon at the end, which RFC 9110 section 5.6.6 allows. No boundary has a semicolon. */
function withoutSpaces(contentType: string): string {
  const parts = contentType.split(';').map((part) => part.trim());
  return parts.filter((part) => part !== '').join('; ');
}

function malformed(error: unknown): AppError {
  const text = error instanceof Error ? error.message : '';
  const message = text.startsWith('Unexpected end')
    ? 'The form ends before its closing boundary.'
    : text === 'Malformed part header'
      ? 'A part of the form has a malformed header.'
      : 'The form is malformed.';
  return new AppError('invalid', message, { cause: error });
}

function fieldTooLong(name: string, maxBytes: number): AppError {
  return invalid(`The field '${clip(name)}' is longer than the limit of ${maxBytes} bytes.`, [name]);
}
