import { isObject } from '../read/document';
import type { Json, JsonObject } from '../read/document';
import { isWords } from './checks';
import { isSame, typeOf } from './json';

/** The same schema in one of its spellings: what another keyword says already is left out. */
export function simplify(schema: Json): Json {
  if (!isObject(schema)) return schema;
  if (isNever(schema)) return false;
  const node = { ...schema };
  simplifyNot(node);
  simplifyNumbers(node);
  simplifyList(node);
  simplifyObject(node);
  if (node['format'] === 'byte' && node['contentEncoding'] === undefined) {
    // as 3.1 spells it
    delete node['format'];
    node['contentEncoding'] = 'base64';
  }
  return node;
}

/** Whether no value fits. */
export function isNever(schema: Json | undefined): boolean {
  return schema === false || (isObject(schema) && schema['not'] !== undefined && isAnything(schema['not']));
}

function isAnything(schema: Json | undefined): boolean {
  return schema === true || (isObject(schema) && Object.keys(schema).every(isWords));
}

function simplifyNot(node: JsonObject): void {
  const { not } = node;
  if (!isObject(not) || not['not'] === undefined || !Object.keys(not).every((key) => key === 'not' || isWords(key)))
    return;
  delete node['not'];
  node['allOf'] = [...(Array.isArray(node['allOf']) ? node['allOf'] : []), not['not']];
}

/** Numbers that can only be whole. */
function simplifyNumbers(node: JsonObject): void {
  const { type, multipleOf } = node;
  const values = node['const'] === undefined ? node['enum'] : [node['const']];
  const numbers = Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [];
  const isWhole =
    Number.isInteger(multipleOf) ||
    (numbers.length > 0 && numbers.every((value) => typeOf(value) === 'integer' && Array.isArray(values)));
  if (isWhole && type !== undefined)
    node['type'] = [...new Set([type].flat().map((name) => (name === 'number' ? 'integer' : name)))];
}

function simplifyList(node: JsonObject): void {
  const { prefixItems, contains, minContains = 1, maxContains, minItems } = node;
  const others = node['items'] === undefined ? 'unevaluatedItems' : 'items';
  if (isNever(node[others])) {
    const most = Array.isArray(prefixItems) ? prefixItems.length : 0;
    const { maxItems } = node;
    node['maxItems'] = typeof maxItems === 'number' ? Math.min(most, maxItems) : most;
    delete node[others];
  }
  if (contains === undefined || (minContains === 0 && maxContains === undefined))
    for (const key of ['contains', 'minContains', 'maxContains']) delete node[key];
  else if (typeof minItems === 'number' && typeof minContains === 'number' && minItems <= minContains)
    delete node['minItems'];
  if (typeof node['maxItems'] === 'number' && node['maxItems'] <= 1) delete node['uniqueItems'];
}

function simplifyObject(node: JsonObject): void {
  const { propertyNames, patternProperties, dependentSchemas } = node;
  for (const key of ['additionalProperties', 'unevaluatedProperties']) if (isNever(node[key])) node[key] = false;
  if (isObject(propertyNames) && isSame(withoutWords(propertyNames), { type: 'string' })) delete node['propertyNames'];
  if (isObject(patternProperties) && (node['additionalProperties'] ?? node['unevaluatedProperties'] ?? true) === true)
    node['patternProperties'] = pick(patternProperties, ([, schema]) => !isAnything(schema));
  if (isObject(dependentSchemas)) {
    node['dependentSchemas'] = pick(dependentSchemas, (entry) => !isOfNames(entry));
    for (const [name, schema] of Object.entries(dependentSchemas).filter(isOfNames))
      if (isObject(schema)) addDependent(node, name, listOf(schema['required']));
  }
  const { dependentRequired } = node;
  const required = listOf(node['required']);
  if (isObject(dependentRequired))
    node['dependentRequired'] = pick(
      dependentRequired,
      ([, names]) => !listOf(names).every((name) => required.includes(name)),
    );
}

/** Whether a schema says of fields that come together no more than which. */
function isOfNames([, schema]: [string, Json]): boolean {
  return isObject(schema) && Object.keys(schema).every((key) => key === 'required' || isWords(key));
}

function addDependent(node: JsonObject, name: string, names: readonly Json[]): void {
  const known = isObject(node['dependentRequired']) ? node['dependentRequired'] : {};
  node['dependentRequired'] = { ...known, [name]: [...new Set([...listOf(known[name]), ...names])] };
}

function pick(map: JsonObject, isKept: (entry: [string, Json]) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(isKept));
}

function withoutWords(node: JsonObject): JsonObject {
  return pick(node, ([key]) => !isWords(key));
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
