import Ajv2020 from 'ajv/dist/2020';
import type { SchemaObject } from 'ajv';
import addFormats from 'ajv-formats';
import { _, getProperty } from 'ajv/dist/compile/codegen';
import standaloneCode from 'ajv/dist/standalone';
import { callRef } from 'ajv/dist/vocabularies/core/ref';
import { ContractError, DIALECTS, child, childrenOf, follow, isObject, itemsOf } from './document';
import type { OpenApiDocument, Place } from './document';
import { createNames } from './names';

/** Which half of an exchange a schema checks: `required` of a readOnly property counts in responses alone, and the reverse. */
export type Direction = 'request' | 'response';

/** The schemas of a document that need a validator; each distinct one is compiled once. */
export interface SchemaSet {
  /** @returns the export of the validators module that checks the schema at `place`. */
  add(place: Place, direction: Direction, hint: string): string;
  /** The same for a JSON schema that was made from the document; references go through `refTo`. */
  addMade(schema: SchemaObject, place: Place, hint: string): string;
  /** The schema at `place` as JSON Schema 2020-12. */
  normalise(place: Place, direction: Direction): SchemaObject | boolean;
  refTo(place: Place, direction: Direction): SchemaObject;
  /** All validators as one CommonJS module that still requires ajv's run-time. @throws ContractError */
  compile(): { code: string; names: string[] };
}

const BASE = 'https://contract.invalid/';
/**
 * Our keyword in the place of `$ref`: it calls the validator of that name. ajv compiles what a `$ref` leads to inside of
 * what it compiles, and some hundred schemas that lead to each other overflow the stack.
 */
const CALL = 'validateWith';

/** Formats that say something to people or to a decoder, not to a validator. Any other unknown one is an error. */
const ANNOTATION_FORMATS = ['binary', 'password', 'unixtime', 'timestamp', 'html', 'markdown', 'decimal'];

const VALUES = new Set(
  `type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems
  minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired format`.split(
    /\s+/,
  ),
);
const ONE_SCHEMA = new Set(
  'additionalProperties unevaluatedProperties unevaluatedItems items contains not if then else propertyNames'.split(
    ' ',
  ),
);
const LISTS_OF_SCHEMAS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** They say something and check nothing; `$defs` is reached through the references into it. */
const ANNOTATIONS = new Set(
  `title description default example examples deprecated readOnly writeOnly $comment externalDocs xml discriminator
  contentMediaType contentEncoding contentSchema nullable $defs definitions $schema`.split(/\s+/),
);

