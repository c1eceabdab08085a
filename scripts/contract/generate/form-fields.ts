import {
  ContractError,
  attempt,
  attemptEach,
  child,
  childrenOf,
  follow,
  isObject,
  itemsOf,
  removable,
} from '../read/document';
import type { JsonObject, OpenApiDocument, Place, Remedy } from '../read/document';
import { defaultOf } from './parameters';
import type { FileField as FileDescriptor, ValueField } from '../../../src/http/contract/descriptors';
import { code } from './print';
import type { Code } from './print';
import type { SchemaSet } from './schemas';
import { isFile, isRawEncoding } from './file-fields';
import type { FileField, FormKind } from './file-fields';
import { describeShape, shapeOf } from './shapes';

export interface FormTarget {
  document: OpenApiDocument;
  schemas: SchemaSet;
  kind: FormKind;
}

/** The properties of the schema of a form, through references and alternatives: a name may come more than once. */
export function eachField(document: OpenApiDocument, schema: Place): [name: string, place: Place][] {
  return eachPart(document, schema).flatMap(({ place }) => childrenOf(place, 'properties'));
}

/** The schemas that a form's schema consists of, each once. `isCertain`: what it requires is required in every alternative. */
function eachPart(document: OpenApiDocument, start: Place): FormPart[] {
  const parts = new Map<string, FormPart>();
  const inside = new Set<string>();
  visit(start, true);
  return [...parts.values()];

  function visit(place: Place, isCertain: boolean): void {
    const { node, pointer } = place;
    if (!isObject(node)) throw new ContractError(pointer, 'the schema of a form is an object');
    if (inside.has(pointer)) throw new ContractError(pointer, 'the schema of a form contains itself');
    const known = parts.get(pointer);
    if (known && (known.isCertain || !isCertain)) return;
    inside.add(pointer);
    if (node['$ref'] !== undefined) visit(follow(document, place), isCertain);
    for (const part of itemsOf(place, 'allOf')) visit(part, isCertain);
    for (const part of [...itemsOf(place, 'anyOf'), ...itemsOf(place, 'oneOf')]) visit(part, false);
    inside.delete(pointer);
    parts.set(pointer, { place, node, isCertain });
  }
}

interface FormPart {
  place: Place;
  node: JsonObject;
  isCertain: boolean;
}

interface Found {
  places: [Place, ...Place[]];
  isRequired: boolean;
}

/** The fields of a form, as literals. @throws ContractError for what cannot be read field by field. */
export function readFields({ document, schemas, kind }: FormTarget, media: Place, schema: Place, hint: string) {
  const found = new Map<string, Found>();
  const parts = eachPart(document, schema);
  for (const { place } of parts) {
    for (const [name, property] of childrenOf(place, 'properties')) {
      const field = found.get(name);
      if (field) field.places.push(property);
      else found.set(name, { places: [property], isRequired: false });
    }
  }
  // a schema may require what another one beside it describes
  for (const { place, node, isCertain } of parts) {
    attempt(document, () => checkPart(place, node), undefined);
    for (const [name, pointer, at] of eachRequired(place)) {
      if (!found.has(name))
        document.refuse(removable(pointer, `requires ${JSON.stringify(name)}, which is no field of the form`, at));
    }
    const required = Array.isArray(node['required']) && isCertain ? node['required'] : [];
    for (const name of required) {
      const field = typeof name === 'string' ? found.get(name) : undefined;
      // of what only answers have a request can require nothing
      if (field && !field.places.some(isReadOnly)) field.isRequired = true;
    }
  }
  const encodings = new Map(childrenOf(media, 'encoding'));
  for (const [name, place] of encodings) {
    if (!found.has(name)) document.refuse(removable(place.pointer, 'is the encoding of no field of the form'));
  }
  const fields = attemptEach(document, [...found], describe);
  const isClosed = parts.some(({ node }) => OTHERS.some((key) => node[key] === false));
  return { fields, isClosed };

  function describe(name: string, { places, isRequired }: Found): FileDescriptor | ValueField<Code> {
    const [place, ...others] = places;
    const encoding = readEncoding(encodings.get(name));
    const files = places.map((one) => isFile(document, one, kind));
    const [file] = files;
    if (file) {
      if (files.some((other) => !other || Boolean(other.list) !== Boolean(file.list))) throw mixed(places, files);
      return {
        isFile: true,
        isArray: file.list !== undefined,
        isRequired,
        contentTypes: encoding.contentTypes ?? mediaTypesOf(file.file),
        ...(isObject(file.file.node) && file.file.node['x-text-is-taken'] === true ? { takesText: true } : {}),
      };
    }
    if (files.some(Boolean)) throw mixed(places, files);
    for (const one of places) refuseNestedFiles(one, new Set());
    const shape = shapeOf(document, ...places);
    if (encoding.isDelimited && !shape.array)
      throw removable(place.pointer, 'only an array can be delimited', `${encodings.get(name)?.pointer}/explode`);
    const validator = others.length > 0 ? undefined : schemas.add(place, 'request', `${hint}_${name}`);
    const fallback = places.map((one) => defaultOf(document, one)).find((value) => value !== undefined);
    const isDefaulted = fallback !== undefined && fallback !== null;
    if (isDefaulted && validator !== undefined) schemas.addDefault(place, fallback, validator);
    return {
      isFile: false,
      isRequired,
      shape: describeShape(shape, schemas, `${hint}_${name}`),
      ...(encoding.isDelimited ? { delimiter: ',' } : {}),
      ...(isDefaulted ? { default: fallback } : {}),
      validate: validator === undefined ? null : code(`validate.${validator}`),
    };
  }

  /** A file can be a field of the form, not a part of a value. */
  function refuseNestedFiles(place: Place, seen: Set<string>): void {
    if (seen.has(place.pointer) || !isObject(place.node)) return;
    seen.add(place.pointer);
    if (place.node['$ref'] !== undefined) refuseNestedFiles(follow(document, place), seen);
    for (const key of ['format', 'contentEncoding']) {
      if (place.node[key] === 'binary' || (key === 'contentEncoding' && isRawEncoding(place.node[key])))
        throw removable(place.pointer, 'a file cannot be inside of another field', `${place.pointer}/${key}`);
    }
    if (isObject(place.node['items'])) refuseNestedFiles(child(place, 'items'), seen);
    for (const [, property] of childrenOf(place, 'properties')) refuseNestedFiles(property, seen);
    for (const key of ['allOf', 'anyOf', 'oneOf'])
      for (const part of itemsOf(place, key)) refuseNestedFiles(part, seen);
  }
}

