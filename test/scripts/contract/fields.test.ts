import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import type { FormDescriptor } from '../../../src/http/contract/descriptors';
import { createFormDecoder } from '../../../src/http/contract/form-decoder';
import { decodeParameters } from '../../../src/http/contract/parameters';
import { generateAndLoad } from './generated';
import type { Generated } from './generated';

const MULTIPART = 'multipart/form-data';
const URLENCODED = 'application/x-www-form-urlencoded';

function generateWith(operation: JsonObject, rest: JsonObject = {}): Generated {
  const components = { schemas: { Level: { type: 'integer', minimum: 1 } } };
  return generateAndLoad({
    components,
    openapi: '3.1.0',
    info: { title: 'Fields', version: '1' },
    paths: {
      '/things': { post: { operationId: 'make', responses: { '200': { description: 'Fine' } }, ...operation } },
    },
    ...rest,
  });
}

const withForm = (schema: Json, mediaType = MULTIPART) =>
  generateWith({ requestBody: { content: { [mediaType]: { schema } } } });
const withQuery = (parameter: JsonObject) => generateWith({ parameters: [{ name: 'q', in: 'query', ...parameter }] });

function formOf(schema: Json, mediaType = MULTIPART): FormDescriptor {
  const body = withForm(schema, mediaType).operation('make').body?.content[mediaType];
  if (!body || !('fields' in body)) throw new Error('no form');
  return body;
}

function read(form: FormDescriptor, ...fields: [name: string, text: string][]): unknown {
  const open = createFormDecoder(form);
  for (const [name, text] of fields) open.acceptField(name, text);
  return { ...open.finish(new Map()) };
}

const AT = '#/paths/~1things/post/requestBody/content/multipart~1form-data/schema';
const INVALID = expect.objectContaining({ kind: 'invalid' }) as unknown as Error;
const text: JsonObject = { type: 'string' };

describe('a form', () => {
  test.each<[what: string, schema: Json, message: string]>([
    ['requires', { required: ['a'] }, `${AT}/required: requires "a"`],
    [
      'requires in a part',
      { properties: { b: text }, allOf: [{ required: ['b', 'a'] }] },
      `${AT}/allOf/0/required: requires "a"`,
    ],
    [
      'requires on a condition',
      { properties: { b: text }, if: { required: ['b'] }, else: { required: ['a'] } },
      `${AT}/else/required: requires "a"`,
    ],
    [
      'requires beside another',
      { properties: { b: text }, dependentRequired: { b: ['a'] } },
      `${AT}/dependentRequired: requires "a"`,
    ],
    [
      'takes others that are checked',
      { unevaluatedProperties: text },
      `${AT}/unevaluatedProperties: the fields of a form`,
    ],
  ])('that %s what is no field of it is refused', (_what, schema, message) => {
    expect(() => withForm(schema)).toThrow(message);
  });

  test('that leaves nothing unevaluated is closed', () => {
    const form = formOf({ properties: { a: text }, unevaluatedProperties: false });
    expect(read(form, ['a', 'x'])).toEqual({ a: 'x' });
    expect(() => read(form, ['b', 'x'])).toThrow("('b' was unexpected)");
  });

  test.each<[what: string, schema: JsonObject]>([
    ['nullable', { type: 'string', format: 'binary', nullable: true }],
    ['or null', { type: ['string', 'null'], format: 'binary' }],
    ['write only', { type: 'string', format: 'binary', writeOnly: true }],
    ['in no encoding but bytes', { type: 'string', contentEncoding: 'binary' }],
    ['in eight bits', { type: 'string', contentEncoding: '8bit', contentMediaType: 'image/png' }],
    ['in seven bits', { type: 'string', contentEncoding: '7BIT' }],
  ])('has a file that is %s', (_what, schema) => {
    expect(formOf({ type: ['object'], properties: { f: schema } }).fields['f']).toMatchObject({ isFile: true });
  });

  test('has a text where an encoding makes one of the bytes', () => {
    const fields = formOf({ properties: { f: { type: 'string', contentEncoding: 'base64' } } }).fields;
    expect(fields['f']).toMatchObject({ isFile: false });
  });

  test('that is urlencoded has text where a part could be anything', () => {
    expect(read(formOf({ properties: { a: {}, b: { title: 'B' } } }, URLENCODED), ['a', '1'], ['b', 'x'])).toEqual({
      a: '1',
      b: 'x',
    });
  });

  test('reads a field as any of the schemas that describe it', () => {
    const form = formOf({
      oneOf: [
        { properties: { kind: { const: 'number' }, value: { type: 'integer' } }, required: ['kind'] },
        { properties: { kind: { const: 'list' }, value: { type: 'array', items: text } }, required: ['kind'] },
        { properties: { kind: { const: 'any' }, value: { maxLength: 3 } }, required: ['kind'] },
      ],
    });
    expect(read(form, ['kind', 'number'], ['value', '7'])).toEqual({ kind: 'number', value: 7 });
    expect(read(form, ['kind', 'any'], ['value', 'abc'])).toEqual({ kind: 'any', value: 'abc' });
    expect(read(form, ['kind', 'list'], ['value', 'a'], ['value', 'b'])).toEqual({ kind: 'list', value: ['a', 'b'] });
    expect(() => read(form, ['kind', 'number'], ['value', 'x'])).toThrow(INVALID);
    expect(() => read(form, ['kind', 'any'], ['value', 'abcd'])).toThrow(INVALID);
  });

  test('has fields with brackets in their own names', () => {
    const form = formOf({
      required: ['tags[]'],
      properties: {
        'tags[]': { type: 'array', items: { enum: ['a', 'b'] } },
        'size[width]': { type: 'integer' },
        f: {},
      },
    });
    expect(read(form, ['tags[]', 'a'], ['tags[]', 'b'], ['size[width]', '5'])).toEqual({
      'tags[]': ['a', 'b'],
      'size[width]': 5,
    });
    expect(() => read(form, ['tags[]', 'c'])).toThrow(INVALID);
  });

  test('takes a tuple as JSON', () => {
    const form = formOf({
      properties: { t: { type: 'array', prefixItems: [{ type: 'integer' }, text], items: false } },
    });
    expect(read(form, ['t', '[1,"2"]'])).toEqual({ t: [1, '2'] });
    expect(() => read(form, ['t', '["1","2"]'])).toThrow(INVALID);
    expect(() => read(form, ['t', '[1,"2",3]'])).toThrow(INVALID);
  });
});

