import { hiddenIn } from '../contract/generate/sides';
import type { Direction } from '../contract/generate/sides';
import { isNullBranch, isObject, keyOf } from '../contract/read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../contract/read/document';
import { below, isReference, isSchemaPlace, rootOf, schemaAt } from '../contract/read/walk';
import type { Visit } from '../contract/read/walk';

/** Where a document is, for the references into it. */
export function baseOf(direction: Direction): string {
  return `https://contract.invalid/${direction}`;
}

/**
 * A document with its schemas as JSON Schema 2020-12: 3.0 has other keywords. Without examples, which can have an `$id`,
 * and that would be a place to refer to.
 */
export function asJsonSchema(document: OpenApiDocument, direction: Direction): JsonObject {
  return convertEntries(rootOf(document.root), { document, direction, hidden: [] });
}

/** One schema of a document, with references into the whole. */
export function schemaAsJsonSchema(
  document: OpenApiDocument,
  direction: Direction,
  place: Place,
): JsonObject | boolean {
  const schema = convert(schemaAt(place), { document, direction, hidden: [] });
  return isObject(schema) ? schema : schema !== false;
}

interface Context {
  document: OpenApiDocument;
  direction: Direction;
  /** What a schema around an `allOf` says that a direction does not have. */
  hidden: readonly string[];
}

function convert(visit: Visit, context: Context): Json {
  const { node, under } = visit;
  const { document, direction } = context;
  if (Array.isArray(node)) return below(visit).map((item) => convert(item, context));
  if (!isObject(node)) return node;
  const $ref = `${baseOf(direction)}${typeof node['$ref'] === 'string' ? node['$ref'] : '#'}`;
  if (!isSchemaPlace(visit)) return isReference(visit) ? { $ref } : convertEntries(visit, { ...context, hidden: [] });
  if (isReference(visit) && document.version === '3.0') return { $ref };
  if (isNullBranch(node) && ['anyOf', 'oneOf'].includes(under)) return { type: 'null' };
  const around = under === 'allOf' ? context.hidden : [];
  const hidden = [...around, ...hiddenIn(document, visit, direction)];
  const { nullable, ...schema } = convertEntries(visit, { ...context, hidden });
  useNumbersAsBounds(schema);
  const { required } = schema;
  if (Array.isArray(required)) schema['required'] = required.filter((name) => !hidden.some((one) => one === name));
  for (const key of ['enum', 'const']) if (node[key] !== undefined) schema[key] = node[key];
  if (isReference(visit)) schema['$ref'] = $ref;
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function convertEntries(visit: Visit, context: Context): JsonObject {
  return Object.fromEntries(
    below(visit).map((one) => [keyOf(one.pointer.slice(one.pointer.lastIndexOf('/') + 1)), convert(one, context)]),
  );
}

/** `exclusiveMinimum: true` of OpenAPI 3.0. */
function useNumbersAsBounds(schema: JsonObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const { [bound]: value, [exclusive]: isExclusive } = schema;
    if (typeof isExclusive !== 'boolean') continue;
    delete schema[exclusive];
    if (isExclusive && value !== undefined) schema[exclusive] = value;
  }
}

/** Many documents have patterns that are none under the flag `u`, such as `^[\w-.]$`. @throws SyntaxError for what is none at all. */
export function readPattern(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}
