import { child, childrenOf, follow, isObject, itemsOf } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import { below, isData, isReference, step } from '../read/walk';
import type { Visit } from '../read/walk';

/** What a schema says, however it is written: references, allOf, `nullable` and "this or null" are taken apart. */
export interface SchemaView {
  /** The name of the component, when it is one. */
  component: string | undefined;
  /** undefined: any. */
  types: ReadonlySet<string> | undefined;
  /** `enum`, or the one value of `const`. */
  values: readonly Json[] | undefined;
  properties: ReadonlyMap<string, Place>;
  required: ReadonlySet<string>;
  items: Place | undefined;
  /** False when the object takes no other properties; a schema of those; otherwise true. */
  additional: Place | boolean;
  /** The branches of anyOf or oneOf that are not null, when there are several. */
  alternatives: readonly Place[];
  /** True when exactly one of them must fit: oneOf. */
  isExclusive: boolean;
  /** Every other keyword that checks something. */
  checks: ReadonlyMap<string, Json>;
  default: Json | undefined;
  isReadOnly: boolean;
  isWriteOnly: boolean;
}

export const LOWER = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
export const UPPER = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);

const TAKEN_APART = new Set(
  `$ref type nullable enum const properties required items additionalProperties allOf anyOf oneOf default readOnly
  writeOnly`.split(/\s+/),
);
const WORDS = new Set(
  'title description example examples deprecated $comment externalDocs xml discriminator $schema $defs definitions'.split(
    ' ',
  ),
);

export function viewSchema(
  document: OpenApiDocument,
  place: Place,
  stack: ReadonlySet<string> = new Set(),
): SchemaView {
  const component = /^#\/components\/schemas\/([^/]+)$/.exec(place.pointer)?.[1];
  const { node } = place;
  if (!isObject(node) || stack.has(place.pointer)) return { ...ANYTHING, component, additional: node !== false };
  const inside = new Set(stack).add(place.pointer);
  let view: SchemaView = { ...readOwn(document, place, node), component };
  if (node['$ref'] !== undefined) {
    const target = viewSchema(document, follow(document, place), inside);
    view = { ...merge(target, view), component: target.component };
  }
  for (const part of itemsOf(place, 'allOf'))
    view = { ...merge(view, viewSchema(document, part, inside)), component: view.component };
  for (const key of ['anyOf', 'oneOf']) {
    const branches = itemsOf(place, key);
    const others = branches.filter((branch) => !isNull(branch));
    const [only] = others;
    if (only && others.length === 1) {
      const inner = viewSchema(document, only, inside);
      view = merge(view, branches.length > 1 ? allowNull(inner) : inner);
    } else if (others.length > 1) {
      view = { ...view, alternatives: [...view.alternatives, ...others], isExclusive: key === 'oneOf' };
      if (others.length < branches.length) view = { ...view, checks: new Map(view.checks).set('null', true) };
    }
  }
  return node['nullable'] === true ? { ...allowNull(view), component: view.component } : view;
}

const ANYTHING: SchemaView = {
  component: undefined,
  types: undefined,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  items: undefined,
  additional: true,
  alternatives: [],
  isExclusive: false,
  checks: new Map(),
  default: undefined,
  isReadOnly: false,
  isWriteOnly: false,
};

function readOwn(document: OpenApiDocument, place: Place, node: JsonObject): SchemaView {
  const values = Array.isArray(node['enum']) ? node['enum'] : node['const'] === undefined ? undefined : [node['const']];
  const types = node['type'] === undefined ? values?.map(typeOf) : [node['type']].flat().map(String);
  const additional = node['additionalProperties'];
  return {
    component: undefined,
    types: types && new Set(types),
    values,
    properties: new Map(childrenOf(place, 'properties')),
    required: new Set(Array.isArray(node['required']) ? node['required'].map(String) : []),
    items: isSaying(node['items']) ? child(place, 'items') : undefined,
    additional: isSaying(additional) ? child(place, 'additionalProperties') : additional !== false,
    alternatives: [],
    isExclusive: false,
    checks: readChecks(document, place, node),
    default: node['default'],
    isReadOnly: node['readOnly'] === true,
    isWriteOnly: node['writeOnly'] === true,
  };
}

/** `{}` allows what `true` does. */
function isSaying(schema: Json | undefined): boolean {
  return isObject(schema) && Object.keys(schema).length > 0;
}

const SAYING_NOTHING = new Map<string, Json>([
  ['uniqueItems', false],
  ['minLength', 0],
  ['minItems', 0],
  ['minProperties', 0],
]);

