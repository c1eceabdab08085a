import { child, childrenOf, isObject } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import { schemaAt, step } from '../read/walk';
import { SAID_BY_VALUES, fits, isWords, readChecks } from './checks';
import { CHECKED_TYPES } from '../read/json-schema';
import { commonChecks } from './common-checks';
import { isSame, typeOf } from './json';
import { spellOut } from './spell-out';

/** Values of one type that a schema allows. */
export interface Branch {
  /** How people call it: the component, or its title. */
  name: string | undefined;
  component: string | undefined;
  /** A type of JSON; undefined for any. */
  type: string | undefined;
  /** `enum`, or the one value of `const`. */
  values: readonly Json[] | undefined;
  properties: ReadonlyMap<string, Place>;
  required: ReadonlySet<string>;
  items: Place | undefined;
  /** False when the object takes no other properties; a schema of those; otherwise true. */
  additional: Place | boolean;
  /** Every other keyword that checks something. */
  checks: ReadonlyMap<string, Json>;
}

export const ANY: Branch = {
  name: undefined,
  component: undefined,
  type: undefined,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  items: undefined,
  additional: true,
  checks: new Map(),
};
export const NULL: Branch = { ...ANY, type: 'null' };

/** What the keywords of a schema itself allow, type by type. */
export function branchesOf(document: OpenApiDocument, place: Place, node: JsonObject): Branch[] {
  const values = Array.isArray(node['enum']) ? node['enum'] : node['const'] === undefined ? undefined : [node['const']];
  const types = node['type'] === undefined ? values?.map(typeOf) : [node['type']].flat().map(String);
  const [others, items] = [
    node['additionalProperties'] === undefined ? 'unevaluatedProperties' : 'additionalProperties',
    node['items'] === undefined ? 'unevaluatedItems' : 'items',
  ];
  const whole: Branch = {
    name: undefined,
    component: undefined,
    type: undefined,
    values,
    properties: new Map(childrenOf(place, 'properties')),
    required: new Set(Array.isArray(node['required']) ? node['required'].map(String) : []),
    items: isSaying(node[items]) ? child(place, items) : undefined,
    additional: isSaying(node[others]) ? child(place, others) : node[others] !== false,
    checks: readChecks(node, (key, value) => spellOut(document, step(schemaAt(place), key, value))),
  };
  if (!types) return [restrict(whole, undefined)];
  const wanted = new Set(types);
  if (wanted.has('number')) wanted.delete('integer');
  return [...wanted].map((type) => restrict(whole, type)).filter(isPossible);
}

/** What fits both; nothing where no value does. */
export function meet(a: Branch, b: Branch): Branch[] {
  const type = commonType(a.type, b.type);
  if (type === 'nothing') return [];
  const met = restrict(
    {
      name: b.name ?? a.name,
      component: b.component ?? a.component,
      type,
      values: commonValues(a.values, b.values),
      properties: commonPlaces(a.properties, b.properties),
      required: new Set([...a.required, ...b.required]),
      items: a.items && b.items ? bothPlaces(a.items, b.items) : (a.items ?? b.items),
      additional: commonAdditional(a.additional, b.additional),
      checks: commonChecks(a.checks, b.checks),
    },
    type,
  );
  return isPossible(met) ? [met] : [];
}

/** One branch in the place of several that list values and say no more, and of several nulls. */
export function unite(branches: readonly Branch[]): Branch[] {
  const united: Branch[] = [];
  for (const branch of branches) {
    const at = united.findIndex((other) => other.type === branch.type && isList(other) && isList(branch));
    const known = united[at];
    if (branch.type === 'null' && united.some(({ type }) => type === 'null')) continue;
    if (known?.values && branch.values) {
      const values = [
        ...known.values,
        ...branch.values.filter((value) => !known.values?.some((one) => isSame(one, value))),
      ];
      united[at] = { ...known, name: undefined, component: undefined, values };
    } else united.push(branch);
  }
  return united;
}

function isList({ values, checks }: Branch): boolean {
  return values !== undefined && checks.size === 0;
}

function isPossible({ values }: Branch): boolean {
  return values?.length !== 0;
}

/** `type` alone, without what says nothing of it. */
function restrict(branch: Branch, type: string | undefined): Branch {
  const says = (kind: string) => type === undefined || type === kind;
  const { values, required } = branch;
  const checks = [...branch.checks].filter(
    ([name, check]) =>
      (CHECKED_TYPES.get(name)?.some(says) ?? true) &&
      !(values && SAID_BY_VALUES.has(name)) &&
      !(name === 'minProperties' && typeof check === 'number' && check <= required.size),
  );
  const allowed = values?.filter((value) => isOfType(value, type) && fits(value, branch.checks));
  return {
    ...branch,
    type,
    values: allowed && isEvery(allowed, type) ? undefined : allowed,
    ...(!says('object') && { properties: ANY.properties, required: ANY.required, additional: true }),
    ...(!says('array') && { items: undefined }),
    checks: new Map(checks),
  };
}

/** Whether a list has all values that there are of a type. */
function isEvery(values: readonly Json[], type: string | undefined): boolean {
  return (
    (type === 'null' && values.length > 0) ||
    (type === 'boolean' && [true, false].every((value) => values.includes(value)))
  );
}

function isOfType(value: Json, type: string | undefined): boolean {
  const own = typeOf(value);
  return type === undefined || own === type || (own === 'integer' && type === 'number');
}

function commonType(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  const isWhole = [a, b].includes('integer') && [a, b].includes('number');
  return isWhole ? 'integer' : 'nothing';
}

function commonValues(a: Branch['values'], b: Branch['values']): Branch['values'] {
  return a && b ? a.filter((value) => b.some((other) => isSame(value, other))) : (a ?? b);
}

/** `{}` allows what `true` does. */
function isSaying(schema: Json | undefined): boolean {
  return isObject(schema) && Object.keys(schema).some((key) => !isWords(key));
}

/** A place where both schemas hold. */
function bothPlaces(a: Place, b: Place): Place {
  if (a.pointer === b.pointer || isSame(a.node, b.node)) return a;
  const flags = ['readOnly', 'writeOnly'].filter((flag) =>
    [a, b].some(({ node }) => isObject(node) && node[flag] === true),
  );
  const node = { allOf: [a.node, b.node], ...Object.fromEntries(flags.map((flag) => [flag, true])) };
  return { pointer: `${a.pointer} and ${b.pointer}`, node };
}

function commonPlaces<K>(a: ReadonlyMap<K, Place>, b: ReadonlyMap<K, Place>): ReadonlyMap<K, Place> {
  const result = new Map(a);
  for (const [key, place] of b) {
    const known = result.get(key);
    result.set(key, known ? bothPlaces(known, place) : place);
  }
  return result;
}

function commonAdditional(a: Place | boolean, b: Place | boolean): Place | boolean {
  if (typeof a === 'object' && typeof b === 'object') return bothPlaces(a, b);
  if (a === false || b === false) return false;
  return a === true ? b : a;
}
