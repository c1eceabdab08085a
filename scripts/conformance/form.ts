import { isRawEncoding } from '../contract/generate/file-fields';
import type { Schema } from './contract';
import { isObjectSchema, propertyNamesOf, requiredOf } from './shape';
import { exampleOf } from './values';

export interface Part {
  name: string;
  /** What makes a part a file. */
  filename?: string;
  contentType?: string;
  body: Buffer | string;
}

/** How a value that is an object is sent: `a[b]=1`, or one part of JSON. */
export type Encoding = 'brackets' | 'json';
export const ENCODINGS: readonly Encoding[] = ['brackets', 'json'];

/** One field of a multipart form. */
export interface Field {
  name: string;
  schema: Schema;
  isFile: boolean;
  isObject: boolean;
  isRequired: boolean;
}

export function fieldsOf(form: Schema): Field[] {
  const branches = form.branches();
  const required = new Set(branches.flatMap(requiredOf));
  return propertyNamesOf(form).flatMap((name) => {
    const schema = form.property(name);
    if (!schema) return [];
    const isFile = isFileSchema(schema) || schema.branches().some(isFileSchema);
    const isObject = schema.branches().some(isObjectSchema);
    return [{ name, schema, isFile, isObject, isRequired: required.has(name) }];
  });
}

function isFileSchema({ node }: Schema): boolean {
  const { contentEncoding: encoding, contentMediaType: type } = node;
  if (node['format'] === 'binary' || isRawEncoding(encoding)) return true;
  return type !== undefined && encoding === undefined && type !== 'application/json';
}

/** The parts that carry one value. */
export function partsOf(name: string, value: unknown, encoding: Encoding): Part[] {
  if (typeof value !== 'object' || value === null) return [{ name, body: String(value) }];
  if (encoding === 'json') return [{ name, contentType: 'application/json', body: JSON.stringify(value) }];
  return Object.entries(value).flatMap(([key, inner]) => partsOf(`${name}[${key}]`, inner, encoding));
}

/** A part for each field: the file, and an example of each of the others, the optional ones on demand. */
export function validParts(
  fields: readonly Field[],
  file: Part,
  options: { isFull?: boolean; encoding?: Encoding } = {},
): Part[] {
  return fields
    .filter(({ isRequired }) => isRequired || options.isFull)
    .flatMap((field) =>
      field.isFile
        ? [{ ...file, name: field.name }]
        : partsOf(field.name, exampleOf(field.schema), options.encoding ?? 'brackets'),
    );
}

/** `file, purpose, expires_after[anchor]` */
export function namesOf(parts: readonly Part[]): string {
  return parts.map(({ name }) => name).join(', ');
}

/** Every order; for many parts, the rotations alone. */
export function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length > 4) return items.map((_, at) => [...items.slice(at), ...items.slice(0, at)]);
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [item].concat(rest)));
}

/** What a content may hold without ending its part. */
export const BOUNDARY_START = 'conformance-7d1f0c';
const BOUNDARY = `${BOUNDARY_START}5e9b`;
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

function quoted(text: string): string {
  return `"${text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}"`;
}

/** RFC 7578; names in UTF-8, and quotes as browsers escape them. */
export function encodeForm(parts: readonly Part[]): Buffer {
  const pieces: (Buffer | string)[] = [];
  for (const { name, filename, contentType, body } of parts) {
    const file = filename === undefined ? '' : `; filename=${quoted(filename)}`;
    const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`;
    pieces.push(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name=${quoted(name)}${file}\r\n${type}\r\n`,
      body,
      '\r\n',
    );
  }
  return Buffer.concat(
    [...pieces, `--${BOUNDARY}--\r\n`].map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
}

/** Cut at the given places, for packets and chunks of any size. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}
