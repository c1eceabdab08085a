import { readContract } from '../../../scripts/conformance/contract';
import { openDocument } from '../../../scripts/contract/read/document';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';

const text = { type: 'string' };
const SCHEMAS: JsonObject = {
  Text: text,
  User: {
    type: 'object',
    required: ['id', 'secret'],
    properties: { id: { type: 'integer', readOnly: true }, secret: { ...text, writeOnly: true } },
  },
};

/** One operation that takes and answers a schema, and has examples with an `$id`. */
function operationOf(openapi: string, schema: Json) {
  const content = { 'application/json': { schema, example: { a: { $id: 'https://a.example/one', x: 1 } } } };
  const again = { 'application/json': { schema, example: { a: { $id: 'https://a.example/one', y: 2 } } } };
  const post = {
    operationId: 'make',
    requestBody: { content },
    responses: { '200': { description: 'Fine', content: again } },
  };
  const info = { title: 'x', version: '1' };
  const document = { openapi, info, paths: { '/things': { post } }, components: { schemas: SCHEMAS } };
  const [operation] = readContract(openDocument(document)).operations;
  if (!operation) throw new Error('no operation');
  return operation;
}

test.each<[what: string, openapi: string, schema: Json, accepted: unknown[], refused: unknown[]]>([
  [
    'null beside a reference',
    '3.0.3',
    { allOf: [{ $ref: '#/components/schemas/Text' }], nullable: true },
    ['a', null],
    [1],
  ],
  [
    'null as an alternative',
    '3.0.3',
    { anyOf: [{ $ref: '#/components/schemas/Text' }, { nullable: true }] },
    ['a', null],
    [1],
  ],
  ['null of a 3.0 document in a 3.1 one', '3.1.0', { enum: ['a'], nullable: true }, ['a', null], ['b']],
  ['a bound that excludes itself', '3.0.3', { minimum: 1, exclusiveMinimum: true }, [2], [1]],
  ['a bound that does not', '3.0.3', { maximum: 1, exclusiveMaximum: false }, [1], [2]],
  ['what stands beside a reference in 3.0', '3.0.3', { $ref: '#/components/schemas/Text', maxLength: 1 }, ['ab'], [1]],
  ['what stands beside it in 3.1', '3.1.0', { $ref: '#/components/schemas/Text', maxLength: 1 }, ['a'], ['ab']],
  ['a pattern of older JavaScript', '3.1.0', { ...text, pattern: String.raw`^[\w-.]+$` }, ['a-b.c'], ['a b']],
  ['a property that is called enum', '3.1.0', { properties: { enum: text } }, [{ enum: 'a' }], [{ enum: 1 }]],
])('%s is read as it is meant', (_what, openapi, schema, accepted, refused) => {
  const { json } = operationOf(openapi, schema);
  expect([accepted, refused].map((values) => values.map((value) => json?.isValid(value)))).toEqual([
    accepted.map(() => true),
    refused.map(() => false),
  ]);
});

test('a request need not have what is readOnly, an answer not what is writeOnly', () => {
  const { json, responses } = operationOf('3.0.3', { $ref: '#/components/schemas/User' });
  const answer = responses.get('200')?.content.get('application/json');
  expect([{ secret: 's' }, { id: 1 }].map((value) => json?.isValid(value))).toEqual([true, false]);
  expect([{ secret: 's' }, { id: 1 }].map((value) => answer?.isValid(value))).toEqual([false, true]);
});
