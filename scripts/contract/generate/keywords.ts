import type { SchemaObject } from 'ajv';
import { ContractError, childrenOf, escapePointer, isObject, removable } from '../read/document';
import type { OpenApiDocument, Place, Remedy } from '../read/document';
import { ANNOTATIONS, LISTS_OF_SCHEMAS, MAPS_OF_SCHEMAS, ONE_SCHEMA, UNSUPPORTED, VALUES } from '../read/json-schema';
import { nameMeantBy, renaming } from '../read/misspelt';
import { fastPattern } from './patterns';

const CHECKS = [VALUES, ONE_SCHEMA, LISTS_OF_SCHEMAS, MAPS_OF_SCHEMAS];
const CHECK_NAMES = CHECKS.flatMap((keys) => Array.from(keys));

/** Whether something is said of every keyword of this name. */
export function isKnown(key: string): boolean {
  return key === '$ref' || [UNSUPPORTED, ANNOTATIONS, ...CHECKS].some((keys) => keys.has(key));
}

/** What a reference to the schema around it means, where nothing refers to that from outside with another meaning. */
function recursionOf({ root }: OpenApiDocument, { pointer, node }: Place, key: string): string | undefined {
  const value = isObject(node) && node['allOf'] === undefined ? node[key] : undefined;
  if (key === '$recursiveRef' && value === '#') return /^#\/components\/schemas\/[^/]+/.exec(pointer)?.[0];
  if (key !== '$dynamicRef' || typeof value !== 'string') return undefined;
  const schemas = childrenOf({ pointer: '#/components', node: root['components'] ?? {} }, 'schemas');
  const found = schemas.filter(
    ([, schema]) => isObject(schema.node) && schema.node['$dynamicAnchor'] === value.slice(1),
  );
  return found.length === 1 ? found[0]?.[1].pointer : undefined;
}

/** A keyword that nothing here knows. One that is near to a check is taken for that check, misspelt: else it would be lost. */
export function refuseUnknown(document: OpenApiDocument, { pointer, node }: Place, key: string): void {
  const { annotations, refuse } = document;
  const at = `${pointer}/${escapePointer(key)}`;
  if (UNSUPPORTED.has(key)) {
    const fault = 'is a keyword that cannot be checked';
    const $ref = recursionOf(document, { pointer, node }, key);
    if ($ref === undefined) return refuse(removable(at, fault));
    const isAlone = isObject(node) && Object.keys(node).length === 1;
    // an overlay puts no $ref beside what is there
    const remedy: Remedy[] = [
      { at, remove: true },
      { at: pointer, update: isAlone ? { $ref } : { allOf: [{ $ref }] } },
    ];
    return refuse(new ContractError(at, `${fault}, and means ${$ref}`, { remedy }));
  }
  if (annotations.has(key)) return;
  const meant = nameMeantBy(key, CHECK_NAMES);
  if (isObject(node) && meant !== undefined && node[meant] === undefined) {
    const remedy = renaming(pointer, key, meant, node[key] ?? null);
    return refuse(
      new ContractError(at, `the keyword ${JSON.stringify(key)} is not known: is it ${meant}?`, { remedy }),
    );
  }
  const fault = `the keyword ${JSON.stringify(key)} is not known: where it checks nothing, name it in \`x-annotation-keywords\` of the document`;
  refuse(new ContractError(at, fault, { remedy: [{ at: '#', update: { 'x-annotation-keywords': [key] } }] }));
}

/** `exclusiveMinimum: true` beside `minimum` is the form of 3.0, and occurs in 3.1 documents, too. */
export function useNumbersAsBounds(schema: SchemaObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    const isExclusive = schema[exclusive] && schema[bound] !== undefined;
    delete schema[exclusive];
    if (!isExclusive) continue;
    schema[exclusive] = schema[bound] as unknown;
    delete schema[bound];
  }
}

/** `nullable` of OpenAPI 3.0, which occurs in 3.1 documents, too. */
export function allowNull(schema: SchemaObject): SchemaObject {
  const type = schema['type'] as unknown;
  const isSimple = (typeof type === 'string' || Array.isArray(type)) && !('enum' in schema) && !('const' in schema);
  if (isSimple && !('allOf' in schema || 'anyOf' in schema || 'oneOf' in schema || 'not' in schema)) {
    const types = [type].flat();
    return Object.assign(schema, { type: types.includes('null') ? types : [...types, 'null'] });
  }
  return { anyOf: [schema, { type: 'null' }] };
}

/** Every pattern as the validator takes it. @throws ContractError */
export function usePatterns({ warn }: OpenApiDocument, { pointer }: Place, schema: SchemaObject): true {
  const { pattern, patternProperties } = schema as { pattern?: unknown; patternProperties?: object };
  if (typeof pattern === 'string')
    schema['pattern'] = fastPattern(pattern, `${pointer}/pattern`, warn, schema['maxLength']);
  if (patternProperties === undefined) return true;
  const at = `${pointer}/patternProperties`;
  const written = Object.entries(patternProperties).map(([source, checks]) => [
    fastPattern(source, `${at}/${escapePointer(source)}`, warn),
    checks,
  ]);
  const patterns = Object.fromEntries(written);
  if (Object.keys(patterns).length < written.length) throw removable(at, 'has two patterns that mean the same');
  schema['patternProperties'] = patterns;
  return true;
}

export function dropPatterns(schema: SchemaObject): void {
  delete schema['pattern'];
  delete schema['patternProperties'];
}

const FLAGS = ['nullable', 'readOnly', 'writeOnly'];

/** What no validator would look at, or look for. @throws ContractError */
export function refuseUnchecked({ node, pointer }: Place): void {
  if (!isObject(node)) return;
  for (const flag of FLAGS) {
    if (node[flag] !== undefined && typeof node[flag] !== 'boolean')
      throw removable(`${pointer}/${flag}`, 'must be true or false');
  }
  for (const key of [...MAPS_OF_SCHEMAS, 'dependentRequired']) {
    const map = node[key];
    // ajv leaves it out, and JSON bodies lose it: whoever copies such an object would set its prototype
    if (isObject(map) && Object.hasOwn(map, '__proto__'))
      throw removable(`${pointer}/${key}/__proto__`, 'a property of this name cannot be checked');
  }
}