describe('a parameter', () => {
  const schema: JsonObject = {
    anyOf: [
      { type: 'object', properties: { gt: { type: 'integer' } }, additionalProperties: false },
      { type: 'integer' },
    ],
  };
  const { parameters } = withQuery({ style: 'deepObject', explode: true, schema }).operation('make');
  const find = (search: string) => decodeParameters(parameters, { path: {}, search, headers: {} }).query['q'];

  test('that is an object or a scalar comes as either', () => {
    expect(find('q=5')).toBe(5);
    expect({ ...(find('q[gt]=5') as object) }).toEqual({ gt: 5 });
    expect(() => find('q=x')).toThrow("'q'");
    expect(() => find('q=5&q[gt]=5')).toThrow('two forms at once');
  });

  test('that is a tuple is refused: its items could not be told apart', () => {
    expect(() => withQuery({ schema: { type: 'array', prefixItems: [text] } })).toThrow(
      'or is a tuple, can be a parameter',
    );
  });

  test('whose default is no value of it is refused', () => {
    const at = '#/paths/~1things/post/parameters/0/schema/default: ';
    expect(() => withQuery({ schema: { type: 'integer', default: '10' } })).toThrow(`${at}"10" is no value`);
    expect(() => withQuery({ schema: { allOf: [{ $ref: '#/components/schemas/Level' }], default: 3 } })).not.toThrow();
    expect(() => withQuery({ schema: { enum: [{ a: 1 }], default: { a: 1 } }, style: 'deepObject' })).not.toThrow();
  });
});

test('a default of a field that is no value of it is refused', () => {
  expect(() => withForm({ properties: { a: { type: 'integer', maximum: 5, default: 6 } } })).toThrow(
    `${AT}/properties/a/default: 6 is no value of its own schema`,
  );
});

test('that paths are served without the base path of a server is said', () => {
  const servers = [{ url: 'https://api.example.com/v1/' }, { url: '/' }, { url: '{host}' }, { url: '/v2' }];
  expect(generateWith({}, { servers }).notes).toEqual([
    '#/servers/0/url: paths are served without the /v1 of this server',
    '#/servers/3/url: paths are served without the /v2 of this server',
  ]);
});

test('servers of a path or of an operation are not used, and that is said', () => {
  const servers = [{ url: 'https://uploads.example.com/v2' }];
  expect(generateWith({ servers }).notes).toEqual([
    '#/paths/~1things/post/servers/0: this server is not used: all operations are served together',
    '#/paths/~1things/post/servers/0/url: paths are served without the /v2 of this server',
  ]);
});

test('a security scheme that is not described is said once', () => {
  expect(generateWith({ security: [{ Gone: [] }] }, { security: [{ Gone: [] }] }).notes).toEqual([
    '#/security/0: the security scheme "Gone" is not described: clients are let in by the keys of this server',
  ]);
});

test.each(['idn-email', 'iri'])('the format %s of JSON Schema is taken and not checked, and that is said', (format) => {
  const { operation, notes } = withQuery({ schema: { type: 'string', format } });
  expect(notes).toEqual([`#/paths/~1things/post/parameters/0/schema/format: the format ${format} is not checked`]);
  expect(operation('make').parameters.query['q']?.validate('ü@größe.example')).toBe(true);
});

test('an alternative that is nullable and nothing else is null, and lets nothing else in', () => {
  const { operation } = withQuery({ schema: { anyOf: [{ type: 'integer' }, { nullable: true }] } });
  const validate = operation('make').parameters.query['q']?.validate;
  expect([1, null, 'x', {}].map((value) => validate?.(value))).toEqual([true, true, false, false]);
});
