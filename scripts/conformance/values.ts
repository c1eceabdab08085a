import * as fc from 'fast-check';
import { arbitraryOf } from './arbitrary';
import type { Schema } from './contract';
import { Skip } from './ledger';
import { isObjectSchema, requiredOf } from './shape';

/** A value that the contract decides about. */
export interface Case {
  /** `the maximum 2592000` */
  what: string;
  value: unknown;
  isValid: boolean;
}

/** Values around every bound of a schema, each judged by the schema itself. `null` is left out: a text has none. */
export function casesOf(schema: Schema): Case[] {
  const found = new Map<string, Case>();
  for (const branch of schema.branches()) {
    for (const [what, value] of candidates(branch)) {
      const key = JSON.stringify(value);
      if (!found.has(key)) found.set(key, { what, value, isValid: schema.isValid(value) });
    }
  }
  return [...found.values()];
}

/** An example is at most half of this above the least value. */
const MOST_BETWEEN = 10_000;

/** What the contract gives as an example, whether it fits its schema or not: then it is to be refused. */
export function exampleCases(schema: Schema, examples: readonly unknown[]): Case[] {
  return examples.map((value) => ({ what: `the example ${show(value)}`, value, isValid: schema.isValid(value) }));
}

/** Those of a schema: `example` in 3.0, `examples` in 3.1. */
function examplesOf({ node: { example, examples } }: Schema): unknown[] {
  return [example, ...(Array.isArray(examples) ? examples : [])].filter((value) => value !== undefined);
}

function candidates(schema: Schema): [what: string, value: unknown][] {
  const { node } = schema;
  const { enum: values, const: only, type, minimum, maximum, minLength, maxLength } = node;
  const found: [string, unknown][] = [];
  const allowed = Array.isArray(values) ? values : only === undefined ? [] : [only];
  for (const value of allowed) found.push([`the value ${show(value)}`, value]);
  const [first] = allowed;
  if (typeof first === 'string') {
    found.push([`${show(`${first}-x`)}, which is not in the enum`, `${first}-x`]);
    found.push([`${show(first.toUpperCase())}, in capitals`, first.toUpperCase()], ['an empty text', '']);
    found.push([`${show(first.slice(0, -1))}, a part of the value`, first.slice(0, -1)]);
  }
  const types = new Set([type].flat());
  if (types.has('integer') || types.has('number')) {
    const step = 1;
    const [low, high] = [numberIn(node, 'lowest'), numberIn(node, 'highest')];
    // a bound that no server means, such as the largest number there is, says nothing of a value that is taken
    const between = low + Math.floor(Math.min(high - low, MOST_BETWEEN) / 2);
    // the first, and so the example of other checks: a server that is wrong about a bound fails at the bound alone
    found.push([`${between}, between the bounds`, between]);
    for (const [name, bound, out] of [
      ['minimum', lowest(node, minimum), -step],
      ['maximum', highest(node, maximum), step],
    ] as const) {
      if (typeof bound !== 'number') continue;
      found.push([`the ${name} ${bound}`, bound], [`${bound + out}, beyond the ${name}`, bound + out]);
      found.push([`${bound - out}, inside of the ${name}`, bound - out]);
    }
    if (types.has('integer')) found.push(['a number that is not whole', between + 0.5]);
    found.push(['a word in the place of a number', 'ten'], ['an empty text', ''], ['a boolean', true]);
  }
  if (types.has('boolean')) found.push(['true', true], ['false', false], ['a word in the place of a boolean', 'maybe']);
  if (typeof minLength === 'number') {
    found.push([`a text of the least length ${minLength}`, 'x'.repeat(minLength)]);
    if (minLength > 0) found.push(['a text that is too short', 'x'.repeat(minLength - 1)]);
  }
  if (typeof maxLength === 'number') {
    found.push([`a text of the greatest length ${maxLength}`, 'x'.repeat(maxLength)]);
    found.push(['a text that is too long', 'x'.repeat(maxLength + 1)]);
  }
  for (const { what, value } of exampleCases(schema, examplesOf(schema))) found.push([what, value]);
  return found;
}

function lowest({ exclusiveMinimum }: Schema['node'], minimum: unknown): unknown {
  return minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined);
}

function highest({ exclusiveMaximum }: Schema['node'], maximum: unknown): unknown {
  return maximum ?? (typeof exclusiveMaximum === 'number' ? exclusiveMaximum - 1 : undefined);
}

/** A bound, or the other one where there is none. */
function numberIn(node: Schema['node'], end: 'lowest' | 'highest'): number {
  const [low, high] = [lowest(node, node['minimum']), highest(node, node['maximum'])];
  const bound = end === 'lowest' ? (low ?? high) : (high ?? low);
  return typeof bound === 'number' ? bound : 1;
}

/** A value that the schema accepts. @throws Skip when none is found. */
export function exampleOf(schema: Schema): unknown {
  const tried: unknown[] = [];
  for (const branch of schema.branches()) {
    tried.push(branch.node['default'], ...candidates(branch).map(([, value]) => value));
    if (isObjectSchema(branch)) tried.push(exampleObject(schema, branch));
    else if (branch.node['type'] === 'array') tried.push([], exampleList(schema, branch));
  }
  tried.push('text', 1, true);
  const isGood = (value: unknown) => value !== undefined && value !== null && schema.isValid(value);
  const found = tried.find(isGood) ?? fc.sample(arbitraryOf(schema), { numRuns: 200, seed: 1 }).find(isGood);
  if (found === undefined) throw new Skip(`no example is found for the schema at ${schema.pointer}`);
  return found;
}

function exampleList(whole: Schema, { node }: Schema): unknown[] {
  const items = whole.items();
  const length = typeof node['minItems'] === 'number' ? node['minItems'] : 0;
  return Array.from({ length }, () => (items ? exampleOf(items) : 'text'));
}

function exampleObject(whole: Schema, branch: Schema): Record<string, unknown> {
  return Object.fromEntries(
    requiredOf(branch).map((name) => {
      const property = whole.property(name);
      return [name, property ? exampleOf(property) : 'text'];
    }),
  );
}

/** Whole objects: complete, each required property missing, and each property with every case of its own. */
export function objectCasesOf(schema: Schema): Case[] {
  const [example] = schema
    .branches()
    .filter(isObjectSchema)
    .map((branch) => exampleObject(schema, branch));
  if (!example) return [];
  const judged = (what: string, value: unknown) => ({ what, value, isValid: schema.isValid(value) });
  const cases = [
    judged('a complete object', example),
    ...schema.branches().flatMap((branch) => exampleCases(schema, examplesOf(branch))),
  ];
  for (const name of Object.keys(example)) {
    const { [name]: _, ...rest } = example;
    cases.push(judged(`${name} missing`, rest));
    const property = schema.property(name);
    for (const { what, value } of property ? casesOf(property) : []) {
      cases.push(judged(`${name}: ${what}`, { ...example, [name]: value }));
    }
  }
  return cases;
}

export function show(value: unknown): string {
  return JSON.stringify(value);
}
