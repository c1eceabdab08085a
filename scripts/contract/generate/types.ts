import ts from 'typescript';
import { createConfig } from '@redocly/openapi-core';
import { astToString, resolveRef, scanDiscriminators, transformSchema } from 'openapi-typescript';
import type { GlobalContext, OpenAPI3, SchemaObject } from 'openapi-typescript';
import { child, childrenOf, follow, isNullBranch, isObject, resolve } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import { isFile } from './file-fields';
import { eachField } from './form-fields';
import { createNames } from './names';
import { listOperations } from './operations';
import { JSON_TYPE } from './parameters';
import { FIRST_LINE } from './print';
import { useAliases } from './recursive-types';
import { useHelpers } from './type-helpers';
import { below, isData, isReference, isSchemaPlace, rootOf, schemaAt, step } from '../read/walk';
import type { Visit } from '../read/walk';

/** openapi-typescript's options that are not used. */
const OFF = {
  additionalProperties: false,
  alphabetize: false,
  arrayLength: false,
  conditionalEnums: false,
  dedupeEnums: false,
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
  const prepared = readableBy(document);
  const readable: OpenAPI3 = JSON.parse(JSON.stringify(prepared));
  const options = {
    silent: true,
    // nothing puts a default into a body: what may be absent stays so in the type
    defaultNonNullable: false,
    // an object of which nothing is said may have any property
    emptyObjectsUnknown: true,
    // what only a request or only an answer has: `Call` and `Answer` take their side
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
  return `${FIRST_LINE}\n${astToString(useHelpers(useAliases(ast, prepared)))}`;
}

/** What has a name in the types: openapi-typescript cannot reach into a schema. */
const NAMED = /^#\/components\/[^/]+\/[^/]+$/;
const TO_COPY = new Set(['parameters', 'responses', 'headers', 'requestBody', 'requestBodies']);

/** The document as openapi-typescript can read it: without examples, and with every file as `format: binary`. */
function readableBy(document: OpenApiDocument): JsonObject {
  const files = filePointers(document);
  const schemas = childrenOf(child(rootOf({ components: {}, ...document.root }), 'components'), 'schemas');
  const names = createNames(schemas.map(([name]) => name));
  /** By pointer: the schemas that get a name because something refers to them. */
  const named = new Map<string, string>();
  const added: JsonObject = {};

  const readable = asObject(prepare(rootOf(document.root)));
  const components = asObject(readable['components'] ?? {});
  return {
    ...readable,
    components: { ...components, schemas: { ...asObject(components['schemas'] ?? {}), ...added } },
  };

  function prepare(visit: Visit): Json {
    const { node, pointer, isMap } = visit;
    if (Array.isArray(node)) return below(visit).map(prepare);
    if (!isObject(node)) return node;
    if (!isMap && (visit.under === 'anyOf' || visit.under === 'oneOf') && isNullBranch(node)) return { type: 'null' };
    if (isReference(visit) && !isSchemaPlace(visit) && TO_COPY.has(visit.under)) {
      const target = resolve(document, visit);
      if (!NAMED.test(target.pointer)) return prepare({ ...visit, ...target });
    }
    const result: JsonObject = {};
    for (const [key, value] of Object.entries(node)) {
      if (isMap || !isData(key)) define(result, key, prepare(step(visit, key, value)));
      else if (KEPT.has(key)) define(result, key, key === 'default' && isObject(value) ? {} : value);
    }
    if (isMap) return result;
    if (isReference(visit) && isSchemaPlace(visit)) result['$ref'] = referTo(follow(document, visit));
    useSchemaOfContent(result);
    if (files.has(pointer)) Object.assign(result, { type: 'string', format: 'binary' });
    else if (result['format'] === 'binary' && !isBytes(pointer)) delete result['format'];
    if (document.version === '3.1' && typeof result['$ref'] === 'string' && result['nullable'] === true) {
      return { anyOf: [{ $ref: result['$ref'] }, { type: 'null' }] };
    }
    return result;
  }

  function referTo(target: Place): string {
    if (NAMED.test(target.pointer)) return target.pointer;
    let name = named.get(target.pointer);
    if (name === undefined) {
      name = names.take(target.pointer.replace(/^#\/(components\/schemas\/)?/, '').replaceAll('~1', '_'));
      named.set(target.pointer, name); // before its content: it may refer to itself
      define(added, name, prepare(schemaAt(target)));
    }
    return `#/components/schemas/${name}`;
  }
}

/** A body that is all bytes; inside of JSON they are a string. */
function isBytes(pointer: string): boolean {
  const mediaType = /\/content\/([^/]+)\/schema$/.exec(pointer)?.[1]?.replaceAll('~1', '/');
  return mediaType !== undefined && !JSON_TYPE.test(mediaType);
}

/** Data that says something of the type. */
const KEPT = new Set(['default', 'enum', 'const']);

function asObject(node: Json): JsonObject {
  return isObject(node) ? node : {};
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
