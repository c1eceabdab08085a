import { isRawEncoding } from '../generate/file-fields';
import { isObject } from '../read/document';
import type { Json, JsonObject } from '../read/document';
import { WORDS } from '../read/json-schema';

const TAKEN_APART = new Set(
  `$ref type nullable enum const properties required items additionalProperties unevaluatedProperties
  unevaluatedItems allOf anyOf oneOf default readOnly writeOnly`.split(/\s+/),
);
/** Whether a keyword says something to people alone. */
export function isWords(key: string): boolean {
  return WORDS.has(key) || key === '$id' || key.startsWith('x-');
}

const SAYING_NOTHING = new Map<string, Json>([
  ['uniqueItems', false],
  ['minLength', 0],
  ['minItems', 0],
  ['minContains', 1],
  ['minProperties', 0],
  ['pattern', '.*'],
  ['propertyNames', true],
  ['not', false],
]);
const SAYING_NOTHING_EMPTY = new Set(['patternProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas']);

function saysNothing(node: JsonObject, key: string, value: Json): boolean {
  if (key === 'if') return node['then'] === undefined && node['else'] === undefined;
  if (key === 'then' || key === 'else') return node['if'] === undefined;
  const isEmpty = SAYING_NOTHING_EMPTY.has(key) && isObject(value) && Object.values(value).every(isEmptyList);
  return isEmpty || SAYING_NOTHING.get(key) === value;
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Every keyword that checks something and is no part of the structure, in one spelling. */
export function readChecks(node: JsonObject, spell: (key: string, value: Json) => Json): Map<string, Json> {
  const checks = new Map(
    Object.entries(node)
      .filter(([key, value]) => !TAKEN_APART.has(key) && !isWords(key) && !saysNothing(node, key, value))
      .map(([key, value]) => [key, spell(key, value)]),
  );
  useNumbersAsBounds(checks);
  const types = new Set([node['type']].flat());
  if (types.has('integer') && !types.has('number')) useWholeBounds(checks);
  return checks;
}

/**
 * `file` for bytes as they are, in the spelling of 3.0 or of 3.1. In a form a media type says that a part is a file, and
 * which ones are taken; elsewhere it is an annotation.
 */
export function readFile(checks: ReadonlyMap<string, Json>, isForm: boolean): ReadonlyMap<string, Json> {
  const { format, contentEncoding, contentMediaType, contentSchema } = Object.fromEntries(checks);
  const isBytes = format === 'binary' || (contentEncoding !== undefined && isRawEncoding(contentEncoding));
  const isOfBytes = contentMediaType === 'application/octet-stream';
  const isMedia =
    typeof contentMediaType === 'string' && contentEncoding === undefined && contentSchema === undefined && isForm;
  if (!isBytes && !isMedia && !(isOfBytes && contentEncoding === undefined)) return checks;
  const file = new Map(checks).set('file', true);
  for (const key of ['format', 'contentEncoding']) file.delete(key);
  if (isOfBytes) file.delete('contentMediaType');
  return file;
}

/** Whether a number or a text has the bounds and the pattern of `checks`. */
export function fits(value: Json, checks: ReadonlyMap<string, Json>): boolean {
  const number = (name: string, otherwise: number) => {
    const bound = checks.get(name);
    return typeof bound === 'number' ? bound : otherwise;
  };
  if (typeof value === 'number')
    return (
      value >= number('minimum', -Infinity) &&
      value <= number('maximum', Infinity) &&
      value > number('exclusiveMinimum', -Infinity) &&
      value < number('exclusiveMaximum', Infinity)
    );
  if (typeof value !== 'string') return true;
  const pattern = checks.get('pattern');
  const length = Array.from(value).length;
  if (length < number('minLength', 0) || length > number('maxLength', Infinity)) return false;
  return typeof pattern !== 'string' || isMatch(value, pattern);
}

/** What is no pattern refuses nothing: that it is none is said elsewhere. */
function isMatch(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** What a list of values says by itself. */
export const SAID_BY_VALUES: ReadonlySet<string> = new Set(
  'minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength pattern'.split(' '),
);

/** The boolean form of OpenAPI 3.0. */
function useNumbersAsBounds(checks: Map<string, Json>): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = checks.get(exclusive);
    const value = checks.get(bound);
    if (typeof flag !== 'boolean') continue;
    checks.delete(exclusive);
    if (flag && value !== undefined) checks.set(exclusive, value).delete(bound);
  }
}

/** Between whole numbers there is nothing: above 0 is from 1. */
function useWholeBounds(checks: Map<string, Json>): void {
  const [above, below] = [checks.get('exclusiveMinimum'), checks.get('exclusiveMaximum')];
  const [from, to] = [checks.get('minimum'), checks.get('maximum')];
  if (typeof above === 'number') {
    checks.delete('exclusiveMinimum');
    checks.set('minimum', Math.max(Math.floor(above) + 1, typeof from === 'number' ? from : -Infinity));
  }
  if (typeof below === 'number') {
    checks.delete('exclusiveMaximum');
    checks.set('maximum', Math.min(Math.ceil(below) - 1, typeof to === 'number' ? to : Infinity));
  }
  if (checks.get('multipleOf') === 1) checks.delete('multipleOf');
}
