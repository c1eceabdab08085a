import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import { gatherBatches } from './batches';
import type { Batches } from './batches';
import { feedParser } from './feed-parser';
import type { BodyLimits } from './feed-parser';
import { fieldTooLong } from './part-text';
import { openFormParser } from './strict-busboy';
import type { FormParser } from './strict-busboy';
import { clip, invalid } from '../faults';

interface MultipartLimits extends BodyLimits {
  /** The largest value of a part that is not a file. */
  maxFieldBytes: number;
  maxParts: number;
  /** Fields whose parts are files, with or without a filename. By default a part with a filename is one. */
  fileFields?: ReadonlySet<string>;
}

export type Part = FieldPart | FilePart;

export interface FieldPart {
  kind: 'field';
  name: string;
  bytes: Buffer;
  contentType: string;
  /** As the part's content type names it. */
  charset: string | undefined;
}

export interface FilePart {
  kind: 'file';
  name: string;
  filename: string;
  contentType: string;
  charset: string | undefined;
  /** Must be read to its end, or the parts behind it never come. */
  bytes: Batches;
  /** It has at most so many bytes, by what the request says of its length. */
  mostBytes: number;
  /** Its signal is aborted with the cause that ends the request. */
  ending: { readonly signal: AbortSignal };
}

/** What ends a request early. */
interface Ending {
  readonly signal: AbortSignal;
  /** The same, without the cost of a signal. */
  onAbort(listener: (reason: Error) => void): void;
}

/** Several of libuv's reads, which have up to 64 KiB: busboy would ask for a pause at every chunk. */
const PARSER_HIGH_WATER_BYTES = 256 * 1024;
/** Of all fields of a form together; more where MAX_FIELD_BYTES is more. */
export const MAX_FIELDS_BYTES = 1024 * 1024;

/**
 * The parts of a multipart/form-data request (RFC 7578), once, in the order in which they come. A file part appears with its
 * first byte, not with its headers. `ending` ends the iteration, and the file that is being read, with its reason. After the
 * iteration, also when it is left early, the request is read no further.
 *
 * @throws AppError `invalid` when there is no boundary. The iteration throws `invalid` for a form that is malformed, over a
 * limit or not whole, and `unsupported` for a transfer encoding.
 */
export function readParts(request: IncomingMessage, limits: MultipartLimits, ending: Ending) {
  const { parser, charset } = openParser(request, limits);
  const parts: Part[] = [];
  const files: Batches[] = [];
  let fieldsBytes = 0;
  let seen = 0;
  let opening = 0;
  let isDone = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  parser.on('field', (name: string | undefined, text: string, info) => {
    if (!accept(name, info.encoding)) return;
    if (info.valueTruncated) {
      fail(fieldTooLong(name, limits.maxFieldBytes));
      return;
    }
    fieldsBytes += name.length + text.length;
    if (fieldsBytes > Math.max(MAX_FIELDS_BYTES, limits.maxFieldBytes)) {
      fail(invalid(`The fields of the form are longer than ${MAX_FIELDS_BYTES} bytes together.`, [name]));
      return;
    }
    const bytes = Buffer.from(text, 'latin1');
    deliver({ kind: 'field', name, bytes, contentType: info.mimeType, charset: charset() });
  });
  parser.on('file', (name: string | undefined, stream, info) => {
    // busboy reports a body that was cut here first
    stream.on('error', (error) => fail(malformed(error)));
    if (!accept(name, info.encoding)) return;
    void openFile(stream, info.filename ?? '', { name, contentType: info.mimeType, charset: charset() });
  });
  parser.on('partsLimit', () => fail(tooManyParts()));
  parser.on('error', (error) => fail(malformed(error)));
  parser.on('finish', () => {
    isDone = true;
    wake?.();
  });
  const stopFeeding = feedParser(request, parser, limits, fail);
  ending.onAbort(fail);

  return { isExpectingBytes, [Symbol.asyncIterator]: () => ({ next, return: stop }) };

  /** True while the client is waited for, false while the server makes it wait. */
  function isExpectingBytes(): boolean {
    return !request.complete && !request.isPaused() && !files.some((file) => file.isFull());
  }

  // not a generator: V8 makes a map for each closure that is one, and keeps what it refers to in the old generation
  async function next(): Promise<IteratorResult<Part, undefined>> {
    for (;;) {
      if (failure) throw failure;
      const value = parts.shift();
      if (value) return { done: false, value };
      if (isDone && opening === 0) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  }

  async function stop(): Promise<IteratorResult<Part, undefined>> {
    if (!isDone) fail(new Error('the form is not read to its end'));
    return { done: true, value: undefined };
  }

  async function openFile(
    stream: Readable,
    filename: string,
    part: Pick<FilePart, 'name' | 'contentType' | 'charset'>,
  ) {
    const bytes = gatherBatches(stream);
    files.push(bytes);
    opening += 1;
    try {
      await bytes.started;
      // browsers and SDKs write a quote in a name as %22 (WHATWG form encoding) and leave a percent sign alone
      deliver({
        kind: 'file',
        ...part,
        filename: filename.replaceAll('%22', '"'),
        bytes,
        mostBytes: Number(request.headers['content-length'] ?? Infinity),
        ending,
      });
    } catch {
      // `fail` has ended the iteration
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
      // deprecated (RFC 7578 section 4.7): the encoded text would be stored instead of the file
      fail(
        new HttpError('unsupported', `The Content-Transfer-Encoding of '${clip(name)}' is not supported.`, {
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

  function fail(error: Error): void {
    if (failure || isDone) return;
    failure = error;
    stopFeeding();
    for (const file of files) file.fail(error);
    parser.on('error', () => undefined);
    parser.destroy();
    wake?.();
  }
}

function openParser(request: IncomingMessage, limits: MultipartLimits): FormParser {
  try {
    const config = {
      headers: { 'content-type': withoutSpaces(request.headers['content-type'] ?? '') },
      highWaterMark: PARSER_HIGH_WATER_BYTES,
      // busboy truncates silently, even at exactly a limit: it gets one more, and readParts refuses
      limits: { fieldSize: limits.maxFieldBytes + 1, parts: limits.maxParts + 1 },
    };
    return openFormParser(config, limits.fileFields);
  } catch (error) {
    throw new AppError(
      'invalid',
      'The Content-Type of the request has no usable multipart boundary. Let your HTTP client write this header.',
      {
        cause: error,
      },
    );
  }
}

/** busboy refuses a tab, and a semicolon at the end, which RFC 9110 section 5.6.6 allows. */
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
