import * as fc from 'fast-check';
import type { Schema } from './contract';
import { readPattern } from './dialect';
import { isObjectSchema, propertyNamesOf, requiredOf } from './shape';

/** How deep what is made at random may be: schemas can contain themselves. */
const MAX_DEPTH = 4;

/** Values near to what a schema allows; whether it does is for the schema to say. */
export function arbitraryOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const branches = schema.branches();
  const scalars = branches.flatMap(scalarsOf);
  const isObject = branches.some(isObjectSchema);
  const isList = branches.some(({ node }) => node['type'] === 'array');
  const found = [
    ...scalars,
    ...(isObject && depth < MAX_DEPTH ? [objectOf(schema, depth)] : []),
    ...(isList && depth < MAX_DEPTH ? [listOf(schema, depth)] : []),
  ];
  return found.length === 0 ? anything : fc.oneof(...found);
}

/** JSON of any shape. A name that every object has is no field: programs lose it on the way. */
const anything = fc.jsonValue({ maxDepth: 1 }).filter((value) => !JSON.stringify(value).includes('__proto__'));

function scalarsOf({ node }: Schema): fc.Arbitrary<unknown>[] {
  const { enum: values, const: only } = node;
  const types = new Set([node['type']].flat());
  const [min, max] = [numberOf(node['minimum']) ?? -1000, numberOf(node['maximum']) ?? 1000];
  return [
    ...(Array.isArray(values) && values.length > 0 ? [fc.constantFrom(...values)] : []),
    ...(only === undefined ? [] : [fc.constant(only)]),
    ...(types.has('integer') || types.has('number') ? [fc.integer({ min: min - 1, max: Math.max(min, max) + 1 })] : []),
    ...(types.has('number') ? [fc.double({ min, max: Math.max(min, max), noNaN: true })] : []),
    ...(types.has('string') ? textsOf(node) : []),
    ...(types.has('boolean') ? [fc.boolean()] : []),
    ...(types.has('null') || node['nullable'] === true ? [fc.constant(null)] : []),
  ];
}

/** Each is made where it is asked for: some build tables of all letters. */
const FORMATS = new Map<unknown, () => fc.Arbitrary<string>>([
  ['uuid', () => fc.uuid()],
  ['email', () => fc.emailAddress()],
  ['uri', () => fc.webUrl()],
  ['ipv4', () => fc.ipV4()],
  ['ipv6', () => fc.ipV6()],
  ['hostname', () => fc.domain()],
  ['date-time', () => moments.map((date) => date.toISOString())],
  ['date', () => moments.map((date) => date.toISOString().slice(0, 10))],
  ['byte', () => fc.base64String()],
]);

function textsOf({ minLength, maxLength, pattern, format }: Schema['node']): fc.Arbitrary<unknown>[] {
  const least = numberOf(minLength) ?? 0;
  const formatted = FORMATS.get(format);
  const texts = fc.string({ minLength: least, maxLength: Math.min(numberOf(maxLength) ?? least + 20, least + 200) });
  return [
    texts,
    ...(typeof pattern === 'string' ? matchingTexts(pattern, least, numberOf(maxLength)) : []),
    ...(formatted ? [formatted()] : []),
  ];
}

/** Texts of a pattern, and such texts repeated until they are as long as they must be. */
function matchingTexts(pattern: string, least: number, most = Infinity): fc.Arbitrary<unknown>[] {
  // half a surrogate pair is no text: a server may refuse it (RFC 8259 section 8.2)
  const texts = fc.stringMatching(readPattern(pattern)).filter((text) => text.isWellFormed());
  const repeated = texts.map((text) => text.repeat(Math.ceil(least / Math.max(1, text.length))).slice(0, most));
  return least === 0 ? [texts] : [texts, repeated];
}

const moments = fc.date({ min: new Date('1970-01-02'), max: new Date('2100-01-01'), noInvalidDate: true });

/** Mostly with what is required; at times with a field that is none, or a value of any shape. */
function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = schema.branches().flatMap(requiredOf);
  const entries = propertyNamesOf(schema).map((name) => {
    const property = schema.property(name);
    const value = property ? arbitraryOf(property, depth + 1) : anything;
    return [name, fc.oneof({ arbitrary: value, weight: 9 }, { arbitrary: anything, weight: 1 })] as const;
  });
  const model = Object.fromEntries(entries);
  const isKey = (name: string) => Object.hasOwn(model, name);
  const whole = fc.record(model, { requiredKeys: required.filter(isKey) });
  const partial = fc.record(model, { requiredKeys: [] });
  const stranger = fc
    .tuple(whole, anything)
    .map(([object, value]) => Object.assign({}, object, { 'no-such-field': value }));
  return fc.oneof(
    { arbitrary: whole, weight: 6 },
    { arbitrary: partial, weight: 1 },
    { arbitrary: stranger, weight: 1 },
  );
}

function listOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const items = schema.items();
  const least = Math.min(...schema.branches().map(({ node }) => numberOf(node['minItems']) ?? 0), 20);
  return fc.array(items ? arbitraryOf(items, depth + 1) : anything, { minLength: least, maxLength: least + 3 });
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
