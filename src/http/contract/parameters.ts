import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie } from 'cookie';
import type { ParameterDescriptor, ParameterDescriptors, ParameterLocation } from './descriptors';
import { createFormDecoder } from './form-decoder';
import { decodeText } from './decode-text';
import { clip, invalid, missing, repeated } from '../faults';
import { percentDecode } from '../percent';
import { violation } from './violation';

interface RawParameters {
  /** Percent-decoded. */
  path: Readonly<Record<string, string>>;
  /** What follows `?`, still encoded. */
  search: string;
  headers: IncomingHttpHeaders;
}

type DecodedParameters = Record<ParameterLocation, Readonly<Record<string, unknown>>>;

/** V8 makes a hash table of an object without a prototype: one for all is held by no upload. */
const NONE: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/**
 * Decodes and validates the parameters that the contract names, and puts in its defaults; others are ignored.
 *
 * @throws AppError `invalid` with the parameter as `param`: wrong, missing, or a scalar given more than once.
 */
export function decodeParameters(descriptors: ParameterDescriptors, raw: RawParameters): DecodedParameters {
  const query = isEmpty(descriptors.query) ? [] : readQuery(raw.search);
  const cookies = isEmpty(descriptors.cookie) ? {} : parseCookie(raw.headers.cookie ?? '');
  return {
    path: decodeAll(descriptors.path, (name) => textsIn(raw.path[name])),
    query: decodeAll(descriptors.query, (name) => query.filter(([key]) => key === name).map(textOf), query),
    header: decodeAll(descriptors.header, (name) => textsIn(raw.headers[name.toLowerCase()])),
    cookie: decodeAll(descriptors.cookie, (name) => textsIn(cookies[name])),
  };
}

function isEmpty(record: object): boolean {
  for (const _key in record) return false;
  return true;
}

function decodeAll(
  descriptors: Readonly<Record<string, ParameterDescriptor>>,
  textsOf: (name: string) => readonly string[],
  query: readonly Pair[] = [],
): Readonly<Record<string, unknown>> {
  if (isEmpty(descriptors)) return NONE;
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, descriptor] of Object.entries(descriptors)) {
    const value =
      descriptor.style === 'deepObject'
        ? decodeDeepObject(name, descriptor, query)
        : decodeOne(name, descriptor, textsOf(name));
    if (value !== undefined) values[name] = value;
    else if (descriptor.isRequired) throw missing([name]);
    else if (descriptor.default !== undefined) values[name] = structuredClone(descriptor.default);
  }
  return values;
}

function decodeOne(name: string, descriptor: ParameterDescriptor, texts: readonly string[]): unknown {
  const { shape, style, isExploded, validate } = descriptor;
  const [first, ...others] = texts;
  if (first === undefined) return undefined;
  if (!shape.items || style === 'json' || (shape.scalars.length > 0 && others.length === 0)) {
    if (others.length > 0) throw repeated([name]);
    return decodeText(first, style === 'json' ? { ...shape, isJson: true } : shape, validate, [name]);
  }
  const { items } = shape;
  const parts = style === 'form' && isExploded ? texts : splitOnce(name, style, first, others);
  const value = parts.map((text, index) => decodeText(text, items.shape, items.validate, [name, String(index)]));
  if (!validate(value)) throw violation(validate, value, [name]);
  return value;
}

const DELIMITERS: Readonly<Record<string, string>> = { spaceDelimited: ' ', pipeDelimited: '|' };

function splitOnce(name: string, style: string, text: string, others: readonly string[]): string[] {
  if (others.length > 0) throw repeated([name]);
  const parts = text.split(DELIMITERS[style] ?? ',');
  return style === 'simple' ? parts.map((part) => part.trim()) : parts;
}

/** `filter[a]=1&filter[b]=2` is read as a form with the one field `filter`, which may be a scalar, too: `filter=1`. */
function decodeDeepObject(name: string, descriptor: ParameterDescriptor, query: readonly Pair[]): unknown {
  const { shape, validate } = descriptor;
  const form = createFormDecoder({
    kind: 'urlencoded',
    isClosed: false,
    fields: { [name]: { isFile: false, isRequired: false, shape, validate } },
    validate: () => true,
  });
  const isScalar = shape.scalars.length > 0;
  const own = query.filter(([key]) => key.startsWith(`${name}[`) || (isScalar && key === name));
  for (const pair of own) form.acceptField(pair[0], textOf(pair));
  return form.finish(new Map())[name];
}

/** The name is decoded, the pair is not: a client may send thousands that the contract does not name. */
type Pair = readonly [name: string, pair: string];

function readQuery(search: string): Pair[] {
  const pairs = search.replace(/^\?/, '').split('&');
  return pairs.filter((pair) => pair !== '').map((pair) => [nameIn(pair), pair]);
}

const ENCODED = /[%+\u0080-\u00ff]/;

function nameIn(pair: string): string {
  const [name = ''] = pair.split('=', 1);
  return ENCODED.test(name) ? String(decodeQuery(name)) : name;
}

/** @throws AppError `invalid` for what is not UTF-8, where `URLSearchParams` silently puts U+FFFD. */
function textOf([name, pair]: Pair): string {
  const text = pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : '';
  if (!ENCODED.test(pair)) return text;
  if (isUtf8(decodeQuery(pair))) return String(decodeQuery(text));
  const [root = ''] = name.split('[', 1);
  throw invalid(`The parameter '${clip(root)}' is not valid UTF-8.`, [root]);
}

function decodeQuery(text: string): Buffer {
  return percentDecode(text.replaceAll('+', ' '));
}

function textsIn(given: string | string[] | undefined): string[] {
  return [given].flat().filter((text) => text !== undefined);
}
