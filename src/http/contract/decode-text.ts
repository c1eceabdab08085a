import type { AppError } from '../../errors';
import type { Shape, Validate } from './descriptors';
import { invalidAt, show } from '../faults';
import { violation } from './violation';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
/** Of arrays and objects in each other; what is nested deeper is refused (RFC 8259 section 9). */
const MAX_DEPTH = 1000;
/** RFC 8259 section 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The value that a text holds, read strictly (`3600`, not ` 3600`, `0x10` or `1e4`), then validated without coercion.
 *
 * @throws AppError `invalid` at `path`
 */
export function decodeText(text: string, shape: Shape, validate: Validate | null, path: readonly string[]): unknown {
  let fault: AppError | undefined;
  for (const value of candidates(text, shape, path)) {
    if (!validate || validate(value)) return value;
    fault ??= violation(validate, value, path);
  }
  throw fault ?? invalidAt(`${show(text)} is not of type ${namesOf(shape).map(show).join(', ')}`, path);
}

/**
 * The value of a JSON text, without keys `__proto__`: to copy one would set a prototype. Half a surrogate pair (RFC 8259
 * section 8.2) is refused: UTF-8 cannot hold it, and it would be stored as U+FFFD.
 * @throws AppError `invalid` at `path`
 */
export function parseJson(text: string, path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidAt(`${show(text)} is not valid JSON`, path);
  }
  // no reviver: it takes a microsecond for each value, so that 1 MiB of ones would take a second
  let level: object[] = [[value]];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw invalidAt(`${show(text)} is nested too deeply`, path);
    const next: object[] = [];
    for (const parent of level) {
      for (const part of partsOf(parent, path)) {
        if (typeof part === 'string' && !part.isWellFormed()) throw halfPair(path);
        if (typeof part === 'object' && part !== null) next.push(part);
      }
    }
    level = next;
  }
  return value;
}

/** The values in an array or an object, whose key `__proto__` is removed. */
function partsOf(parent: object, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(parent)) return parent;
  if (Object.hasOwn(parent, '__proto__')) Reflect.deleteProperty(parent, '__proto__');
  const record = parent as Readonly<Record<string, unknown>>;
  // not Object.values beside it: of thousands of names that takes as long as to parse them
  return Object.keys(record).map((key) => {
    if (!key.isWellFormed()) throw halfPair(path);
    return record[key];
  });
}

function halfPair(path: readonly string[]): AppError {
  return invalidAt('The JSON holds half a surrogate pair, which is no character', path);
}

/** The values that the text can mean, the narrowest type first. */
function candidates(text: string, shape: Shape, path: readonly string[]): unknown[] {
  const { scalars } = shape;
  const found: unknown[] = [];
  if (scalars.includes('boolean') && (text === 'true' || text === 'false')) found.push(text === 'true');
  const number = readNumber(text, scalars);
  if (number !== undefined) found.push(number);
  if (scalars.includes('null') && text === 'null') found.push(null);
  if (isStructured(shape) && (!scalars.includes('string') || /^\s*[[{]/.test(text))) {
    const value = parseJson(text, path);
    const isOfShape = Array.isArray(value) ? shape.items : typeof value === 'object' && value && shape.properties;
    if (isOfShape || shape.isJson) found.push(value);
  }
  if (scalars.includes('string')) found.push(text);
  return found;
}

function readNumber(text: string, scalars: Shape['scalars']): number | undefined {
  const value = Number(text);
  if (scalars.includes('number')) return NUMBER.test(text) && Number.isFinite(value) ? value : undefined;
  // an integer beyond 2^53 would not be the one that was sent
  return scalars.includes('integer') && INTEGER.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

export function isStructured({ items, properties, isJson }: Shape): boolean {
  return items !== undefined || properties !== undefined || isJson === true;
}

function namesOf({ scalars, items, properties, isJson }: Shape): string[] {
  return [...scalars, ...(items ? ['array'] : []), ...(properties ? ['object'] : []), ...(isJson ? ['object'] : [])];
}
