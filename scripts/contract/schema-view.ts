import { child, childrenOf, follow, isObject, itemsOf } from './document';
import type { Json, JsonObject, OpenApiDocument, Place } from './document';

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
  /** Every other keyword that checks something. */
  checks: ReadonlyMap<string, Json>;
  default: Json | undefined;
  isReadOnly: boolean;
  isWriteOnly: boolean;
}

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
  let view: SchemaView = { ...readOwn(place, node), component };
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
      view = { ...view, alternatives: [...view.alternatives, ...others] };
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
  checks: new Map(),
  default: undefined,
  isReadOnly: false,
  isWriteOnly: false,
};

function readOwn(place: Place, node: JsonObject): SchemaView {
  const values = Array.isArray(node['enum']) ? node['enum'] : node['const'] === undefined ? undefined : [node['const']];
  const types = node['type'] === undefined ? values?.map(typeOf) : [node['type']].flat().map(String);
  const additional = node['additionalProperties'];
  return {
    component: undefined,
    types: types && new Set(types),
    values,
    properties: new Map(childrenOf(place, 'properties')),
    required: new Set(Array.isArray(node['required']) ? node['required'].map(String) : []),
    items: isObject(node['items']) ? child(place, 'items') : undefined,
    additional: isObject(additional) ? child(place, 'additionalProperties') : additional !== false,
    alternatives: [],
    checks: readChecks(node),
    default: node['default'],
    isReadOnly: node['readOnly'] === true,
    isWriteOnly: node['writeOnly'] === true,
  };
}

function readChecks(node: JsonObject): Map<string, Json> {
  const checks = new Map(
    Object.entries(node).filter(([key]) => !TAKEN_APART.has(key) && !WORDS.has(key) && !key.startsWith('x-')),
  );
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

function merge(a: SchemaView, b: SchemaView): SchemaView {
  const { types, values } = a;
  return {
    component: undefined,
    types: types && b.types ? new Set([...types].filter((type) => b.types?.has(type))) : (types ?? b.types),
    values:
      values && b.values
        ? values.filter((value) => b.values?.some((other) => isSame(value, other)))
        : (values ?? b.values),
    properties: new Map([...a.properties, ...b.properties]),
    required: new Set([...a.required, ...b.required]),
    items: b.items ?? a.items,
    additional: a.additional === true ? b.additional : a.additional,
    alternatives: [...a.alternatives, ...b.alternatives],
    checks: new Map([...a.checks, ...b.checks]),
    default: b.default ?? a.default,
    isReadOnly: a.isReadOnly || b.isReadOnly,
    isWriteOnly: a.isWriteOnly || b.isWriteOnly,
  };
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
