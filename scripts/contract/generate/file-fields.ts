import { child, isObject, itemsOf, removable, resolve } from '../read/document';
import type { FormDescriptor } from '../../../src/http/contract/descriptors';
import type { Json, OpenApiDocument, Place } from '../read/document';

export type FormKind = FormDescriptor['kind'];

export interface FileField {
  /** The schema of one file. */
  file: Place;
  /** The schema of the array, when there may be several. */
  list: Place | undefined;
}

/**
 * A file part is `format: binary`, a `contentMediaType` or a `contentEncoding` that leaves bytes as they are, or (by its
 * encoding) nothing at all; an array of those; or either of both, which is read as an array.
 */
export function isFile(document: OpenApiDocument, start: Place, kind: FormKind = 'multipart'): FileField | undefined {
  /** By pointer. */
  const read = new Map<string, FileField | undefined>();
  return readOnce(start);

  function readOnce(reference: Place): FileField | undefined {
    const place = resolve(document, reference);
    if (!read.has(place.pointer)) {
      read.set(place.pointer, undefined); // what contains itself is no file
      read.set(place.pointer, readFile(place));
    }
    return read.get(place.pointer);
  }

  function readFile(place: Place): FileField | undefined {
    if (!isObject(place.node)) return undefined;
    if (isBytes(document, place, kind)) return { file: place, list: undefined };
    const alternatives = [...itemsOf(place, 'anyOf'), ...itemsOf(place, 'oneOf')].filter((branch) => !isNull(branch));
    if (alternatives.length > 0) {
      const [first, ...others] = alternatives.map(readOnce);
      if (!first || others.some((other) => !other)) return undefined;
      return { file: first.file, list: [first, ...others].find((branch) => branch?.list)?.list };
    }
    if (!isObject(place.node['items'])) return undefined;
    const item = resolve(document, child(place, 'items'));
    return isBytes(document, item, kind) ? { file: item, list: place } : undefined;
  }
}

function isNull({ node }: Place): boolean {
  return isObject(node) && node['type'] === 'null';
}

function isBytes({ annotations }: OpenApiDocument, { node, pointer }: Place, kind: FormKind): boolean {
  if (!isObject(node)) return false;
  const types = [node['type'] ?? 'string'].flat().filter((type) => type !== 'null');
  const isRaw = isRawEncoding(node['contentEncoding']);
  const isBinary = (node['format'] === 'binary' || isRaw) && types.length === 1 && types[0] === 'string';
  const isMedia =
    typeof node['contentMediaType'] === 'string' &&
    (isRaw || node['contentEncoding'] === undefined) &&
    node['contentSchema'] === undefined;
  const isEmpty = Object.keys(node).every(
    (key) =>
      ['title', 'description', 'example', 'examples'].includes(key) || key.startsWith('x-') || annotations.has(key),
  );
  // a part of any type is bytes; in a urlencoded form there is nothing but text
  if (!isBinary && !isMedia && !(isEmpty && kind === 'multipart')) return false;
  const check = Object.keys(node).find((key) => !FILE_KEYS.has(key) && !key.startsWith('x-') && !annotations.has(key));
  if (check !== undefined) throw removable(`${pointer}/${check}`, 'cannot be checked on a file part');
  return true;
}

/** RFC 2045 section 6.2: these name what the bytes may be, and encode nothing. */
export function isRawEncoding(encoding: Json | undefined): boolean {
  return typeof encoding === 'string' && ['binary', '8bit', '7bit'].includes(encoding.toLowerCase());
}

/** Keywords that a file part may have: none of them is a check that would be lost. */
const FILE_KEYS = new Set([
  'type',
  'format',
  'contentMediaType',
  'contentEncoding',
  'title',
  'description',
  'example',
  'examples',
  'deprecated',
  'default',
  'nullable',
  'writeOnly',
  'externalDocs',
  'xml',
  '$comment',
]);
