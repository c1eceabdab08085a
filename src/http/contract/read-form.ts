import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import type { Exchange } from '../connection/exchange';
import type { Sink } from './calls';
import type { FormDescriptor } from './descriptors';
import { createFormDecoder } from './form-decoder';
import type { IdleWatch } from '../connection/idle-watch';
import { readText, textOf } from '../multipart/part-text';
import { readParts } from '../multipart/read-parts';
import type { FieldPart, FilePart } from '../multipart/read-parts';
import { STRANGERS } from '../../shares/accountant';
import type { Pool, Share } from '../../shares/pool';
import { expectsContinue, isOfType } from '../connection/request-head';

export interface FormLimits {
  maxFileBytes: number;
  maxFieldBytes: number;
  maxParts: number;
  /** Bytes a second, on average, that an upload must bring after its first minute; 0 for no such rule. */
  minUploadRate: number;
  /** Where the bytes of fields are charged. */
  buffers: Pool;
}

/** What a descriptor says of a whole form, worked out once for all its requests. */
export interface FormPlan {
  readonly body: FormDescriptor;
  /** Infinity where a field takes several. */
  readonly maxFiles: number;
  /** The fields whose parts are files without a filename, too. */
  readonly fileFields: ReadonlySet<string>;
}

export function planForm(body: FormDescriptor): FormPlan {
  const files = Object.values(body.fields).filter((field) => field.isFile);
  const takesText = Object.entries(body.fields).filter(([, field]) => field.isFile && field.takesText === true);
  return {
    body,
    fileFields: new Set(takesText.map(([name]) => name)),
    maxFiles: files.some((field) => field.isArray) ? Infinity : files.length,
  };
}

/** Beyond the file itself a form needs some bytes for its framing and its fields. */
export const FRAMING_ALLOWANCE_BYTES = 1024 * 1024;

/**
 * Reads a multipart request to its end: each file goes to its sink and each field through its validator as it
 * comes, so that a wrong one is refused at once, whatever comes behind it.
 *
 * @returns the form's values, validated; a file field holds what its sink made of it.
 * @throws AppError for whatever is wrong with the request, or what a sink failed with. Nothing is read after that.
 */
export async function readForm(
  exchange: Exchange,
  plan: FormPlan,
  sinks: Readonly<Record<string, Sink<unknown>>>,
  limits: FormLimits,
  idle: IdleWatch,
): Promise<Record<string, unknown>> {
  checkHead(exchange);
  const { request } = exchange;
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytesOf(plan, limits)) throw tooLarge(limits);
  // a field is not seen before it is whole
  const held = await limits.buffers.take(exchange.tenant ?? STRANGERS, {
    units: limits.maxFieldBytes,
    get signal() {
      return exchange.signal;
    },
    onEvicted: exchange.abort,
    bytesMoved: () => request.socket.bytesRead,
  });
  try {
    exchange.throwIfAborted();
    return await readHeldForm(exchange, plan, sinks, limits, idle, held);
  } finally {
    held.release();
  }
}

async function readHeldForm(
  exchange: Exchange,
  plan: FormPlan,
  sinks: Readonly<Record<string, Sink<unknown>>>,
  limits: FormLimits,
  idle: IdleWatch,
  held: Share,
): Promise<Record<string, unknown>> {
  const { request, response } = exchange;
  const { body, fileFields } = plan;
  const form = createFormDecoder(body);
  const { maxFieldBytes, maxParts } = limits;
  const maxBodyBytes = maxBodyBytesOf(plan, limits);
  const own = { maxFieldBytes, maxParts, maxBodyBytes, fileFields, tooLarge: () => tooLarge(limits) };
  const reader = readParts(request, own, exchange);
  const endWatch = idle.watch({
    bytesMoved: () => request.socket.bytesRead,
    isExpectingBytes: reader.isExpectingBytes,
    minRate: limits.minUploadRate,
    onIdle: () =>
      exchange.abort(new AppError('timeout', 'The upload was given up: no bytes came for too long, or too few.')),
  });
  // only now may a client that waits for it send its body
  if (expectsContinue(request)) response.writeContinue();
  try {
    const results = new Map<string, unknown[]>();
    for await (const part of reader) {
      if (part.kind === 'field') await takeField(part);
      else await takeFile(part, results);
    }
    return form.finish(results);
  } catch (error) {
    reader.fail(error as Error);
    throw error;
  } finally {
    endWatch();
  }

  async function takeField(part: FieldPart): Promise<void> {
    const { name, bytes, contentType } = part;
    await held.grow(name.length + bytes.length);
    form.acceptField(name, textOf(part), contentType);
  }

  async function takeFile(part: FilePart, results: Map<string, unknown[]>): Promise<void> {
    const decision = form.acceptFile(part.name, part.contentType);
    if (decision.kind === 'text') {
      form.acceptField(part.name, await readText(part, maxFieldBytes), part.contentType);
    } else if (decision.kind === 'file') {
      const sink = sinks[decision.field];
      if (!sink) throw new Error(`the handler has no sink for the file field ${decision.field}`);
      part.name = decision.field;
      const stored = await sink(part);
      results.set(decision.field, [...(results.get(decision.field) ?? []), stored]);
    } else {
      // unknown fields are ignored, and bounded by the size of the body
      for await (const _batch of part.bytes);
    }
  }
}

/** @throws AppError `unsupported` for what can be refused before one byte of the body. */
function checkHead({ request }: Exchange): void {
  if (!isOfType(request, 'multipart/form-data')) {
    throw new HttpError('unsupported', "The Content-Type of an upload must be 'multipart/form-data'.");
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpError('unsupported', 'The body must not have a Content-Encoding.');
  }
}

function tooLarge({ maxFileBytes }: FormLimits): AppError {
  return new AppError('too_large', `The request is larger than the limit of ${maxFileBytes} bytes for a file.`);
}

/** The most that the whole body may have. */
function maxBodyBytesOf({ maxFiles }: FormPlan, limits: FormLimits): number {
  return Math.max(1, Math.min(maxFiles, limits.maxParts)) * limits.maxFileBytes + FRAMING_ALLOWANCE_BYTES;
}
