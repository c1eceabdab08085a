import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { openDocument } from '../../../scripts/contract/read/document';
import { createNotes } from '../../../scripts/contract/read/notes';
import { checkReferences } from '../../../scripts/contract/read/references';
import { parseText } from '../../../scripts/contract/read/text';
import { generateAndLoad } from './generated';

const OK = { '200': { description: 'Fine' } };

/** A document of one operation, `GET /things/{id}`, changed by `change`. */
function documentWith(operation: JsonObject = {}, schemas: JsonObject = {}): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Small', version: '1' },
    paths: { '/things': { post: { operationId: 'make', responses: OK, ...operation } } },
    components: { schemas },
  };
}

function bodyOf(schema: Json, type = 'application/json', encoding?: JsonObject): JsonObject {
  return { requestBody: { content: { [type]: encoding ? { schema, encoding } : { schema } } } };
}

const FORM = 'multipart/form-data';
const AT_BODY = '#/paths/~1things/post/requestBody/content/application~1json/schema';
const AT_FORM = '#/paths/~1things/post/requestBody/content/multipart~1form-data/schema';
const query = (parameter: JsonObject): JsonObject => ({ parameters: [{ name: 'q', in: 'query', ...parameter }] });

const inPath = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: {} });

describe('the generator refuses, and names the place of', () => {
  test.each<[what: string, document: Json, place: string, words: RegExp]>([
    ['Swagger 2', { swagger: '2.0', paths: {} }, '#/swagger', /Swagger 2\.0 is not supported/],
    ['OpenAPI 4', { openapi: '4.0.0', paths: {} }, '#/openapi', /OpenAPI 4\.0\.0 is not supported/],
    ['a version that is a number', { openapi: 3.1, paths: {} }, '#/openapi', /must be a text, such as "3\.1\.0"/],
    ['what is no document', ['openapi'], '#', /is an object/],
    ['a document without paths', { openapi: '3.1.0' }, '#', /no `paths`/],
    [
      'another dialect',
      { ...documentWith(), jsonSchemaDialect: 'http://json-schema.org/draft-07/schema#' },
      '#/jsonSchemaDialect',
      /not supported/,
    ],
    ['no operationId', documentWith({ operationId: '' }), '#/paths/~1things/post', /no operationId/],
    [
      'a hook of openapi-backend',
      documentWith({ operationId: 'notFound' }),
      '#/paths/~1things/post/operationId',
      /hook/,
    ],
    ['a # in an operationId', documentWith({ operationId: 'a#b' }), '#/paths/~1things/post/operationId', /has a #/],
    [
      'another hook of openapi-backend',
      documentWith({ operationId: '404' }),
      '#/paths/~1things/post/operationId',
      /hook/,
    ],
    [
      'a name that every object has',
      documentWith({ operationId: 'constructor' }),
      '#/paths/~1things/post/operationId',
      /every JavaScript object/,
    ],
    ['no response', documentWith({ responses: {} }), '#/paths/~1things/post', /no response/],
    [
      'a status that is none',
      documentWith({ responses: { '2000': { description: '' } } }),
      '#/paths/~1things/post/responses/2000',
      /no status/,
    ],
    [
      'an external $ref',
      documentWith(bodyOf({ $ref: 'other.json#/a' })),
      `${AT_BODY}/$ref`,
      /outside of this document/,
    ],
    [
      'a $ref to nothing',
      documentWith(bodyOf({ $ref: '#/components/schemas/Gone' })),
      `${AT_BODY}/$ref`,
      /points at nothing/,
    ],
    [
      'a $ref into an array that is too short',
      documentWith(bodyOf({ $ref: '#/paths/~1things/post/tags/3' })),
      `${AT_BODY}/$ref`,
      /points at nothing/,
    ],
    ['an $anchor', documentWith(bodyOf({ $ref: '#tree' })), `${AT_BODY}/$ref`, /anchor/],
    [
      'a $ref to itself',
      documentWith(bodyOf({ $ref: '#/components/schemas/A' }), {
        A: { $ref: '#/components/schemas/B' },
        B: { $ref: '#/components/schemas/A' },
      }),
      AT_BODY,
      /back to itself/,
    ],
    ['$id in a schema', documentWith(bodyOf({ $id: 'https://example.com/x' })), `${AT_BODY}/$id`, /cannot be checked/],
    [
      '$dynamicRef',
      documentWith(bodyOf({ properties: { a: { $dynamicRef: '#x' } } })),
      `${AT_BODY}/properties/a/$dynamicRef`,
      /cannot be checked/,
    ],
    [
      'a keyword of another draft',
      documentWith(bodyOf({ items: { dependencies: {} } })),
      `${AT_BODY}/items/dependencies`,
      /cannot be checked/,
    ],
    ['a misspelt keyword', documentWith(bodyOf({ maxLenght: 3 })), `${AT_BODY}/maxLenght`, /"maxLenght" is not known/],
    [
      'an unknown type',
      documentWith(bodyOf({ properties: { f: { type: 'file' } } })),
      `${AT_BODY}/properties/f/type`,
      /no JSON Schema/,
    ],
    [
      'an impossible bound',
      documentWith(bodyOf({ anyOf: [{ type: 'string', maxLength: -1 }] })),
      `${AT_BODY}/anyOf/0/maxLength`,
      /no JSON Schema/,
    ],
    [
      'a pattern that does not compile',
      documentWith(bodyOf({ pattern: '(?P<x>.)' })),
      `${AT_BODY}/pattern`,
      /regular expression/,
    ],
    [
      'an unknown format',
      documentWith(bodyOf({ properties: { a: { type: 'string', format: 'phone' } } })),
      `${AT_BODY}/properties/a/format`,
      /"phone" is not known/,
    ],
    [
      'a schema of another dialect',
      documentWith(bodyOf({ $schema: 'http://json-schema.org/draft-04/schema#' })),
      `${AT_BODY}/$schema`,
      /not supported/,
    ],
    ['a schema that is none', documentWith(bodyOf('string')), AT_BODY, /object or a boolean/],
    [
      'an unused key that a component has',
      documentWith(bodyOf({ $ref: '#/components/schemas/A' }), { A: { unknown: 1 } }),
      '#/components/schemas/A/unknown',
      /keyword "unknown" is not known/,
    ],
    ['a parameter without schema', documentWith(query({})), '#/paths/~1things/post/parameters/0', /no schema/],
    [
      'a parameter nowhere',
      documentWith(query({ in: 'body', schema: {} })),
      '#/paths/~1things/post/parameters/0/in',
      /no place/,
    ],
    [
      'a parameter twice',
      documentWith({
        parameters: [
          { name: 'q', in: 'query', schema: {} },
          { name: 'q', in: 'query', schema: {} },
        ],
      }),
      '#/paths/~1things/post/parameters/1',
      /twice/,
    ],
    [
      'a style that cannot be read',
      documentWith(query({ style: 'matrix', schema: {} })),
      '#/paths/~1things/post/parameters/0/style',
      /cannot be read/,
    ],
    [
      'an object in a query',
      documentWith(query({ schema: { type: 'object' } })),
      '#/paths/~1things/post/parameters/0',
      /deepObject/,
    ],
    [
      'a path parameter that is not in the path',
      documentWith({ parameters: [{ name: 'id', in: 'path', required: true, schema: {} }] }),
      '#/paths/~1things/post',
      /not in the path/,
    ],
    [
      'a form that is no object',
      documentWith(bodyOf({ type: 'array' }, FORM)),
      `${AT_FORM}/type`,
      /a form is an object/,
    ],
    [
      'a form that contains itself',
      documentWith(bodyOf({ $ref: '#/components/schemas/A' }, FORM), {
        A: { allOf: [{ $ref: '#/components/schemas/A' }] },
      }),
      '#/components/schemas/A',
      /contains itself/,
    ],
    [
      'fields without names',
      documentWith(bodyOf({ additionalProperties: { type: 'string' } }, FORM)),
      `${AT_FORM}/additionalProperties`,
      /have names/,
    ],
    [
      'a check on a file',
      documentWith(bodyOf({ properties: { f: { type: 'string', format: 'binary', maxLength: 5 } } }, FORM)),
      `${AT_FORM}/properties/f/maxLength`,
      /on a file part/,
    ],
    [
      'a file inside of a value',
      documentWith(
        bodyOf(
          { properties: { v: { type: 'object', properties: { f: { type: 'string', format: 'binary' } } } } },
          FORM,
        ),
      ),
      `${AT_FORM}/properties/v/properties/f`,
      /inside of another field/,
    ],
    [
      'headers of a part',
      documentWith(bodyOf({ properties: { f: { type: 'string' } } }, FORM, { f: { headers: { a: {} } } })),
      '#/paths/~1things/post/requestBody/content/multipart~1form-data/encoding/f/headers',
      /cannot be checked/,
    ],
    [
      'the encoding of no field',
      documentWith(bodyOf({ properties: {} }, FORM, { g: {} })),
      '#/paths/~1things/post/requestBody/content/multipart~1form-data/encoding/g',
      /no field/,
    ],
  ])('%s', (_what, document, place, words) => {
    expect(() => generateAndLoad(document)).toThrow(
      expect.objectContaining({ name: 'ContractError', pointer: place, message: expect.stringMatching(words) }),
    );
  });

  test.each<[what: string, paths: JsonObject, message: string]>([
    ['a brace that stays open', { '/a/{b': {} }, '#/paths/~1a~1{b: has a brace without its counterpart'],
    [
      'two parameters side by side',
      { '/{a}{b}': {} },
      '#/paths/~1{a}{b}: has two parameters with nothing between to tell them apart',
    ],
    ['a name twice', { '/{a}/{a}': {} }, '#/paths/~1{a}~1{a}: has {a} twice'],
    [
      'an operation beside a $ref',
      { '/a': { $ref: '#/paths/~1b', get: {} }, '/b': {} },
      '#/paths/~1a/get: stands beside',
    ],
    [
      'parameters beside a $ref',
      { '/a': { $ref: '#/paths/~1b', parameters: [] }, '/b': {} },
      '#/paths/~1a/parameters: stands beside a $ref',
    ],
  ])('a path with %s', (_what, paths, message) => {
    expect(() => generateAndLoad({ ...documentWith(), paths })).toThrow(message);
  });

  test.each(['?b=1', '#b'])('a path with %s beside the one that a request for it comes to', (end) => {
    const paths = {
      [`/a${end}`]: { get: { operationId: 'a', responses: OK } },
      '/a': { get: { operationId: 'b', responses: OK } },
    };
    expect(() => generateAndLoad({ ...documentWith(), paths })).toThrow(
      `#/paths/~1a${end}/get: no request can tell it from #/paths/~1a/get`,
    );
  });

  test('two paths that differ by a slash at the end', () => {
    const paths = {
      '/a': { get: { operationId: 'a', responses: OK } },
      '/a/': { get: { operationId: 'b', responses: OK } },
    };
    expect(() => generateAndLoad({ ...documentWith(), paths })).toThrow(
      '#/paths/~1a~1/get: no request can tell it from',
    );
  });

  test.each(['webhooks', 'pathItems'])('an operationId that is also one of %s', (where) => {
    const items = { other: { post: { operationId: 'make', responses: OK } } };
    const document = documentWith();
    if (where === 'webhooks') document['webhooks'] = items;
    else document['components'] = { pathItems: items };
    expect(() => generateAndLoad(document)).toThrow(
      'other/post/operationId: "make" is already the operationId of #/paths/~1things/post',
    );
  });

  test.each<[what: string, schemas: JsonObject, place: string, words: RegExp]>([
    ['points at nothing', { A: { items: { $ref: '#/gone' } } }, '#/components/schemas/A/items/$ref', /at nothing/],
    ['leaves the document', { A: { not: { $ref: 'b.json' } } }, '#/components/schemas/A/not/$ref', /outside/],
    [
      'is of a property',
      { A: { properties: { $ref: { $ref: '#/x' } } } },
      '#/components/schemas/A/properties/$ref/$ref',
      /nothing/,
    ],
    [
      'leads back at once',
      { A: { allOf: [{ $ref: '#/components/schemas/A' }] } },
      '#/components/schemas/A',
      /contains itself/,
    ],
    [
      'leads back through others',
      {
        A: { properties: { a: { $ref: '#/components/schemas/A' } }, anyOf: [{ $ref: '#/components/schemas/B' }] },
        B: { if: { not: { $ref: '#/components/schemas/A' } } },
      },
      '#/components/schemas/A',
      /contains itself/,
    ],
  ])('a reference that %s, also where no operation uses it', (_what, schemas, place, words) => {
    expect(() => checkReferences(openDocument(documentWith({}, schemas)))).toThrow(
      expect.objectContaining({ name: 'ContractError', pointer: place, message: expect.stringMatching(words) }),
    );
  });

  test('no reference in what only looks like one', () => {
    const $ref = 'https://example.com/nowhere';
    const A = {
      properties: { $ref: {}, a: { enum: [{ $ref }], const: { $ref }, default: { $ref } } },
      example: { $ref },
    };
    expect(() => checkReferences(openDocument(documentWith({ 'x-any': { $ref } }, { A })))).not.toThrow();
  });

  test('an operationId that two operations have, with both places', () => {
    const document = documentWith();
    document['paths'] = {
      '/a': { get: { operationId: 'same', responses: OK } },
      '/b': { get: { operationId: 'same', responses: OK } },
    };
    expect(() => generateAndLoad(document)).toThrow(
      '#/paths/~1b/get/operationId: "same" is already the operationId of #/paths/~1a/get',
    );
  });

  test('a path parameter that is not declared, and two templates of one path', () => {
    const document = documentWith();
    document['paths'] = { '/a/{x}': { get: { operationId: 'a', responses: OK } } };
    expect(() => generateAndLoad(document)).toThrow('{x} is not declared');
    document['paths'] = {
      '/a/{x}': { get: { operationId: 'a', parameters: [inPath('x')], responses: OK } },
      '/a/{y}': { get: { operationId: 'b', parameters: [inPath('y')], responses: OK } },
    };
    expect(() => generateAndLoad(document)).toThrow(
      '#/paths/~1a~1{y}/get: no request can tell it from #/paths/~1a~1{x}/get',
    );
  });

  test('text that is neither JSON nor YAML, and a key that is there twice', () => {
    expect(() => parseText('{"a": [1, 2', 'x.json')).toThrow('neither JSON nor YAML');
    expect(() => parseText('a: 1\na: 2', 'x.yaml')).toThrow('unique');
  });
});

test('every name under which openapi-backend looks for a handler of its own is refused as an operationId', () => {
  const source = readFileSync(require.resolve('openapi-backend/backend'), 'utf8');
  const hooks = new Set([...source.matchAll(/handlers\['(\w+)'\]/g)].map((match) => match[1] ?? ''));
  expect(hooks.size).toBeGreaterThan(10);
  for (const operationId of hooks)
    expect(() => generateAndLoad(documentWith({ operationId }))).toThrow('hook of openapi-backend');
});

test('what the generator ignores because the standard says so is told', () => {
  const notes: string[] = [];
  const document = documentWith(bodyOf({ $ref: '#/components/schemas/A', maxLength: 1, description: 'x' }), {
    A: { type: 'string' },
  });
  generateAndLoad({ ...document, openapi: '3.1.0' });
  const { notes: said, operation } = generateAndLoad({ ...document, openapi: '3.0.3' });
  notes.push(...said);
  expect(notes).toEqual([`${AT_BODY}: OpenAPI 3.0 ignores what stands beside a $ref: maxLength`]);
  const body = operation('make').body?.content['application/json'];
  expect(body?.kind === 'json' && body.validate?.('long')).toBe(true);
});

test('a format that the document itself calls an annotation is one', () => {
  const document = documentWith(bodyOf({ type: 'string', format: 'phone' }));
  const { operation } = generateAndLoad({ ...document, 'x-annotation-formats': ['phone'] });
  const body = operation('make').body?.content['application/json'];
  expect(body?.kind === 'json' && body.validate?.('anything')).toBe(true);
  expect(() => generateAndLoad({ ...document, 'x-annotation-formats': 'phone' })).toThrow(
    '#/x-annotation-formats: must be an array',
  );
});

function annotated(schema: JsonObject, type?: string) {
  return generateAndLoad({ ...documentWith(bodyOf(schema, type)), 'x-annotation-keywords': ['order'] }).operation(
    'make',
  );
}

test('a keyword that the document itself calls an annotation is one, on a file, too', () => {
  const body = annotated({ type: 'string', maxLength: 3, order: 1 }).body?.content['application/json'];
  expect(body?.kind === 'json' && ['abc', 'abcd'].map((value) => body.validate?.(value))).toEqual([true, false]);
  const file = { type: 'string', format: 'binary', order: 1 };
  const form = annotated({ type: 'object', properties: { file } }, FORM).body?.content[FORM];
  expect(form?.kind === 'multipart' && form.fields['file']?.isFile).toBe(true);
  expect(() => generateAndLoad({ ...documentWith(), 'x-annotation-keywords': 'order' })).toThrow(
    '#/x-annotation-keywords: must be an array',
  );
});

test.each(['?b=1', '#b'])('a path with %s is described as requests have it, and that is said', (end) => {
  const paths = { [`/a${end}`]: { get: { operationId: 'a', responses: OK } } };
  const { operation, notes } = generateAndLoad({ ...documentWith(), paths });
  expect(operation('a').path).toBe('/a');
  expect(notes).toEqual([`#/paths/~1a${end}: is served as /a: no request has a query or a fragment in its path`]);
});

test('a contract without a schema has descriptors that import nothing', () => {
  expect(generateAndLoad(documentWith()).files.get('operations.ts')).not.toContain('import');
});

test('an opened document knows its version', () => {
  expect(openDocument({ ...documentWith(), openapi: '3.0.4' }).version).toBe('3.0');
  expect(openDocument(documentWith()).version).toBe('3.1');
});

test('one note at many places is told once, with their number', () => {
  const { warn, lines } = createNotes();
  for (let index = 0; index < 21; index += 1) for (const _ of 'ab') warn(`#/${index}`, 'often');
  for (let index = 0; index < 20; index += 1) warn(`#/${index}`, 'less often');
  expect(lines()).toEqual([
    '#/0: often (and at 20 other places)',
    ...Array.from({ length: 20 }, (_, index) => `#/${index}: less often`),
  ]);
});
