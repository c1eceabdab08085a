import Ajv from 'ajv/dist/2020';
import { violation } from '../../../src/http/contract/violation';

const ajv = new Ajv({ allErrors: false, strict: false });

/** What is said of `value`, which the schema does not allow, at `f`. */
function said(schema: object, value: unknown): [message: string, param: string | null | undefined] {
  const validate = ajv.compile(schema);
  expect(validate(value)).toBe(false);
  const { kind, message, param } = violation(validate as Parameters<typeof violation>[0], value, ['f']);
  expect(kind).toBe('invalid');
  return [message, param];
}

test.each<[what: string, schema: object, value: unknown, message: string, param?: string]>([
  ['a minimum', { minimum: 3 }, 2, "2 is less than the minimum of 3 - 'f'"],
  ['a maximum', { maximum: 3 }, 4, "4 is greater than the maximum of 3 - 'f'"],
  ['an exclusive minimum', { exclusiveMinimum: 3 }, 3, "3 is less than or equal to the minimum of 3 - 'f'"],
  ['an exclusive maximum', { exclusiveMaximum: 3 }, 3, "3 is greater than or equal to the maximum of 3 - 'f'"],
  ['a multiple', { multipleOf: 2 }, 3, "3 is not a multiple of 2 - 'f'"],
  ['a type', { type: 'integer' }, 'x', "'x' is not of type 'integer' - 'f'"],
  ['several types', { type: ['integer', 'null'] }, 'x', "'x' is not of type 'integer', 'null' - 'f'"],
  ['an enum', { enum: ['a', 'b'] }, 'c', "'c' is not one of ['a', 'b'] - 'f'"],
  ['a constant', { const: 'a' }, 'c', "'a' was expected - 'f'"],
  ['a text that is short', { minLength: 2 }, 'a', "'a' is too short - 'f'"],
  ['a list that is long', { maxItems: 1 }, [1, 2], "[1,2] is too long - 'f'"],
  ['a pattern', { pattern: '^a$' }, 'b', "'b' does not match '^a$' - 'f'"],
  ['a list with a repetition', { uniqueItems: true }, [1, 1], "[1,1] has non-unique elements - 'f'"],
  ['a property that is missing', { required: ['a'] }, {}, "'a' is a required property - 'f'", 'f.a'],
  [
    'a property that is not allowed',
    { properties: { a: {} }, additionalProperties: false },
    { b: 1 },
    "Additional properties are not allowed ('b' was unexpected)",
    'f.b',
  ],
  [
    'a value below it',
    { properties: { 'a/b': { items: { minimum: 1 } } } },
    { 'a/b': [0] },
    "0 is less than the minimum of 1 - 'f.a/b.0'",
    'f.a/b.0',
  ],
])('%s is told in the words of OpenAI', (_what, schema, value, message, param = 'f') => {
  expect(said(schema, value)).toEqual([message, param]);
});

test.each<[what: string, schema: object, value: unknown, message: string]>([
  [
    'the one that has the type',
    { anyOf: [{ type: 'integer', minimum: 3 }, { type: 'null' }] },
    2,
    "2 is less than the minimum of 3 - 'f'",
  ],
  [
    'all types, when none has it',
    { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    'x',
    "'x' is not of type 'integer', 'null' - 'f'",
  ],
  [
    'none, when more than one has it',
    {
      oneOf: [
        { type: 'integer', minimum: 3 },
        { type: 'integer', multipleOf: 7 },
      ],
    },
    2,
    "2 is not valid under any of the given schemas - 'f'",
  ],
])('of several alternatives that is told: %s', (_what, schema, value, message) => {
  expect(said(schema, value)).toEqual([message, 'f']);
});
