import type { SchemaObject } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import standaloneCode from 'ajv/dist/standalone';
import { CALL, UNCHECKED_FORMATS, createAjv } from './ajv';
import {
  ContractError,
  DIALECTS,
  attempt,
  child,
  childrenOf,
  follow,
  isObject,
  keyOf,
  itemsOf,
  removable,
} from '../read/document';
import type { Json, OpenApiDocument, Place, Remedy } from '../read/document';
import { ANNOTATIONS, LISTS_OF_SCHEMAS, MAPS_OF_SCHEMAS, ONE_SCHEMA, VALUES } from '../read/json-schema';
import { allowNull, dropPatterns, refuseUnchecked, refuseUnknown, useNumbersAsBounds, usePatterns } from './keywords';
import { createNames } from './names';
import { messageOf } from '../read/text';
import { hiddenIn } from './sides';
import type { Direction } from './sides';

/** The schemas of a document that need a validator; each distinct one is compiled once. */
export interface SchemaSet {
  /** @returns the export of the validators module that checks the schema at `place`. */
  add(place: Place, direction: Direction, hint: string): string;
  /** The same for a JSON schema that was made from the document; references go through `refTo`. */
  addMade(schema: SchemaObject, place: Place, hint: string): string;
  /** The schema at `place` as JSON Schema 2020-12; what is `hidden` by a schema around it is not required. */
  normalise(place: Place, direction: Direction, hidden?: ReadonlySet<string>): SchemaObject | boolean;
  refTo(place: Place, direction: Direction): SchemaObject;
  /** A default that is put into requests: it must be a value of the schema that `validator` checks. */
  addDefault(place: Place, value: Json, validator: string): void;
  readonly defaults: readonly Default[];
  /** All validators as one CommonJS module that still requires ajv's run-time. @throws ContractError */
  compile(): { code: string; names: string[] };
}

export interface Default {
  pointer: string;
  value: Json;
  validator: string;
}

