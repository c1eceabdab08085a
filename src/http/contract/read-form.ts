import { AppError } from '../../errors';
import type { Exchange } from '../connection/exchange';
import { readText, textOf } from '../multipart/part-text';
import { readParts } from '../multipart/read-parts';
import type { FieldPart, FilePart } from '../multipart/read-parts';
import type { Sink } from './calls';
import type { FormDescriptor } from './descriptors';
import { createFormDecoder } from './form-decoder';
import { admitBody } from './request-body';
import type { BodyRules } from './request-body';

export interface FormRules extends BodyRules {
  maxFileBytes: number;
  maxFieldBytes: number;
  maxParts: number;
}

export type FormPlan = ReturnType<typeof planForm>;

/** What is prepared once for all requests with this form. */
export function planForm(body: FormDescriptor) {
  const files = Object.values(body.fields).filter((field) => field.isFile);
  const takesText = Object.entries(body.fields).filter(([, field]) => field.isFile && field.takesText === true);
  return {
    body,
    /** The fields whose parts are files without a filename, too. */
    fileFields: new Set(takesText.map(([name]) => name)),
    /** Infinity where a field takes several. */
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
  { body, maxFiles, fileFields }: FormPlan,
  sinks: Readonly<Record<string, Sink<unknown>>>,
  rules: FormRules,
): Promise<Record<string, unknown>> {
  const { maxFileBytes, maxFieldBytes, maxParts } = rules;
  const maxBodyBytes = Math.max(1, Math.min(maxFiles, maxParts)) * maxFileBytes + FRAMING_ALLOWANCE_BYTES;
  const tooLarge = () =>
    new AppError('too_large', `The request is larger than the limit of ${maxFileBytes} bytes for a file.`);
  const form = createFormDecoder(body);
  const results = new Map<string, unknown[]>();
  // a field is held whole before it is charged
  const announced = { mediaType: 'multipart/form-data', maxBytes: maxBodyBytes, heldBytes: maxFieldBytes, tooLarge };
  const admitted = await admitBody(exchange, announced, rules);
  try {
    exchange.throwIfAborted();
    const parts = readParts(
      exchange.request,
      { maxFieldBytes, maxParts, maxBodyBytes, fileFields, tooLarge },
      exchange,
    );
    admitted.begin(parts.isExpectingBytes);
    for await (const part of parts) {
      if (part.kind === 'field') await takeField(part);
      else await takeFile(part);
    }
    return form.finish(results);
  } finally {
    admitted.end();
  }

  async function takeField(part: FieldPart): Promise<void> {
    const { name, bytes, contentType } = part;
    await admitted.charge(name.length + bytes.length);
    form.acceptField(name, textOf(part), contentType);
  }

  async function takeFile(part: FilePart): Promise<void> {
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
