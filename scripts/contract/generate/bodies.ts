import type { SchemaObject } from 'ajv';
import { ANNOTATION_FORMATS } from './ajv';
import { ContractError, attemptEach, child, childrenOf, follow, isObject, itemsOf } from '../read/document';
import type { JsonObject, OpenApiDocument, Place, Remedy } from '../read/document';
import { isFile } from './file-fields';
import type { FormKind } from './file-fields';
import { readFields } from './form-fields';
import type { FormTarget } from './form-fields';
import { refuseUnchecked } from './keywords';
import { JSON_TYPE } from './parameters';
import type { BodyDescriptor, MediaDescriptor } from '../../../src/http/contract/descriptors';
import { code } from './print';
import type { Code } from './print';
import type { SchemaSet } from './schemas';
import { propertyNamesOf } from './shapes';
import { hiddenIn } from './sides';

const FORM_TYPES: Readonly<Record<string, FormKind>> = {
  'multipart/form-data': 'multipart',
  'application/x-www-form-urlencoded': 'urlencoded',
};

/** A request body by media type. A media type whose checks cannot be made is `unsupported`, and so refused: never let through. */
export function readBody(
  document: OpenApiDocument,
  schemas: SchemaSet,
  place: Place,
  hint: string,
): BodyDescriptor<Code> {
  const content = childrenOf(place, 'content');
  if (content.length === 0) {
    const remedy: Remedy[] = [{ at: place.pointer, update: { content: { 'application/octet-stream': {} } } }];
    throw new ContractError(place.pointer, 'a request body has content', { remedy });
  }
  return {
    isRequired: isObject(place.node) && place.node['required'] === true,
    content: attemptEach(document, content, (mediaType, media) =>
      readMedia(document, schemas, mediaType, media, hint, content.length > 1),
    ),
  };
}

function readMedia(
  document: OpenApiDocument,
  schemas: SchemaSet,
  mediaType: string,
  media: Place,
  hint: string,
  isOneOfMany: boolean,
): MediaDescriptor<Code> {
  const schema = isObject(media.node) && media.node['schema'] !== undefined ? child(media, 'schema') : undefined;
  const name = `${hint}_body${isOneOfMany ? `_${mediaType}` : ''}`;
  const kind = FORM_TYPES[mediaType.toLowerCase()];
  if (kind) {
    if (!schema) {
      const remedy: Remedy[] = [{ at: media.pointer, update: { schema: { type: 'object' } } }];
      throw new ContractError(media.pointer, 'a form has a schema', { remedy });
    }
    const target = { document, schemas, kind };
    const fields = readFields(target, media, schema, name);
    const whole = schemas.addMade(wholeForm(target, schema), schema, `${name}_form`);
    return { kind, isClosed: fields.isClosed, fields: fields.fields, validate: code(`validate.${whole}`) };
  }
  if (JSON_TYPE.test(mediaType)) {
    const names = schema ? propertyNamesOf(document, schema) : [];
    return { kind: 'json', names, validate: schema ? code(`validate.${schemas.add(schema, 'request', name)}`) : null };
  }
  if (!schema || isOpaque(document, schema)) return { kind: 'raw' };
  document.warn(
    media.pointer,
    `bodies of ${mediaType} cannot be checked against their schema: they are refused with 415`,
  );
  return { kind: 'unsupported' };
}

/** One media type of a response: its validator, or null where the body is bytes. */
export function readContent(
  document: OpenApiDocument,
  schemas: SchemaSet,
  mediaType: string,
  media: Place,
  hint: string,
): Code | null {
  const schema = isObject(media.node) && media.node['schema'] !== undefined ? child(media, 'schema') : undefined;
  if (!JSON_TYPE.test(mediaType)) {
    if (schema && !isOpaque(document, schema))
      document.warn(media.pointer, `responses of ${mediaType} are not checked against their schema`);
    return null;
  }
  return schema ? code(`validate.${schemas.add(schema, 'response', `${hint}_${mediaType}`)}`) : null;
}

/** A schema of bytes or of any text: there is nothing to check. */
function isOpaque({ annotations }: OpenApiDocument, schema: Place): boolean {
  if (!isObject(schema.node)) return schema.node === true;
  const checks = Object.keys(schema.node).filter(
    (key) =>
      !key.startsWith('x-') &&
      !annotations.has(key) &&
      ![
        'title',
        'description',
        'example',
        'examples',
        'contentMediaType',
        'contentEncoding',
        'type',
        'format',
      ].includes(key),
  );
  const { type, format = 'binary' } = schema.node;
  return (
    checks.length === 0 &&
    (type === undefined || type === 'string') &&
    ANNOTATION_FORMATS.some((name) => name === format)
  );
}

/** How many schemas a form may consist of, each counted as often as it is referred to. */
const MAX_PARTS = 1000;

/** The schema of the whole form, in which a file is anything: it was checked, and stored, as it came. */
function wholeForm(target: FormTarget, start: Place): SchemaObject {
  const { document, schemas } = target;
  let parts = 0;
  return read(start, new Set(), new Set());

  function read(place: Place, stack: ReadonlySet<string>, hiddenAround: ReadonlySet<string>): SchemaObject {
    if (!isObject(place.node)) throw new ContractError(place.pointer, 'the schema of a form is an object');
    if (stack.has(place.pointer)) throw new ContractError(place.pointer, 'the schema of a form contains itself');
    if ((parts += 1) > MAX_PARTS) {
      throw new ContractError(start.pointer, `its parts refer to each other more than ${MAX_PARTS} times`);
    }
    const inside = new Set(stack).add(place.pointer);
    const hidden = new Set([...hiddenAround, ...hiddenIn(document, place, 'request')]);
    if (place.node['$ref'] !== undefined) {
      const referred = read(follow(document, place), inside, hidden);
      const { $ref: _, ...beside } = place.node;
      return Object.keys(beside).length === 0 || document.version === '3.0'
        ? referred
        : { allOf: [referred, read({ pointer: place.pointer, node: beside }, stack, hidden)] };
    }
    refuseUnchecked(place);
    const checks = schemas.normalise({ pointer: place.pointer, node: without(place.node) }, 'request', hidden);
    const result = asObject(checks);
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const members = itemsOf(place, key);
      if (members.length > 0)
        result[key] = members.map((member) => read(member, inside, key === 'allOf' ? hidden : new Set()));
    }
    const properties = childrenOf(place, 'properties');
    if (properties.length > 0) {
      result['properties'] = Object.fromEntries(
        properties.map(([name, property]) => [name, fieldSchema(target, property)]),
      );
    }
    return result;
  }
}

function asObject(schema: SchemaObject | boolean): SchemaObject {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { not: {} };
}

const OF_THE_FORM = new Set(['properties', 'allOf', 'anyOf', 'oneOf', 'additionalProperties', 'nullable']);

function without(node: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !OF_THE_FORM.has(key)));
}

function fieldSchema({ document, schemas, kind }: FormTarget, property: Place): SchemaObject | boolean {
  const file = isFile(document, property, kind);
  if (!file) return schemas.refTo(property, 'request');
  return file.list ? schemas.normalise({ pointer: file.list.pointer, node: listChecks(file.list) }, 'request') : true;
}

function listChecks({ node }: Place): Place['node'] {
  return isObject(node) ? Object.fromEntries(Object.entries(node).filter(([key]) => key !== 'items')) : {};
}
