import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import type { Generated } from './generated';
import { generateAndLoad } from './generated';

const DEPTH = 40;
const TOP = { $ref: `#/components/schemas/S${DEPTH}` };

/** Schemas of which each refers twice to the one before: written out they would have no end. */
function generateWith(operation: JsonObject, first: Json, next: (before: Json) => Json): Generated {
  const schemas: JsonObject = { S0: first };
  for (let index = 1; index <= DEPTH; index += 1)
    schemas[`S${index}`] = next({ $ref: `#/components/schemas/S${index - 1}` });
  const post = { operationId: 'make', responses: { '200': { description: 'Fine' } }, ...operation };
  return generateAndLoad({
    openapi: '3.1.0',
    info: { title: 'Large', version: '1' },
    paths: { '/things': { post } },
    components: { schemas },
  });
}

const query = (schema: Json, rest: JsonObject = {}): JsonObject => ({
  parameters: [{ name: 'q', in: 'query', schema, ...rest }],
});
const form = (schema: Json): JsonObject => ({ requestBody: { content: { 'multipart/form-data': { schema } } } });
const field = (schema: Json) => form({ type: 'object', properties: { f: schema } });
const object: JsonObject = { type: 'object', properties: { a: { type: 'string' } } };

const twoFields = (before: Json): Json => ({ type: 'object', properties: { a: before, b: before } });

const ends: [what: string, of: () => Generated][] = [
  ['alternatives', () => generateWith(query(TOP), { type: 'string' }, (before) => ({ anyOf: [before, before] }))],
  ['parts', () => generateWith(query(TOP), { type: 'string' }, (before) => ({ allOf: [before, before] }))],
  [
    'the fields of a form',
    () => generateWith(field(TOP), { type: 'string' }, (a) => ({ anyOf: [a, a, { type: 'null' }] })),
  ],
  ['files', () => generateWith(field(TOP), { type: 'string', format: 'binary' }, (a) => ({ oneOf: [a, a] }))],
  [
    'a circle',
    () => generateWith(field(TOP), { type: 'array', items: TOP }, (before) => ({ anyOf: [before, before] })),
  ],
];

test.each(ends)('%s that refer twice to the one before, forty times over, are read to the end', (_what, of) => {
  expect(of().operation('make').operationId).toBe('make');
});

test('an object that could not be written out is read from JSON text below a depth', () => {
  const printed = generateWith(field(TOP), object, twoFields).files.get('operations.ts') ?? '';
  expect(printed).toContain('isJson: true');
  expect(printed.length).toBeLessThan(1_000_000);
});

test('a form whose parts could not be written out is refused with a sentence', () => {
  expect(() => generateWith(form(TOP), object, (before) => ({ allOf: [before, before] }))).toThrow(
    '#/paths/~1things/post/requestBody/content/multipart~1form-data/schema: its parts refer to each other more than 1000 times',
  );
});
