import { isObject } from '../read/document';
import type { Json } from '../read/document';
import { isSame } from './json';

/** Checks of one keyword that no one value of it says. */
const EVERY = '*every';

/** Each of the checks that a keyword stands for. */
export function partsOf(check: Json | undefined): Json[] {
  if (check === undefined) return [];
  const every = isObject(check) ? check[EVERY] : undefined;
  return Array.isArray(every) ? every : [check];
}

function everyOf(a: Json, b: Json): Json {
  const parts = [...partsOf(a), ...partsOf(b)];
  return { [EVERY]: parts.filter((part, index) => parts.findIndex((other) => isSame(other, part)) === index) };
}

export function isEvery(check: Json | undefined): boolean {
  return isObject(check) && check[EVERY] !== undefined;
}

/** Keywords that are one check together. */
const TOGETHER = [
  ['if', 'then', 'else'],
  ['contains', 'minContains', 'maxContains'],
];

/** The checks of two schemas that both hold. */
export function commonChecks(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): Map<string, Json> {
  const result = new Map(a);
  for (const [key, value] of b) {
    const known = result.get(key);
    result.set(key, known === undefined || isSame(known, value) ? value : bothOf(key, known, value));
  }
  for (const keys of TOGETHER) {
    const [head = ''] = keys;
    const [one, other] = [a, b].map((checks) => together(checks, keys));
    if (one === undefined || other === undefined || isSame(one, other)) continue;
    for (const key of keys) result.delete(key);
    result.set(head, everyOf(one, other));
  }
  return result;
}

/** Both with such checks as lists where one of them has a list. */
export function inOneForm(
  a: ReadonlyMap<string, Json>,
  b: ReadonlyMap<string, Json>,
): [ReadonlyMap<string, Json>, ReadonlyMap<string, Json>] {
  const lists = TOGETHER.filter(([head = '']) => isEvery(a.get(head)) || isEvery(b.get(head)));
  const listed = (checks: ReadonlyMap<string, Json>) => {
    const result = new Map(checks);
    for (const keys of lists) {
      const parts = partsOf(together(checks, keys));
      for (const key of keys) result.delete(key);
      if (parts.length > 0) result.set(keys[0] ?? '', { [EVERY]: parts });
    }
    return result;
  };
  return [listed(a), listed(b)];
}

function together(checks: ReadonlyMap<string, Json>, keys: readonly string[]): Json | undefined {
  const first = checks.get(keys[0] ?? '');
  if (first === undefined || isEvery(first)) return first;
  return Object.fromEntries([...checks].filter(([key]) => keys.includes(key)));
}

function bothOf(key: string, a: Json, b: Json): Json {
  if (typeof a === 'number' && typeof b === 'number') {
    if (/^(min|exclusiveMin)/.test(key)) return Math.max(a, b);
    if (/^(max|exclusiveMax)/.test(key)) return Math.min(a, b);
  }
  if (key === 'not') return { anyOf: [a, b] };
  if (key === 'propertyNames') return { allOf: [a, b] };
  if (Array.isArray(a) && Array.isArray(b)) {
    if (key === 'prefixItems') return [...a, ...b.slice(a.length)].map((_, index) => bothSchemas(a[index], b[index]));
    return [...new Set([...a, ...b])];
  }
  if (!isObject(a) || !isObject(b) || !MAPS.has(key)) return everyOf(a, b);
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const of = (name: string): Json => {
    const [one, other] = [a[name], b[name]];
    return Array.isArray(one) && Array.isArray(other) ? bothOf('', one, other) : bothSchemas(one, other);
  };
  return Object.fromEntries([...names].map((name) => [name, of(name)]));
}

const MAPS = new Set(['patternProperties', 'dependentSchemas', 'dependentRequired']);

function bothSchemas(a: Json = true, b: Json = true): Json {
  return a === true ? b : b === true ? a : { allOf: [a, b] };
}
