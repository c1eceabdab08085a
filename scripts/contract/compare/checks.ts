import { isRawEncoding } from '../generate/file-fields';
import type { Json, JsonObject } from '../read/document';

const OF_NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const OF_TEXTS = ['minLength', 'maxLength', 'pattern', 'contentMediaType', 'contentEncoding', 'contentSchema', 'file'];
const OF_LISTS = [
  'minItems',
  'maxItems',
  'uniqueItems',
  'contains',
  'minContains',
  'maxContains',
  'prefixItems',
  'unevaluatedItems',
];
const OF_OBJECTS = [
  'minProperties',
  'maxProperties',
  'patternProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
];

/** The types of which a keyword says something; of others it says nothing. */
export const CHECKED_TYPES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...OF_NUMBERS.map((name) => [name, ['number', 'integer']] as const),
  ...OF_TEXTS.map((name) => [name, ['string']] as const),
  ...OF_LISTS.map((name) => [name, ['array']] as const),
  ...OF_OBJECTS.map((name) => [name, ['object']] as const),
  ['items', ['array']],
  ['format', ['string', 'number', 'integer']],
]);

const TAKEN_APART = new Set(
  `$ref type nullable enum const properties required items additionalProperties allOf anyOf oneOf default readOnly
  writeOnly`.split(/\s+/),
);
const WORDS = new Set(
  'title description example examples deprecated $comment externalDocs xml discriminator $schema $defs definitions $id'.split(
    ' ',
  ),
);

/** Whether a keyword says something to people alone. */
export function isWords(key: string): boolean {
  return WORDS.has(key) || key.startsWith('x-');
}

const SAYING_NOTHING = new Map<string, Json>([
  ['uniqueItems', false],
  ['minLength', 0],
  ['minItems', 0],
  ['minContains', 1],
  ['minProperties', 0],
  ['unevaluatedProperties', true],
  ['unevaluatedItems', true],
]);

/** Every keyword that checks something and is no part of the structure, in one spelling. */
export function readChecks(node: JsonObject, spell: (key: string, value: Json) => Json): Map<string, Json> {
  const checks = new Map(
    Object.entries(node)
      .filter(([key, value]) => !TAKEN_APART.has(key) && !isWords(key) && SAYING_NOTHING.get(key) !== value)
      .map(([key, value]) => [key, spell(key, value)]),
  );
  if (node['unevaluatedProperties'] === false) checks.delete('unevaluatedProperties');
  if (node['items'] === false) checks.set('items', false);
  useNumbersAsBounds(checks);
  const types = new Set([node['type']].flat());
  if (types.has('integer') && !types.has('number')) useWholeBounds(checks);
  if (isFile(node)) {
    for (const key of ['format', 'contentEncoding', 'contentMediaType']) checks.delete(key);
    checks.set('file', true);
  }
  return checks;
}

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

/** Bytes as they are, in the spelling of 3.0 or of 3.1. */
function isFile({ format, contentEncoding, contentMediaType }: JsonObject): boolean {
  if (format === 'binary') return true;
  if (contentEncoding !== undefined) return isRawEncoding(contentEncoding);
  return typeof contentMediaType === 'string' && !/json/i.test(contentMediaType);
}