/** The parts of the schema in which the field is no file go. */
function mixed(places: readonly Place[], files: readonly (FileField | undefined)[]): ContractError {
  const at = places.filter(
    (_place, index) => !files[index] || Boolean(files[index].list) !== Boolean(files.find(Boolean)?.list),
  );
  return new ContractError(
    places[0]?.pointer ?? '#',
    'is a file in one part of the schema and something else in another',
    {
      remedy: at.map((place) => ({ at: place.pointer, remove: true })),
    },
  );
}

/** @throws ContractError for fields without a name in the contract: nothing could be said of their type. */
function checkPart({ pointer }: Place, node: JsonObject): void {
  const types = [node['type'] ?? 'object'].flat().filter((type) => type !== 'null');
  if (types.length !== 1 || types[0] !== 'object') {
    const remedy: Remedy[] = [{ at: `${pointer}/type`, remove: true }];
    for (const key of ['items', 'format', 'enum']) {
      if (node[key] !== undefined) remedy.push({ at: `${pointer}/${key}`, remove: true });
    }
    throw new ContractError(`${pointer}/type`, 'a form is an object', { remedy });
  }
  const unnamed = ['patternProperties', ...OTHERS].find((key) => {
    const others = node[key];
    return isObject(others) && Object.keys(others).length > 0;
  });
  if (unnamed !== undefined) throw removable(`${pointer}/${unnamed}`, 'the fields of a form have names');
}

const OTHERS = ['additionalProperties', 'unevaluatedProperties'];

/** What a part requires, on its own or on a condition: a name that is no field could never be given. */
function eachRequired(place: Place): [name: string, pointer: string, toRemove: string][] {
  const { node, pointer } = place;
  if (!isObject(node)) return [];
  const own = Array.isArray(node['required']) ? node['required'].map(String) : [];
  const dependentAt = `${pointer}/dependentRequired`;
  const dependent = childrenOf(place, 'dependentRequired').flatMap(([, { node: names }]) => [names].flat().map(String));
  const conditional = ['then', 'else'].filter((key) => node[key] !== undefined).map((key) => child(place, key));
  const below = [...conditional, ...childrenOf(place, 'dependentSchemas').map(([, schema]) => schema)];
  return [
    ...own.map((name, index): [string, string, string] => [
      name,
      `${pointer}/required`,
      `${pointer}/required/${index}`,
    ]),
    ...dependent.map((name): [string, string, string] => [name, dependentAt, dependentAt]),
    ...below.flatMap(eachRequired),
  ];
}

function isReadOnly({ node }: Place): boolean {
  return isObject(node) && node['readOnly'] === true;
}

function mediaTypesOf({ node }: Place): string[] {
  const type = isObject(node) ? node['contentMediaType'] : undefined;
  return typeof type === 'string' && type !== 'application/octet-stream' ? [type] : [];
}

function readEncoding(place: Place | undefined): { contentTypes: string[] | undefined; isDelimited: boolean } {
  if (!place || !isObject(place.node)) return { contentTypes: undefined, isDelimited: false };
  const { contentType, style, explode, headers } = place.node;
  if (isObject(headers) && Object.keys(headers).length > 0)
    throw removable(`${place.pointer}/headers`, 'headers of a part cannot be checked');
  if (style !== undefined && style !== 'form' && style !== 'deepObject') {
    throw removable(`${place.pointer}/style`, `the style ${JSON.stringify(style)} cannot be read from a form`);
  }
  return {
    contentTypes: typeof contentType === 'string' ? contentType.split(',').map((type) => type.trim()) : undefined,
    isDelimited: style === 'form' && explode === false,
  };
}