const NOTHING: ReadonlySet<string> = new Set();
const BASE = 'https://contract.invalid/';
export function createSchemaSet(document: OpenApiDocument): SchemaSet {
  const names = createNames();
  const schemas = new Map<string, { name: string; place: Place; schema: SchemaObject | boolean }>();
  const places = new WeakMap<object, string>();
  const ajv = createAjv(document);
  const unknownFormats = new Set<string>();
  /** Tells of every fault of a schema, where `ajv` ends at the first. */
  const shapes = new Ajv2020({ allErrors: true, strict: false, logger: false, validateFormats: false });
  const hasDirections = /"(readOnly|writeOnly)":true/.test(JSON.stringify(document.root));

  const defaults: Default[] = [];

  return { add, addMade, normalise, refTo, addDefault, defaults, compile };

  function add(start: Place, direction: Direction, hint: string): string {
    const place = skipReferences(start);
    const key = hasDirections ? `${direction} ${place.pointer}` : place.pointer;
    const known = schemas.get(key);
    if (known) return known.name;
    const component = /^#\/components\/schemas\/([^/]+)$/.exec(place.pointer)?.[1];
    const suffix = hasDirections && component ? `_${direction}` : '';
    const entry = {
      name: names.take(component ? `schema_${component}${suffix}` : hint),
      place,
      schema: true as SchemaObject | boolean,
    };
    schemas.set(key, entry); // before its content: a recursive schema comes back here
    entry.schema = normalise(place, direction);
    return entry.name;
  }

  function addMade(schema: SchemaObject, place: Place, hint: string): string {
    const name = names.take(hint);
    schemas.set(`made ${name}`, { name, place, schema });
    return name;
  }

  function refTo(place: Place, direction: Direction): SchemaObject {
    return { [CALL]: add(place, direction, nameOf(place.pointer)) };
  }

  function addDefault({ pointer }: Place, value: Json, validator: string): void {
    defaults.push({ pointer, value, validator });
  }

  /** @throws ContractError */
  function checkFormat(place: Place, format: unknown): void {
    if (typeof format !== 'string') return;
    if (UNCHECKED_FORMATS.includes(format))
      document.warn(`${place.pointer}/format`, `the format ${format} is not checked`);
    if (ajv.formats[format] !== undefined && !unknownFormats.has(format)) return;
    unknownFormats.add(format);
    ajv.addFormat(format, true); // or the next fault would be that it does not compile
    const fault = `the format ${JSON.stringify(format)} is not known: where nothing is to be checked, name it in \`x-annotation-formats\` of the document`;
    const remedy: Remedy[] = [{ at: '#', update: { 'x-annotation-formats': [format] } }];
    document.refuse(new ContractError(`${place.pointer}/format`, fault, { remedy }));
  }

  /** A node that is nothing but a reference is what it refers to. */
  function skipReferences(start: Place): Place {
    let place = start;
    const seen = new Set<string>();
    while (isObject(place.node) && place.node['$ref'] !== undefined && checksBesideReference(place).length === 0) {
      if (seen.has(place.pointer))
        throw removable(start.pointer, 'its $ref leads back to itself', `${start.pointer}/$ref`);
      seen.add(place.pointer);
      place = follow(document, place);
    }
    return place;
  }

  /** Keywords that stand beside a `$ref` and count: in 3.0 none does, and that is said. */
  function checksBesideReference(place: Place): string[] {
    if (!isObject(place.node)) return [];
    const beside = Object.keys(place.node).filter(
      (key) => key !== '$ref' && !key.startsWith('x-') && (!ANNOTATIONS.has(key) || key === 'nullable'),
    );
    if (document.version === '3.0' && beside.length > 0) {
      document.warn(place.pointer, `OpenAPI 3.0 ignores what stands beside a $ref: ${beside.join(', ')}`);
      return [];
    }
    return beside;
  }

  function normalise(
    place: Place,
    direction: Direction,
    hiddenAround: ReadonlySet<string> = NOTHING,
  ): SchemaObject | boolean {
    return attempt(document, () => normaliseNode(place, direction, hiddenAround), true);
  }

  function normaliseNode(
    place: Place,
    direction: Direction,
    hiddenAround: ReadonlySet<string>,
  ): SchemaObject | boolean {
    const { node } = place;
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) throw removable(place.pointer, 'a schema is an object or a boolean');
    refuseUnchecked(place);
    const hidden = hasDirections ? new Set([...hiddenAround, ...hiddenIn(document, place, direction)]) : hiddenAround;
    let result: SchemaObject = {};
    places.set(result, place.pointer);
    if (node['$ref'] !== undefined) {
      Object.assign(result, refTo(follow(document, place), direction));
      if (checksBesideReference(place).length === 0) return result;
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref' || key.startsWith('x-')) continue;
      else if (VALUES.has(key)) result[key] = value;
      else if (ONE_SCHEMA.has(key)) result[key] = normalise(child(place, key), direction);
      else if (LISTS_OF_SCHEMAS.has(key))
        result[key] = itemsOf(place, key).map((item) => normalise(item, direction, key === 'allOf' ? hidden : NOTHING));
      else if (MAPS_OF_SCHEMAS.has(key)) {
        result[key] = fromEntries(childrenOf(place, key).map(([name, schema]) => [name, normalise(schema, direction)]));
      } else if (!ANNOTATIONS.has(key)) refuseUnknown(document, place, key);
    }
    if (node['$schema'] !== undefined && !DIALECTS.has(node['$schema'])) {
      const fault = `the dialect ${JSON.stringify(node['$schema'])} is not supported`;
      document.refuse(removable(`${place.pointer}/$schema`, fault));
    }
    useNumbersAsBounds(result);
    // a name that is there twice is required all the same
    if (Array.isArray(node['required']))
      result['required'] = [...new Set(node['required'])].filter((name) => !isIn(hidden, name));
    if (node['nullable'] === true) result = allowNull(result);
    if (!attempt(document, () => usePatterns(document, place, result), false)) dropPatterns(result);
    checkFormat(place, node['format']);
    return result;
  }

  function compile(): { code: string; names: string[] } {
    const entries = [...schemas.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const exports: Record<string, string> = {};
    for (const { name, place, schema } of entries) {
      const id = `${BASE}${name}`;
      const whole = typeof schema === 'boolean' ? { $id: id, ...(schema ? {} : { not: {} }) } : { $id: id, ...schema };
      ajv.addSchema(hasPossibleShape(whole, place) ? whole : { $id: id });
      exports[name] = id;
    }
    for (const { name, place } of entries) {
      try {
        ajv.getSchema(`${BASE}${name}`);
      } catch (error) {
        document.refuse(new ContractError(place.pointer, `does not compile: ${messageOf(error)}`, { cause: error }));
      }
    }
    return { code: standaloneCode(ajv, exports), names: entries.map(({ name }) => name) };
  }

  /** @throws ContractError with the place in the document of each keyword that has an impossible value. */
  function hasPossibleShape(schema: SchemaObject, place: Place): boolean {
    if (shapes.validateSchema(schema) === true) return true;
    const found = new Set<string>();
    for (const { instancePath, message } of shapes.errors ?? []) {
      const pointer = placeOf(schema, place, instancePath);
      if (found.has(pointer)) continue;
      found.add(pointer);
      document.refuse(removable(pointer, `is no JSON Schema: it ${message ?? 'is wrong'}`));
    }
    return false;
  }

  function placeOf(schema: SchemaObject, place: Place, instancePath: string): string {
    let at: unknown = schema;
    let { pointer } = place;
    for (const token of instancePath.split('/').slice(1)) {
      at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, keyOf(token))?.value : undefined;
      pointer = (typeof at === 'object' && at !== null && places.get(at)) || `${pointer}/${token}`;
    }
    return pointer;
  }
}

function isIn(names: ReadonlySet<string>, name: unknown): boolean {
  return typeof name === 'string' && names.has(name);
}

/** A readable name for what has none. */
function nameOf(pointer: string): string {
  return pointer.replace(/^#\/(components\/)?/, '').replaceAll('~1', '_');
}

/** `Object.fromEntries` keeps a key `__proto__` as an own property, which assignment would not. */
function fromEntries<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries);
}
