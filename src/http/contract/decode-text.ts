import type { AppError } from '../../errors';
import type { Shape, Validate } from './descriptors';
import { invalidAt, show } from '../faults';
import { violation } from './violation';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
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
  let isWellFormed = true;
  let value: unknown;
  try {
    value = JSON.parse(text, (key, part: unknown) => {
      isWellFormed &&= key.isWellFormed() && (typeof part !== 'string' || part.isWellFormed());
      return key === '__proto__' ? undefined : part;
    });
  } catch {
    // also the RangeError of a text that is nested too deeply
    throw invalidAt(`${show(text)} is not valid JSON`, path);
  }
  if (!isWellFormed) throw invalidAt('The JSON holds half a surrogate pair, which is no character', path);
  return value;
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
