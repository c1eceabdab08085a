import ts from 'typescript';
import { createConfig } from '@redocly/openapi-core';
import { astToString, resolveRef, scanDiscriminators, transformSchema } from 'openapi-typescript';
import type { GlobalContext, OpenAPI3, SchemaObject } from 'openapi-typescript';
import { child, escapePointer, isObject, resolve } from './document';
import type { Json, JsonObject, OpenApiDocument, Place } from './document';
import { eachField, isFile } from './form-fields';
import { listOperations } from './operations';
import { FIRST_LINE } from './print';

/** Keys whose value is a map: its keys are names, not keywords. */
const MAPS = new Set(
  `properties patternProperties dependentSchemas $defs definitions schemas responses headers requestBodies
  securitySchemes links callbacks pathItems paths content encoding variables mapping scopes`.split(/\s+/),
);

/** openapi-typescript's options that are not used. */
const OFF = {
  additionalProperties: false,
  alphabetize: false,
  arrayLength: false,
  conditionalEnums: false,
  dedupeEnums: false,
  emptyObjectsUnknown: false,
  enum: false,
  enumValues: false,
  excludeDeprecated: false,
  exportType: false,
  generatePathParams: false,
  immutable: false,
  makePathsEnum: false,
  pathParamsAsTypes: false,
  propertiesRequiredByDefault: false,
  rootTypes: false,
  rootTypesKeepCasing: false,
  rootTypesNoSchemaPrefix: false,
  postTransform: () => undefined,
  transformProperty: () => undefined,
} satisfies Partial<GlobalContext>;

/**
 * TypeScript types of the document, by openapi-typescript. It calls a file a string: here a file is a Blob, which is
 * what a client sends, and what `readForm` replaces by what became of the file.
 *
 * Only its transformation is used: its first step, Redocly's bundling, follows every reference on the stack, which a
 * few hundred schemas that lead to each other overflow, and has nothing to do here, where all references are local.
 */
export async function generateTypes(document: OpenApiDocument): Promise<string> {
  const blob = ts.factory.createTypeReferenceNode('Blob');
  const files = filePointers(document);
  const readable: OpenAPI3 = JSON.parse(JSON.stringify(prepare(document.root, '#', false)));
  const options = {
    silent: true,
    // nothing puts a default into a body: what may be absent stays so in the type
    defaultNonNullable: false,
    // what only a request or only an answer has: `Call` and `Reply` take their side
    readWriteMarkers: /"(readOnly|writeOnly)":true/.test(JSON.stringify(readable)),
    transform: (schema: SchemaObject) => (schema.format === 'binary' ? blob : undefined),
  };
  const ast = transformSchema(readable, {
    ...OFF,
    ...options,
    discriminators: scanDiscriminators(readable, options),
    injectFooter: [],
    redoc: await createConfig({}),
    resolve: (ref) => resolveRef(readable, ref, options),
  });
  return `${FIRST_LINE}\n${astToString(ast)}`;

  /** Without examples, which may hold a `$ref` or an `$id` of their own, and with every file as `format: binary`. */
  function prepare(node: Json, pointer: string, isMap: boolean): Json {
    if (Array.isArray(node)) return node.map((item, index) => prepare(item, `${pointer}/${index}`, false));
    if (!isObject(node)) return node;
    const result: JsonObject = {};
    for (const [key, value] of Object.entries(node)) {
      if (!isMap && isDropped(key)) continue;
      const kept = !isMap && key === 'default' && isObject(value) ? {} : value;
      const isMapBelow = !isMap && (MAPS.has(key) || (key === 'parameters' && isObject(value)));
      define(result, key, prepare(kept, `${pointer}/${escapePointer(key)}`, isMapBelow));
    }
    if (!isMap) useSchemaOfContent(result);
    if (files.has(pointer)) Object.assign(result, { type: 'string', format: 'binary' });
    if (document.version === '3.1' && !isMap && typeof result['$ref'] === 'string' && result['nullable'] === true) {
      return { anyOf: [{ $ref: result['$ref'] }, { type: 'null' }] };
    }
    return result;
  }
}

/** A parameter with JSON `content` is what the JSON holds. */
function useSchemaOfContent(parameter: JsonObject): void {
  const { in: location, name, content } = parameter;
  if (typeof location !== 'string' || typeof name !== 'string' || !isObject(content)) return;
  const [media] = Object.values(content);
  if (!isObject(media) || media['schema'] === undefined) return;
  parameter['schema'] = media['schema'];
  delete parameter['content'];
}

function isDropped(key: string): boolean {
  return key === 'example' || key === 'examples' || key.startsWith('x-');
}

/** An own property, even when it is called `__proto__`. */
function define(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function filePointers(document: OpenApiDocument): Set<string> {
  const found = new Set<string>();
  for (const { place } of listOperations(document)) {
    if (!isObject(place.node) || place.node['requestBody'] === undefined) continue;
    const schema = formSchemaOf(resolve(document, child(place, 'requestBody')));
    if (!schema) continue;
    for (const [, property] of eachField(document, schema)) {
      const field = isFile(document, property);
      if (field) found.add(field.file.pointer);
    }
  }
  return found;
}

function formSchemaOf(body: Place): Place | undefined {
  const content = isObject(body.node) && isObject(body.node['content']) ? child(body, 'content') : undefined;
  if (!content || !isObject(content.node) || !isObject(content.node['multipart/form-data'])) return undefined;
  const media = child(content, 'multipart/form-data');
  return isObject(media.node) && media.node['schema'] !== undefined ? child(media, 'schema') : undefined;
}
