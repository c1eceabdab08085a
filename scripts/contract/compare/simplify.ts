import { isObject } from '../read/document';
import type { Json, JsonObject } from '../read/document';
import { isWords } from './checks';
import { isSame, typeOf } from './json';

/**
 * The same schema in one of its spellings. What another keyword implies stays: left out, it would seem to be new once
 * that keyword is gone.
 */
export function simplify(schema: Json): Json {
  if (!isObject(schema)) return schema;
  if (isNever(schema)) return false;
  const node = { ...schema };
  simplifyNot(node);
  simplifyNumbers(node);
  simplifyList(node);
  simplifyObject(node);
  return node;
}

/** Whether no value fits. */
export function isNever(schema: Json | undefined): boolean {
  if (!isObject(schema)) return schema === false;
  return schema['not'] !== undefined && isAnything(schema['not']) && schema['nullable'] !== true;
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
    Number.isInteger(multipleOf) || (numbers.length > 0 && numbers.every((value) => typeOf(value) === 'integer'));
  if (isWhole && type !== undefined)
    node['type'] = [...new Set([type].flat().map((name) => (name === 'number' ? 'integer' : name)))];
}

const EVALUATING = ['$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'contains'];

function simplifyList(node: JsonObject): void {
  const { prefixItems, contains, minContains, maxContains } = node;
  // other parts can evaluate items as well
  const isAlone = node['items'] === undefined && !EVALUATING.some((key) => node[key] !== undefined);
  const others = isAlone ? 'unevaluatedItems' : 'items';
  if (isNever(node[others])) {
    const most = Array.isArray(prefixItems) ? prefixItems.length : 0;
    const { maxItems } = node;
    node['maxItems'] = typeof maxItems === 'number' ? Math.min(most, maxItems) : most;
    delete node[others];
  }
  if (contains === undefined || (minContains === 0 && maxContains === undefined))
    for (const key of ['contains', 'minContains', 'maxContains']) delete node[key];
}

function simplifyObject(node: JsonObject): void {
  const { propertyNames, dependentSchemas } = node;
  for (const key of ['additionalProperties', 'unevaluatedProperties']) if (isNever(node[key])) node[key] = false;
  if (isObject(propertyNames) && isSame(withoutWords(propertyNames), { type: 'string' })) delete node['propertyNames'];
  if (isObject(dependentSchemas)) {
    node['dependentSchemas'] = pick(dependentSchemas, (entry) => !isOfNames(entry));
    for (const [name, schema] of Object.entries(dependentSchemas).filter(isOfNames))
      if (isObject(schema)) addDependent(node, name, listOf(schema['required']));
  }
  const { dependentRequired } = node;
  if (isObject(dependentRequired))
    node['dependentRequired'] = pick(dependentRequired, ([, names]) => listOf(names).length > 0);
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
