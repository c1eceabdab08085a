import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import type { MediaDescriptor, Validate } from '../../../src/http/contract/descriptors';
import { generateAndLoad } from './generated';
import type { Generated } from './generated';

function generateWith(schema: Json, schemas: JsonObject = {}, mediaType = 'application/json'): Generated {
  const requestBody = { content: { [mediaType]: { schema } } };
  return generateAndLoad({
    openapi: '3.1.0',
    info: { title: 'Schemas', version: '1' },
    paths: { '/things': { post: { operationId: 'make', requestBody, responses: { '200': { description: 'Fine' } } } } },
    components: { schemas },
  });
}

function bodyOf(schema: Json, schemas: JsonObject = {}, mediaType = 'application/json'): MediaDescriptor {
  const body = generateWith(schema, schemas, mediaType).operation('make').body?.content[mediaType];
  if (!body) throw new Error('no body');
  return body;
}

function validatorOf(schema: Json, schemas: JsonObject = {}, mediaType?: string): Validate {
  const body = bodyOf(schema, schemas, mediaType);
  if (!('validate' in body) || !body.validate) throw new Error('no validator');
  return body.validate;
}

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const id: JsonObject = { type: 'string', readOnly: true };

test.each<[what: string, schema: Json, valid: unknown[], invalid: unknown[], schemas?: JsonObject]>([
  [
    'a multiple of a decimal fraction',
    { multipleOf: 0.01 },
    [19.99, 0.07, 4.35, -1.1, 123_456_789.01],
    [0.005, 1.001, 19.995],
  ],
  ['a multiple of a tenth', { multipleOf: 0.1 }, [0, 0.3, 0.7, 1e6], [0.35, 0.1001]],
  ['a multiple of an integer', { multipleOf: 3 }, [9_007_199_254_740_990, 0, -3], [9_007_199_254_740_991, 0.3]],
  [
    'a property that a pattern matches, too',
    { properties: { 'x-a': { type: 'integer' } }, patternProperties: { '^x-': { maximum: 5 } } },
    [{ 'x-a': 1 }],
    [{ 'x-a': 6 }, { 'x-a': 'a' }, { 'x-b': 6 }],
  ],
  ['a pattern of older JavaScript', { pattern: '^[\\w-\\.]+\\_{2}$' }, ['a-.__'], ['a__ ', 'a_']],
  [
    'a key that is a pattern of it',
    { patternProperties: { '\\-': { type: 'integer' } } },
    [{ 'a-b': 1 }],
    [{ 'a-b': '' }],
  ],
  [
    'what is readOnly by reference',
    { required: ['id', 'name'], properties: { id: ref('Id'), name: {} } },
    [{ name: '' }],
    [{ id: '' }],
    { Id: id },
  ],
  [
    'what is readOnly in another part',
    { allOf: [ref('Named'), { required: ['id', 'name'] }] },
    [{ name: '' }],
    [{}, { id: '' }],
    { Named: { properties: { id, name: {} } } },
  ],
  [
    'what is readOnly in items of another schema',
    { properties: { id }, prefixItems: [{ required: ['id'] }] },
    [[{ id: '' }]],
    [[{}]],
  ],
  [
    'nothing but what alternatives describe, by reference',
    { allOf: [ref('Either')], properties: { c: {} }, unevaluatedProperties: false },
    [{ a: 1, c: 1 }, { b: 1 }],
    [{ d: 1 }, { a: 1, b: 1, d: 1 }],
    {
      Either: { anyOf: [ref('A'), ref('B')] },
      A: { required: ['a'], properties: { a: {} } },
      B: { properties: { b: {} } },
    },
  ],
])('%s', (_what, schema, valid, invalid, schemas = {}) => {
  const validate = validatorOf(schema, schemas);
  expect(valid.filter((value) => !validate(value))).toEqual([]);
  expect(invalid.filter((value) => validate(value))).toEqual([]);
});

test.each(['application/json; charset=utf-8', 'text/json', 'application/vnd.api+json', 'Application/JSON'])(
  '%s is checked as JSON',
  (mediaType) => {
    expect(validatorOf({ type: 'string' }, {}, mediaType)(1)).toBe(false);
  },
);

test('a text with a format is not taken for any text', () => {
  expect(bodyOf({ type: 'string', format: 'uuid' }, {}, 'text/plain')).toEqual({ kind: 'unsupported' });
  expect(bodyOf({ type: 'string', format: 'binary' }, {}, 'text/plain')).toEqual({ kind: 'raw' });
});

test('a form need not have what is readOnly in another part of it', () => {
  const form = validatorOf(
    { allOf: [ref('Named'), { required: ['id', 'name'] }] },
    { Named: { type: 'object', properties: { id, name: { type: 'string' } } } },
    'multipart/form-data',
  );
  expect([{ name: 'x' }, {}].map((value) => form(value))).toEqual([true, false]);
});

test.each<[what: string, schema: Json, message: string]>([
  ['nullable that is a text', { nullable: 'true' }, '/nullable: must be true or false'],
  [
    'readOnly that is a text',
    { properties: { a: { readOnly: 'yes' } } },
    '/properties/a/readOnly: must be true or false',
  ],
  [
    'a property called __proto__',
    JSON.parse('{"properties":{"__proto__":{}}}'),
    '/properties/__proto__: a property of',
  ],
  [
    'two patterns that mean the same',
    { patternProperties: { 'a\\-b': {}, 'a-b': {} } },
    '/patternProperties: has two patterns that mean the same',
  ],
])('%s is refused', (_what, schema, message) => {
  expect(() => generateWith(schema)).toThrow(message);
});