export function createSchemaSet(document: OpenApiDocument): SchemaSet {
  const names = createNames();
  const schemas = new Map<string, { name: string; place: Place; schema: SchemaObject | boolean }>();
  const places = new WeakMap<object, string>();
  const hasDirections = /"(readOnly|writeOnly)":true/.test(JSON.stringify(document.root));

  return { add, addMade, normalise, refTo, compile };

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

  /** A node that is nothing but a reference is what it refers to. */
  function skipReferences(start: Place): Place {
    let place = start;
    const seen = new Set<string>();
    while (isObject(place.node) && place.node['$ref'] !== undefined && checksBesideReference(place).length === 0) {
      if (seen.has(place.pointer)) throw new ContractError(start.pointer, 'its $ref leads back to itself');
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

  function normalise(place: Place, direction: Direction): SchemaObject | boolean {
    const { node } = place;
    if (typeof node === 'boolean') return node;
    if (!isObject(node)) throw new ContractError(place.pointer, 'a schema is an object or a boolean');
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
      else if (LISTS_OF_SCHEMAS.has(key)) result[key] = itemsOf(place, key).map((item) => normalise(item, direction));
      else if (MAPS_OF_SCHEMAS.has(key)) {
        result[key] = fromEntries(childrenOf(place, key).map(([name, schema]) => [name, normalise(schema, direction)]));
      } else if (!ANNOTATIONS.has(key))
        throw new ContractError(`${place.pointer}/${key}`, 'is a keyword that cannot be checked');
    }
    if (node['$schema'] !== undefined && !DIALECTS.has(node['$schema'])) {
      throw new ContractError(
        `${place.pointer}/$schema`,
        `the dialect ${JSON.stringify(node['$schema'])} is not supported`,
      );
    }
    useNumbersAsBounds(result);
    if (result['required'] !== undefined) skipOtherDirection(place, result, direction);
    if (node['nullable'] === true) result = allowNull(result);
    checkOwnKeywords(place, result);
    return result;
  }

  function skipOtherDirection(place: Place, schema: SchemaObject, direction: Direction): void {
    const flag = direction === 'request' ? 'readOnly' : 'writeOnly';
    const required = schema['required'] as unknown;
    if (!hasDirections || !Array.isArray(required)) return;
    const skipped = new Set<unknown>(
      childrenOf(place, 'properties')
        .filter(([, { node }]) => isObject(node) && node[flag] === true)
        .map(([name]) => name),
    );
    schema['required'] = required.filter((name) => !skipped.has(name));
  }

  function compile(): { code: string; names: string[] } {
    const ajv = createAjv();
    const entries = [...schemas.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const exports: Record<string, string> = {};
    for (const { name, place, schema } of entries) {
      const id = `${BASE}${name}`;
      const whole = typeof schema === 'boolean' ? { $id: id, ...(schema ? {} : { not: {} }) } : { $id: id, ...schema };
      checkShape(ajv, whole, place);
      ajv.addSchema(whole);
      exports[name] = id;
    }
    for (const { name, place } of entries) {
      try {
        ajv.getSchema(`${BASE}${name}`);
      } catch (error) {
        throw new ContractError(
          place.pointer,
          `does not compile: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    }
    return { code: standaloneCode(ajv, exports), names: entries.map(({ name }) => name) };
  }

  /** @throws ContractError with the place in the document of a keyword that has an impossible value. */
  function checkShape(ajv: Ajv2020, schema: SchemaObject, place: Place): void {
    if (ajv.validateSchema(schema) === true) return;
    const error = ajv.errors?.at(0);
    let at: unknown = schema;
    let pointer = place.pointer;
    for (const token of (error?.instancePath ?? '').split('/').slice(1)) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined;
      pointer = (typeof at === 'object' && at !== null && places.get(at)) || `${pointer}/${token}`;
    }
    throw new ContractError(pointer, `is no JSON Schema: it ${error?.message ?? 'is wrong'}`);
  }
}

/** `exclusiveMinimum: true` beside `minimum` is the form of 3.0, and occurs in 3.1 documents, too. */
function useNumbersAsBounds(schema: SchemaObject): void {
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

function allowNull(schema: SchemaObject): SchemaObject {
  const type = schema['type'] as unknown;
  const isSimple = (typeof type === 'string' || Array.isArray(type)) && !('enum' in schema) && !('const' in schema);
  if (isSimple && !('allOf' in schema || 'anyOf' in schema || 'oneOf' in schema || 'not' in schema)) {
    const types = [type].flat();
    return Object.assign(schema, { type: types.includes('null') ? types : [...types, 'null'] });
  }
  return { anyOf: [schema, { type: 'null' }] };
}

function checkOwnKeywords(place: Place, schema: SchemaObject): void {
  const pattern = schema['pattern'] as unknown;
  const patterns = [
    ...(typeof pattern === 'string' ? [['pattern', pattern] as const] : []),
    ...Object.keys(schema['patternProperties'] ?? {}).map((p) => ['patternProperties', p] as const),
  ];
  for (const [key, source] of patterns) {
    try {
      RegExp(source, 'u');
    } catch (error) {
      throw new ContractError(`${place.pointer}/${key}`, `${JSON.stringify(source)} is no regular expression`, {
        cause: error,
      });
    }
  }
  const format = schema['format'] as unknown;
  if (typeof format === 'string' && !checker.formats[format] && !ANNOTATION_FORMATS.includes(format)) {
    throw new ContractError(
      `${place.pointer}/format`,
      `the format ${JSON.stringify(format)} is not known: if nothing is to be checked, add it to ANNOTATION_FORMATS`,
    );
  }
}

/** A readable name for what has none. */
function nameOf(pointer: string): string {
  return pointer.replace(/^#\/(components\/)?/, '').replaceAll('~1', '_');
}

/** `Object.fromEntries` keeps a key `__proto__` as an own property, which assignment would not. */
function fromEntries<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries);
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    code: { source: true, lines: true },
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: true,
    // a property that is called `constructor` is not the one that every object inherits
    ownProperties: true,
    logger: false,
  });
  addFormats(ajv);
  for (const format of ANNOTATION_FORMATS) ajv.addFormat(format, true);
  ajv.addKeyword({
    keyword: CALL,
    schemaType: 'string',
    code: (context) => callRef(context, _`exports${getProperty(context.schema)}`),
  });
  return ajv;
}

const checker = createAjv();
