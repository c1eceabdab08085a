import type { Schema } from './contract';
import { propertyNamesOf } from './shape';
import { casesOf, exampleOf, objectCasesOf, show } from './values';
import type { Case } from './values';

/** Longer lists are not tried. */
const MAX_ITEMS = 1000;

/** Values around every bound of a schema of JSON, and values of every type, each judged by the schema itself. */
function jsonCasesOf(schema: Schema): Case[] {
  const found = new Map<string, Case>();
  const add = (what: string, value: unknown) => {
    const key = JSON.stringify(value);
    if (!found.has(key)) found.set(key, { what, value, isValid: schema.isValid(value) });
  };
  for (const { what, value } of [...casesOf(schema), ...objectCasesOf(schema)]) add(what, value);
  for (const [what, value] of listCasesOf(schema)) add(what, value);
  for (const value of ['text', '', 1, 1.5, '1', true, null, [], {}]) add(`${show(value)}, of a type of its own`, value);
  return [...found.values()];
}

/** A body with one field in the place of what the example has, judged as a whole. */
export function bodyCasesOf(body: Schema, name: string): Case[] {
  const property = body.property(name);
  const example = exampleOf(body);
  if (!property || !isRecord(example)) return [];
  return jsonCasesOf(property).map(({ what, value }) => {
    const changed = { ...example, [name]: value };
    return { what: `${name}: ${what}`, value: changed, isValid: body.isValid(changed) };
  });
}

/** Whole bodies: what is no object, a field that is none, and every optional field at once. */
export function wholeCasesOf(body: Schema): Case[] {
  const example = exampleOf(body);
  const cases: [string, unknown][] = [
    ['the example', example],
    ...[null, 'text', 1, true, []].map((value): [string, unknown] => [
      `${show(value)} in the place of the body`,
      value,
    ]),
  ];
  if (isRecord(example)) {
    cases.push(['a field that the contract does not have', { ...example, 'no-such-field': 1 }]);
    const all = propertyNamesOf(body).flatMap((name) => {
      const property = body.property(name);
      return property ? [[name, exampleOf(property)] as const] : [];
    });
    cases.push(['every field at once', { ...Object.fromEntries(all), ...example }]);
  }
  return cases.map(([what, value]) => ({ what, value, isValid: body.isValid(value) }));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listCasesOf(schema: Schema): [string, unknown][] {
  const items = schema.items();
  if (!items) return [];
  const example = exampleOf(items);
  const lengths = schema.branches().flatMap(boundsOf);
  const lists = lengths
    .filter((length) => length >= 0 && length <= MAX_ITEMS)
    .map((length): [string, unknown] => [`${length} items`, Array.from({ length }, () => example)]);
  const singles = casesOf(items).map(({ what, value }): [string, unknown] => [`an item: ${what}`, [value]]);
  return [...lists, ...singles];
}

function boundsOf({ node: { minItems, maxItems } }: Schema): number[] {
  const least = typeof minItems === 'number' ? [minItems - 1, minItems] : [];
  return typeof maxItems === 'number' ? [...least, maxItems, maxItems + 1] : least;
}
