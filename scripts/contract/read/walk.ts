import { escapePointer, isObject } from './document';
import type { Json, JsonObject, Place } from './document';
import { LISTS_OF_SCHEMAS, MAPS_OF_SCHEMAS, ONE_SCHEMA } from './json-schema';

/** Keys whose value is a map: its keys are names, not keywords. */
const MAPS = new Set([
  ...MAPS_OF_SCHEMAS,
  ...`dependentRequired $defs definitions schemas responses headers requestBodies securitySchemes links callbacks
  pathItems paths webhooks content encoding variables mapping scopes`.split(/\s+/),
]);
/** Keys whose value is data, which may look like anything. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** Keys of a schema, and of what has one, under which there are schemas. */
const OF_SCHEMAS = new Set([
  ...ONE_SCHEMA,
  ...LISTS_OF_SCHEMAS,
  ...MAPS_OF_SCHEMAS,
  'schema',
  'schemas',
  'contentSchema',
]);

export interface Visit extends Place {
  /** A map, whose keys are names. */
  isMap: boolean;
  /** The nearest keyword above: `allOf` for a member of it, `properties` for a property. */
  under: string;
}

/** What is directly below a node of a document: all but data and extensions. */
export function below(visit: Visit): Visit[] {
  const { node, isMap } = visit;
  if (Array.isArray(node)) return node.map((item, index) => step(visit, String(index), item));
  if (!isObject(node)) return [];
  return Object.entries(node)
    .filter(([key]) => isMap || !isData(key))
    .map(([key, value]) => step(visit, key, value));
}

/** A node and all below it, each before what is below it. */
export function* walk(start: Visit): Generator<Visit> {
  const open = [start];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    yield visit;
    open.push(...below(visit).toReversed());
  }
}

export function step({ node, pointer, isMap, under }: Visit, key: string, value: Json): Visit {
  const isName = isMap || Array.isArray(node);
  return {
    node: value,
    pointer: `${pointer}/${escapePointer(key)}`,
    isMap: !isName && isMapAt(key, value),
    under: isName ? under : key,
  };
}

export function isData(key: string): boolean {
  return DATA.has(key) || key.startsWith('x-');
}

/** `parameters` is a list in an operation and a map in `components`. */
function isMapAt(key: string, value: Json): boolean {
  return MAPS.has(key) || (key === 'parameters' && isObject(value));
}

export function isReference({ node, isMap }: Visit): boolean {
  return !isMap && isObject(node) && node['$ref'] !== undefined;
}

/** A place where a schema stands. */
export function isSchemaPlace({ isMap, under }: Visit): boolean {
  return !isMap && OF_SCHEMAS.has(under);
}

/** A schema, wherever it stands. */
export function schemaAt(place: Place): Visit {
  return { ...place, isMap: false, under: 'schema' };
}

export function rootOf(node: JsonObject): Visit {
  return { node, pointer: '#', isMap: false, under: '' };
}