function readChecks(document: OpenApiDocument, place: Place, node: JsonObject): Map<string, Json> {
  const checks = new Map(
    Object.entries(node)
      .filter(([key, value]) => !TAKEN_APART.has(key) && !WORDS.has(key) && SAYING_NOTHING.get(key) !== value)
      .filter(([key]) => !key.startsWith('x-'))
      .map(([key, value]) => [key, spell(document, step(visitOf(place), key, value))]),
  );
  if (node['items'] === false) checks.set('items', false);
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    // the boolean form of OpenAPI 3.0
    const flag = checks.get(exclusive);
    const value = checks.get(bound);
    if (typeof flag !== 'boolean') continue;
    checks.delete(exclusive);
    if (flag && value !== undefined) checks.set(exclusive, value).delete(bound);
  }
  return checks;
}

/** A keyword with the schemas inside of it written out: what they refer to can change as well. */
function spell(document: OpenApiDocument, visit: Visit, inside: ReadonlySet<string> = new Set()): Json {
  const { node, isMap } = visit;
  if (Array.isArray(node)) return below(visit).map((item) => spell(document, item, inside));
  if (!isObject(node)) return node;
  const entries = Object.entries(node)
    .filter(([key]) => isMap || (!WORDS.has(key) && !key.startsWith('x-')))
    .map(([key, value]): [string, Json] => [
      key,
      isMap || !isData(key) ? spell(document, step(visit, key, value), inside) : value,
    ]);
  if (!isReference(visit)) return Object.fromEntries(entries);
  const target = follow(document, visit);
  if (inside.has(target.pointer)) return Object.fromEntries(entries);
  const referred = spell(document, visitOf(target), new Set(inside).add(target.pointer));
  return Object.fromEntries([...entries.filter(([key]) => key !== '$ref'), ['$ref', referred]]);
}

function visitOf(place: Place): Visit {
  return { ...place, isMap: false, under: 'schema' };
}

/** A place where both schemas hold. */
function both(a: Place, b: Place): Place {
  if (a.pointer === b.pointer) return a;
  const flags = ['readOnly', 'writeOnly'].filter((flag) =>
    [a, b].some(({ node }) => isObject(node) && node[flag] === true),
  );
  const node = { allOf: [a.node, b.node], ...Object.fromEntries(flags.map((flag) => [flag, true])) };
  return { pointer: `${a.pointer} and ${b.pointer}`, node };
}

function bothOf<K>(a: ReadonlyMap<K, Place>, b: ReadonlyMap<K, Place>): Map<K, Place> {
  const result = new Map(a);
  for (const [key, place] of b) {
    const known = result.get(key);
    result.set(key, known ? both(known, place) : place);
  }
  return result;
}

/** The narrower of two bounds; of other checks both. */
function bothChecks(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): Map<string, Json> {
  const result = new Map(a);
  for (const [key, value] of b) {
    const known = result.get(key);
    if (known === undefined || isSame(known, value)) result.set(key, value);
    else if (typeof known === 'number' && typeof value === 'number' && LOWER.has(key))
      result.set(key, Math.max(known, value));
    else if (typeof known === 'number' && typeof value === 'number' && UPPER.has(key))
      result.set(key, Math.min(known, value));
    else result.set(key, { allOf: [known, value] });
  }
  return result;
}

function merge(a: SchemaView, b: SchemaView): SchemaView {
  const { types, values } = a;
  return {
    component: undefined,
    types: types && b.types ? new Set([...types].filter((type) => b.types?.has(type))) : (types ?? b.types),
    values:
      values && b.values
        ? values.filter((value) => b.values?.some((other) => isSame(value, other)))
        : (values ?? b.values),
    properties: bothOf(a.properties, b.properties),
    required: new Set([...a.required, ...b.required]),
    items: a.items && b.items ? both(a.items, b.items) : (a.items ?? b.items),
    additional: bothAdditional(a.additional, b.additional),
    alternatives: [...a.alternatives, ...b.alternatives],
    isExclusive: a.isExclusive || b.isExclusive,
    checks: bothChecks(a.checks, b.checks),
    default: b.default ?? a.default,
    isReadOnly: a.isReadOnly || b.isReadOnly,
    isWriteOnly: a.isWriteOnly || b.isWriteOnly,
  };
}

function bothAdditional(a: Place | boolean, b: Place | boolean): Place | boolean {
  if (typeof a === 'object' && typeof b === 'object') return both(a, b);
  if (a === false || b === false) return false;
  return a === true ? b : a;
}

function allowNull(view: SchemaView): SchemaView {
  return {
    ...view,
    types: view.types && new Set([...view.types, 'null']),
    values: view.values && [...view.values.filter((value) => value !== null), null],
  };
}

function isNull({ node }: Place): boolean {
  return isObject(node) && (node['type'] === 'null' || node['const'] === null);
}

export function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/** Equal as JSON, whatever the order of keys. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
