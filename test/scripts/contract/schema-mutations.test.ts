import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { documentOf, object, ofAnswer, ofRequest, verdictOf } from './mutations';

const text = { type: 'string' };
const whole = { type: 'integer' };
const short = { $ref: '#/components/schemas/Text', maxLength: 5 };
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const either = (...anyOf: Json[]): JsonObject => ({ anyOf });
const one = (...oneOf: Json[]): JsonObject => ({ oneOf });
const kind = (name: string, fields: JsonObject = {}): JsonObject =>
  object({ kind: { const: name }, ...fields }, 'kind');
const chosenBy = (propertyName: string, mapping?: JsonObject): JsonObject => ({
  ...one(ref('Cat'), ref('Dog')),
  discriminator: { propertyName, ...(mapping && { mapping }) },
});

const COMPONENTS = {
  Text: text,
  Same: { type: 'string', description: 'the same in other words' },
  Cat: object({ kind: text, type: text, lives: whole }, 'kind'),
  Dog: object({ kind: text, type: text, tricks: whole }, 'kind'),
  Feline: object({ kind: text, type: text, lives: whole }, 'kind'),
  Canine: object({ kind: text, type: text, tricks: whole }, 'kind'),
  Apple: object({ kind: { const: 'a' } }, 'kind'),
  Pear: object({ kind: { const: 'p' } }, 'kind'),
  Tree: object({ value: { type: 'integer', maximum: 9 }, next: ref('Tree') }),
  Bush: object({ value: { type: 'integer', maximum: 5 }, next: ref('Bush') }),
};

/**
 * One change and its four verdicts: in a request and in an answer, and backwards in a request and in an answer. A
 * narrowing breaks requests, a widening breaks answers.
 */
type Row = [what: string, before: Json, after: Json, verdicts: string];

const TYPES: Row[] = [
  ['another type', text, whole, 'BBBB'],
  ['number for integer', whole, { type: 'number' }, 'NBBN'],
  ['null as well', text, { type: ['string', 'null'] }, 'NBBN'],
  ['a list of one type', text, { type: ['string'] }, '----'],
  ['nullable for a list of types', { type: ['string', 'null'] }, { type: 'string', nullable: true }, '----'],
  ['nullable false', text, { type: 'string', nullable: false }, '----'],
  ['null as an alternative', { type: ['string', 'null'] }, either(text, { type: 'null' }), '----'],
  ['null first', either(text, { type: 'null' }), either({ type: 'null' }, text), '----'],
  ['a reference wrapped with nullable', ref('Cat'), { allOf: [ref('Cat')], nullable: true }, 'NBBN'],
  [
    'nullable for null as an alternative',
    { allOf: [ref('Cat')], nullable: true },
    either(ref('Cat'), { type: 'null' }),
    '----',
  ],
  [
    'nullable around alternatives',
    { ...either(text, whole), nullable: true },
    either(text, whole, { type: 'null' }),
    '----',
  ],
  ['alternatives as a list of types', either(text, whole), { type: ['string', 'integer'] }, '----'],
  [
    'alternatives with bounds as a list of types',
    either({ type: 'string', minLength: 1 }, { type: 'integer', minimum: 1 }),
    { type: ['string', 'integer'], minLength: 1, minimum: 1 },
    '----',
  ],
  ['a type where there was none', {}, text, 'BNNB'],
  ['true for no schema', {}, true, '----'],
  ['a type that fields said already', { properties: { a: text } }, object({ a: text }), 'LNNL'],
  ['a type that items said already', { items: text }, { type: 'array', items: text }, 'LNNL'],
  ['a list beside the one', text, either(text, { type: 'array', items: text }), 'NBBN'],
  ['integer beside number', { type: 'number' }, { type: ['number', 'integer'] }, '----'],
  ['number as an alternative to integer', whole, either(whole, { type: 'number' }), 'NBBN'],
  ['a bound of texts at a number', whole, { type: 'integer', maxLength: 5 }, '----'],
  ['null as a constant', { type: ['string', 'null'] }, either(text, { const: null }), '----'],
  ['null as the one value', { type: ['string', 'null'] }, either(text, { enum: [null] }), '----'],
];

const VALUES: Row[] = [
  ['a value more', { enum: ['a'] }, { enum: ['a', 'b'] }, 'NBBN'],
  ['another value', { const: 'a' }, { const: 'b' }, 'BBBB'],
  ['a value in capitals', { enum: ['a'] }, { enum: ['A'] }, 'BBBB'],
  ['another order of values', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, '----'],
  ['const for one value', { enum: ['a'] }, { const: 'a' }, '----'],
  ['the type of the values', { enum: ['a'] }, { type: 'string', enum: ['a'] }, '----'],
  [
    'values as constants',
    { type: 'string', enum: ['a', 'b'] },
    { type: 'string', ...one({ const: 'a', title: 'A' }, { const: 'b', description: 'The B' }) },
    '----',
  ],
  ['values as constants of any', { enum: ['a', 'b'] }, either({ const: 'a' }, { const: 'b' }), '----'],
  ['a constant more', one({ const: 'a' }, { const: 'b' }), one({ const: 'a' }, { const: 'b' }, { const: 'c' }), 'NBBN'],
  ['values at all', text, { type: 'string', enum: ['a'] }, 'BNNB'],
  ['a known value more of an open list', either(text, { enum: ['a'] }), either(text, { enum: ['a', 'b'] }), 'NNNN'],
  ['an open list of what was any text', text, either(text, { enum: ['a'] }), 'NNNN'],
  ['a list that is open now', { enum: ['a'] }, either(text, { enum: ['a'] }), 'NBBN'],
  ['null among the values', { type: 'string', enum: ['a'] }, { type: ['string', 'null'], enum: ['a', null] }, 'NBBN'],
  ['words alone', text, { type: 'string', title: 'T', description: 'd', examples: ['a'], example: 'b' }, '----'],
  ['extensions and notes', text, { type: 'string', 'x-a': 1, externalDocs: { url: 'u' }, xml: { name: 'n' } }, '----'],
  ['values of two types', { enum: ['a', 1] }, { enum: ['a', 1, 2] }, 'NBBN'],
  [
    'nullable for a list of types, with null among the values',
    { type: 'string', nullable: true, enum: ['a', null] },
    { type: ['string', 'null'], enum: ['a', null] },
    '----',
  ],
  ['a value beyond the bounds', { enum: [1, 2], maximum: 9 }, { enum: [1, 2, 30], maximum: 9 }, '----'],
  ['a value that the pattern refuses', { enum: ['a'], pattern: '^a' }, { enum: ['a', 'b'], pattern: '^a' }, '----'],
  ['a length that the values have', { enum: ['a', 'b'] }, { enum: ['a', 'b'], minLength: 1 }, '----'],
  ['a pattern that the values have', { enum: ['a', 'b'] }, { enum: ['a', 'b'], pattern: '^[a-z]$' }, '----'],
  ['both values of a boolean', { type: 'boolean' }, { type: 'boolean', enum: [true, false] }, '----'],
];

const BOUNDS: Row[] = [
  ['a lower maximum', { maximum: 10 }, { maximum: 9 }, 'BNNB'],
  ['a minimum', whole, { type: 'integer', minimum: 1 }, 'BNNB'],
  ['above 0 for from 1', { type: 'integer', minimum: 1 }, { type: 'integer', exclusiveMinimum: 0 }, '----'],
  ['below 10 for to 9', { type: 'integer', maximum: 9 }, { type: 'integer', exclusiveMaximum: 10 }, '----'],
  ['the boolean form of a bound', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }, '----'],
  ['a bound that excludes itself', { minimum: 1 }, { exclusiveMinimum: 1 }, 'BNNB'],
  ['an upper bound that excludes itself', { maximum: 1 }, { exclusiveMaximum: 1 }, 'BNNB'],
  ['a bound that the other implies', { minimum: 5 }, { minimum: 5, exclusiveMinimum: 1 }, '----'],
  ['an exclusive bound that is no bound', { minimum: 5 }, { minimum: 5, exclusiveMinimum: false }, '----'],
  ['a least length of 0', text, { type: 'string', minLength: 0 }, '----'],
  ['a least length', text, { type: 'string', minLength: 1 }, 'BNNB'],
  ['a greater length', { maxLength: 5 }, { maxLength: 6 }, 'NBBN'],
  ['more items at least', { minItems: 1 }, { minItems: 2 }, 'BNNB'],
  ['any number of items', { type: 'array', maxItems: 3 }, { type: 'array' }, 'NBBN'],
  ['items that differ', { type: 'array' }, { type: 'array', uniqueItems: true }, 'BNNB'],
  ['items that need not differ', { type: 'array' }, { type: 'array', uniqueItems: false }, '----'],
  ['a finer step', { multipleOf: 5 }, { multipleOf: 1 }, 'NBBN'],
  ['a finer step below one', { multipleOf: 0.1 }, { multipleOf: 0.01 }, 'NBBN'],
  ['another step', { multipleOf: 5 }, { multipleOf: 3 }, 'BBBB'],
  ['a step of 1 for whole numbers', whole, { type: 'integer', multipleOf: 1 }, '----'],
  ['another pattern', { pattern: '^a' }, { pattern: '^b' }, 'BBBB'],
  ['a pattern', text, { type: 'string', pattern: '^a' }, 'BNNB'],
  ['more fields at least', { type: 'object' }, { type: 'object', minProperties: 1 }, 'BNNB'],
  ['fewer fields at most', { maxProperties: 5 }, { maxProperties: 4 }, 'BNNB'],
  ['another content of a list', { contains: text }, { contains: whole }, 'BBBB'],
  ['more that it contains at least', { contains: text, minContains: 1 }, { contains: text, minContains: 2 }, 'BNNB'],
  ['names of fields', { type: 'object' }, { type: 'object', propertyNames: { pattern: '^a' } }, 'BNNB'],
  ['a field that asks for another', { type: 'object' }, { type: 'object', dependentRequired: { a: ['b'] } }, 'BNNB'],
  ['what it is not', {}, { not: text }, 'BNNB'],
  ['another thing that it is not', { not: text }, { not: whole }, 'BBBB'],
  ['a condition', { if: text, else: { minimum: 1 } }, { if: text, else: { minimum: 2 } }, 'BNNB'],
  ['the first items', { prefixItems: [text] }, { prefixItems: [whole] }, 'BBBB'],
  ['words of the first items', { prefixItems: [text] }, { prefixItems: [{ ...text, description: 'd' }] }, '----'],
  ['fields by pattern', { patternProperties: { a: text } }, { patternProperties: { a: whole } }, 'BBBB'],
  ['a narrower item', { items: { maximum: 9 } }, { items: { maximum: 5 } }, 'BNNB'],
  ['a narrower first item', { prefixItems: [whole] }, { prefixItems: [{ ...whole, maximum: 5 }] }, 'BNNB'],
  ['a first item more', { prefixItems: [text] }, { prefixItems: [text, whole] }, 'BNNB'],
  ['no more than the first items', { prefixItems: [text] }, { prefixItems: [text], items: false }, 'BNNB'],
  [
    'narrower fields by pattern',
    { patternProperties: { a: whole } },
    { patternProperties: { a: { ...whole, maximum: 5 } } },
    'BNNB',
  ],
  ['another pattern of fields', { patternProperties: { a: text } }, { patternProperties: { b: text } }, 'BBBB'],
  ['narrower names of fields', { propertyNames: { maxLength: 5 } }, { propertyNames: { maxLength: 4 } }, 'BNNB'],
  ['a reference in the first items', { prefixItems: [ref('Tree')] }, { prefixItems: [ref('Bush')] }, 'BNNB'],
  ['a field that asks for two', { dependentRequired: { a: ['b'] } }, { dependentRequired: { a: ['b', 'c'] } }, 'BNNB'],
  ['another field asks', { dependentRequired: { a: ['b'] } }, { dependentRequired: { c: ['b'] } }, 'BBBB'],
  [
    'another order of what is asked for',
    { dependentRequired: { a: ['b', 'c'] } },
    { dependentRequired: { a: ['c', 'b'] } },
    '----',
  ],
  ['another order of what it is not', { not: { enum: ['a', 'b'] } }, { not: { enum: ['b', 'a'] } }, '----'],
  ['none that it must contain', { contains: text }, { contains: text, minContains: 0 }, 'NBBN'],
  ['one that it must contain', { contains: text }, { contains: text, minContains: 1 }, '----'],
  [
    'a schema for fields that come together',
    { type: 'object' },
    { dependentSchemas: { a: { required: ['b'] } }, type: 'object' },
    'BNNB',
  ],
  ['another constant in another order', { const: { a: 1, b: 2 } }, { const: { b: 2, a: 1 } }, '----'],
  [
    'readOnly for writeOnly',
    object({ a: { ...text, readOnly: true } }),
    object({ a: { ...text, writeOnly: true } }),
    'NBBN',
  ],
  ['a schema of the items', { type: 'array' }, { type: 'array', items: text }, 'BNNB'],
  ['items that are anything', { type: 'array' }, { type: 'array', items: {} }, '----'],
  ['items with words alone', { type: 'array' }, { type: 'array', items: { description: 'any' } }, '----'],
  [
    'no more than the first items in other words',
    { prefixItems: [text], items: false },
    { prefixItems: [text], unevaluatedItems: false },
    '----',
  ],
  ['more that it contains', { contains: { maximum: 5 } }, { contains: { maximum: 6 } }, 'NBBN'],
  [
    'more that it contains at most twice',
    { contains: { maximum: 5 }, maxContains: 2 },
    { contains: { maximum: 6 }, maxContains: 2 },
    'BBBB',
  ],
  ['a reference beside a bound in the first items', { prefixItems: [ref('Text')] }, { prefixItems: [short] }, 'BNNB'],
];

const CONDITIONS: Row[] = [
  ['more that it is not', { not: { enum: ['a'] } }, { not: { enum: ['a', 'b'] } }, 'BNNB'],
  ['another branch that it is not', { not: either({ const: 1 }) }, { not: either({ const: 1 }, { const: 2 }) }, 'BNNB'],
  ['less that it is not', { not: text }, { not: { type: 'string', maxLength: 5 } }, 'NBBN'],
  ['fewer fields that it has not', { not: { required: ['a'] } }, { not: { required: ['a', 'b'] } }, 'NBBN'],
  ['what it is not as one value', { not: { const: 'a' } }, { not: { enum: ['a'] } }, '----'],
  ['what it is not as constants', { not: either({ const: 1 }, { const: 2 }) }, { not: { enum: [1, 2] } }, '----'],
  ['a default of what it is not', { not: text }, { not: { type: 'string', default: 'a' } }, '----'],
  ['nothing that it is not', text, { type: 'string', not: false }, '----'],
  ['more on a condition', { if: text, else: { maxLength: 6 } }, { if: text, else: { maxLength: 5 } }, 'BNNB'],
  ['another condition', { if: text, else: { minimum: 1 } }, { if: whole, else: { minimum: 1 } }, 'BBBB'],
  [
    'the same condition in other words',
    { if: { const: 1 }, else: { minimum: 1 } },
    { if: { enum: [1] }, else: { minimum: 1 } },
    '----',
  ],
  ['what follows from no condition', text, { type: 'string', else: { maxLength: 5 } }, '----'],
  ['a condition from which nothing follows', text, { type: 'string', if: { maxLength: 5 } }, '----'],
  [
    'more for fields that come together',
    { dependentSchemas: { a: { required: ['b'] } } },
    { dependentSchemas: { a: { required: ['b', 'c'] } } },
    'BNNB',
  ],
  [
    'other fields that come together',
    { dependentSchemas: { a: { required: ['b'] } } },
    { dependentSchemas: { a: { required: ['b'] }, c: { required: ['b'] } } },
    'BNNB',
  ],
  ['no field that asks for another', { type: 'object' }, { type: 'object', dependentRequired: {} }, '----'],
  ['a field that asks for none', { type: 'object' }, { type: 'object', dependentRequired: { a: [] } }, '----'],
  ['no fields by pattern', { type: 'object' }, { type: 'object', patternProperties: {} }, '----'],
  ['any names of fields', { type: 'object' }, { type: 'object', propertyNames: {} }, '----'],
  ['any text by pattern', text, { type: 'string', pattern: '.*' }, '----'],
];

const list = { type: 'array' };
const shorter = { ...text, maxLength: 5 };

/** What one keyword says by another, or what several say together. */
const SPELLINGS: Row[] = [
  [
    'no more than the first items as a length',
    { ...list, prefixItems: [text], items: false },
    { ...list, prefixItems: [text], maxItems: 1 },
    '----',
  ],
  [
    'the length of no more than the first items',
    { ...list, prefixItems: [text], items: false },
    { ...list, prefixItems: [text], items: false, maxItems: 9 },
    '----',
  ],
  ['no items as a length', { ...list, items: false }, { ...list, maxItems: 0 }, '----'],
  [
    'one of what it contains as a length',
    { ...list, contains: text },
    { ...list, contains: text, minItems: 1 },
    'BNNB',
  ],
  [
    'items that differ, where a part has more',
    { ...list, allOf: [{ prefixItems: [text, text] }], unevaluatedItems: false },
    { ...list, allOf: [{ prefixItems: [text, text] }], unevaluatedItems: false, uniqueItems: true },
    'BNNB',
  ],
  [
    'more items that differ',
    { ...list, maxItems: 1, uniqueItems: true },
    { ...list, maxItems: 5, uniqueItems: true },
    'NBBN',
  ],
  ['a length without what it contains', { ...list, contains: text, minItems: 1 }, { ...list, minItems: 1 }, 'NBBN'],
  [
    'no fields by pattern in a part of what has no others',
    { type: 'object', allOf: [{ patternProperties: { '^x-': {} } }], unevaluatedProperties: false },
    { type: 'object', allOf: [{}], unevaluatedProperties: false },
    'BBBN',
  ],
  [
    'a field that asks for one that was required',
    { ...object({ a: text }, 'b'), dependentRequired: { a: ['b'] } },
    { ...object({ a: text }), dependentRequired: { a: ['b'] } },
    'NBBN',
  ],
  [
    'a field that asks for a required one that is readOnly',
    object({ a: text, b: { ...text, readOnly: true } }, 'b'),
    { ...object({ a: text, b: { ...text, readOnly: true } }, 'b'), dependentRequired: { a: ['b'] } },
    'BNNB',
  ],
  ['not even null', { not: {}, nullable: true }, false, 'BNNB'],
  [
    'words beside a field that nothing is',
    object({ a: false, b: text }),
    object({ a: false, b: { ...text, description: 'd' } }),
    '----',
  ],
  ['one item that differs', { ...list, maxItems: 1 }, { ...list, maxItems: 1, uniqueItems: true }, 'BNNB'],
  ['more of what it does not contain', list, { ...list, maxContains: 2, minContains: 2 }, '----'],
  ['any number of what it contains', list, { ...list, contains: text, minContains: 0 }, '----'],
  ['fewer that it contains at most', { contains: text, maxContains: 3 }, { contains: text, maxContains: 2 }, 'BNNB'],
  [
    'two things that it contains',
    { ...list, contains: text },
    { ...list, allOf: [{ contains: text }, { contains: whole }] },
    'BNNB',
  ],
  ['what it is not not', { not: { not: text } }, text, '----'],
  ['what it is not not, beside a type', { ...text, not: { not: { maxLength: 5 } } }, shorter, '----'],
  ['less than it is not not', { not: { not: shorter } }, { ...text, maxLength: 4 }, 'BNNB'],
  ['nothing', { not: {} }, false, '----'],
  ['an optional field of what it is not', { not: object({ a: text }) }, { not: object({ a: text, b: text }) }, 'NBBN'],
  ['any field of what it is not', { not: object({ a: text }) }, { not: object({ a: text, b: true }) }, '----'],
  [
    'a narrower optional field of what it is not',
    { not: object({ a: text }) },
    { not: object({ a: shorter }) },
    'NBBN',
  ],
  [
    'one thing more that it is not',
    { allOf: [{ not: { const: 1 } }] },
    { allOf: [{ not: { const: 1 } }, { not: { const: 2 } }] },
    'BNNB',
  ],
  [
    'two things that it is not',
    { allOf: [{ not: { const: 1 } }, { not: { const: 2 } }] },
    { not: { enum: [1, 2] } },
    '----',
  ],
  ['a pattern more', { ...text, pattern: 'a' }, { ...text, pattern: 'a', allOf: [{ pattern: 'b' }] }, 'BNNB'],
  [
    'another order of patterns',
    { ...text, allOf: [{ pattern: 'a' }, { pattern: 'b' }] },
    { ...text, allOf: [{ pattern: 'b' }, { pattern: 'a' }] },
    '----',
  ],
  [
    'a condition more',
    { if: text, else: whole },
    { if: text, else: whole, allOf: [{ if: whole, else: { minLength: 1 } }] },
    'BNNB',
  ],
  [
    'another order of conditions',
    {
      allOf: [
        { if: text, else: whole },
        { if: whole, else: { minLength: 1 } },
      ],
    },
    {
      allOf: [
        { if: whole, else: { minLength: 1 } },
        { if: text, else: whole },
      ],
    },
    '----',
  ],
  [
    'what fields ask for, in two parts',
    { type: 'object', dependentRequired: { a: ['b', 'c'] } },
    { type: 'object', allOf: [{ dependentRequired: { a: ['b'] } }, { dependentRequired: { a: ['c'] } }] },
    '----',
  ],
  [
    'fields by pattern in two parts',
    { type: 'object', patternProperties: { a: text, b: whole } },
    { type: 'object', allOf: [{ patternProperties: { a: text } }, { patternProperties: { b: whole } }] },
    '----',
  ],
  [
    'a field that asks for another as a schema',
    { type: 'object', dependentRequired: { a: ['b'] } },
    { type: 'object', dependentSchemas: { a: { required: ['b'] } } },
    '----',
  ],
  [
    'a field that asks for a required one',
    object({ a: text }, 'b'),
    { ...object({ a: text }, 'b'), dependentRequired: { a: ['b'] } },
    'BNNB',
  ],
  ['names of fields that are texts', { type: 'object' }, { type: 'object', propertyNames: text }, '----'],
  ['any fields by pattern', { type: 'object' }, { type: 'object', patternProperties: { '^x': {} } }, 'BNNB'],
  [
    'no other fields, as what nothing is',
    { ...object({ a: text }), additionalProperties: false },
    { ...object({ a: text }), additionalProperties: { not: {} } },
    '----',
  ],
  ['a field that nothing is', object({ a: text, b: text }), object({ a: text, b: false }), 'BBNN'],
  ['a step of 1 for numbers', { type: 'number', multipleOf: 1 }, whole, '----'],
  ['whole numbers alone', { type: 'integer', enum: [1, 2] }, { type: 'number', enum: [1, 2] }, '----'],
  ['bytes in base64', { ...text, format: 'byte' }, { ...text, contentEncoding: 'base64' }, 'BBBB'],
  ['a default of what is required', object({ a: text }, 'a'), object({ a: { ...text, default: 'x' } }, 'a'), '----'],
];

const FORMATS: Row[] = [
  ['a format', text, { type: 'string', format: 'uuid' }, 'BNNB'],
  ['more bits', { type: 'integer', format: 'int32' }, { type: 'integer', format: 'int64' }, 'NBBN'],
  ['bits that are an annotation', whole, { type: 'integer', format: 'int64' }, 'NNNN'],
  ['a finer number', { type: 'number', format: 'float' }, { type: 'number', format: 'double' }, 'NNNN'],
  ['an annotation', whole, { type: 'integer', format: 'unixtime' }, 'NNNN'],
  ['another annotation', { type: 'string', format: 'html' }, { type: 'string', format: 'markdown' }, 'NNNN'],
  ['a format that nobody checks', text, { type: 'string', format: 'color' }, 'NNNN'],
  ['another format', { type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }, 'BBBB'],
  ['a wider format', { type: 'string', format: 'uri' }, { type: 'string', format: 'uri-reference' }, 'NBBN'],
  ['no file any more', { type: 'string', format: 'binary' }, text, 'BBBB'],
  [
    'a file in 3.1',
    { type: 'string', format: 'binary' },
    { type: 'string', contentMediaType: 'application/octet-stream' },
    '----',
  ],
  [
    'a file by its encoding',
    { type: 'string', format: 'binary' },
    { type: 'string', contentEncoding: 'binary' },
    '----',
  ],
  [
    'another encoding',
    { type: 'string', contentEncoding: 'base64' },
    { type: 'string', contentEncoding: 'base16' },
    'BBBB',
  ],
  ['an encoding', text, { type: 'string', format: 'byte' }, 'BNNB'],
  ['a format of texts at a list', { type: 'array' }, { type: 'array', format: 'uuid' }, '----'],
  ['a media type that is an annotation', text, { type: 'string', contentMediaType: 'text/markdown' }, 'NNNN'],
  [
    'a media type that is an annotation, of a field of JSON',
    object({ a: { type: 'string', contentMediaType: 'text/markdown' } }),
    object({ a: text }),
    'NNNN',
  ],
  ['JSON in a text', text, { type: 'string', contentMediaType: 'application/json' }, 'NNNN'],
  [
    'a media type of what is encoded',
    { type: 'string', contentEncoding: 'base64' },
    { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
    'NNNN',
  ],
  [
    'another media type that is an annotation',
    { type: 'string', contentMediaType: 'text/markdown' },
    { type: 'string', contentMediaType: 'text/html' },
    'NNNN',
  ],
  [
    'another schema of JSON in a text',
    { type: 'string', contentMediaType: 'application/json', contentSchema: text },
    { type: 'string', contentMediaType: 'application/json', contentSchema: whole },
    'LLLL',
  ],
];

const FIELDS: Row[] = [
  ['an optional field', object({}), object({ a: text }), 'NNBB'],
  ['a required field', object({}), object({ a: text }, 'a'), 'BNBB'],
  ['a field that is required now', object({ a: text }), object({ a: text }, 'a'), 'BNNB'],
  ['another name', object({ created: whole }), object({ created_at: whole }), 'BBBB'],
  ['another type of a field', object({ a: object({ b: text }) }), object({ a: object({ b: whole }) }), 'BBBB'],
  ['no other fields', object({ a: text }), { ...object({ a: text }), additionalProperties: false }, 'BNNN'],
  [
    'no other fields in 3.1',
    { type: 'object', additionalProperties: false },
    { type: 'object', unevaluatedProperties: false },
    '----',
  ],
  ['other fields of a schema as any', { additionalProperties: text }, { additionalProperties: true }, 'NBBN'],
  ['other fields of a schema as none', { additionalProperties: text }, { additionalProperties: false }, 'BBNN'],
  ['other fields that are anything', { type: 'object' }, { type: 'object', additionalProperties: {} }, '----'],
  ['other fields at all', { type: 'object', additionalProperties: true }, { type: 'object' }, '----'],
  ['another type of other fields', { additionalProperties: text }, { additionalProperties: whole }, 'BBBB'],
  [
    'longer texts in a map',
    { additionalProperties: { maxLength: 5 } },
    { additionalProperties: { maxLength: 6 } },
    'NBBN',
  ],
  ['a field that is readOnly', object({ a: text }), object({ a: { ...text, readOnly: true } }), 'B-N-'],
  ['a field that is writeOnly', object({ a: text }), object({ a: { ...text, writeOnly: true } }), '-B-N'],
  [
    'a required field that is no longer readOnly',
    object({ a: { ...text, readOnly: true } }, 'a'),
    object({ a: text }, 'a'),
    'B-B-',
  ],
  ['a new field that is readOnly', object({}), object({ a: { ...text, readOnly: true } }, 'a'), '-N-B'],
  ['another default', { default: 10 }, { default: 20 }, 'B-B-'],
  ['a default', whole, { type: 'integer', default: 20 }, 'B-B-'],
  ['deprecation of a field', object({ a: text }), object({ a: { ...text, deprecated: true } }), 'NNNN'],
  ['another order', object({ a: text, b: whole }, 'a', 'b'), object({ b: whole, a: text }, 'b', 'a'), '----'],
  ['a required field that is not described', { required: ['a'] }, { required: ['a', 'b'] }, 'BNNB'],
  ['nothing required', object({ a: text }), { ...object({ a: text }), required: [] }, '----'],
  [
    'a required field that was required before',
    { required: ['a'] },
    { required: ['a'], properties: { a: text } },
    'NNBB',
  ],
  [
    'a field of a map by name',
    { type: 'object', additionalProperties: text },
    { ...object({ a: text }), additionalProperties: text },
    'NNNN',
  ],
  [
    'a narrower field of a map by name',
    { additionalProperties: text },
    { ...object({ a: { type: 'string', maxLength: 5 } }), additionalProperties: text },
    'BNNB',
  ],
  ['other fields in 3.1', { additionalProperties: text }, { unevaluatedProperties: text }, '----'],
  [
    'narrower other fields in 3.1',
    { unevaluatedProperties: { maxLength: 6 } },
    { unevaluatedProperties: { maxLength: 5 } },
    'BNNB',
  ],
  [
    'as many fields as are required',
    object({ a: text }, 'a'),
    { ...object({ a: text }, 'a'), minProperties: 1 },
    '----',
  ],
  [
    'a field whose last day is over',
    object({ a: { ...text, deprecated: true, 'x-sunset': '2020-01-01' } }),
    object({}),
    'LLNN',
  ],
];

const COMPOSITION: Row[] = [
  [
    'parts as one',
    { allOf: [object({ a: text }), object({ b: text }, 'b')] },
    object({ a: text, b: text }, 'b'),
    '----',
  ],
  ['a narrower part', { allOf: [{ maximum: 9 }, whole] }, { allOf: [{ maximum: 5 }, whole] }, 'BNNB'],
  ['one part more', { allOf: [object({ a: text })] }, { allOf: [object({ a: text }), object({ b: text })] }, 'NNBB'],
  ['a reference for what stands there', text, ref('Text'), '----'],
  ['another component of the same', ref('Text'), ref('Same'), '----'],
  ['a reference with words', ref('Cat'), { allOf: [ref('Cat')], description: 'd' }, '----'],
  ['words beside a reference', ref('Cat'), { ...ref('Cat'), description: 'd' }, '----'],
  ['another order of alternatives', either(text, whole), either(whole, text), '----'],
  [
    'reworded alternatives',
    either({ ...kind('a'), description: 'x' }, { ...kind('b'), title: 'y' }),
    either({ ...kind('a'), description: 'z' }, { ...kind('b'), title: 'w' }),
    '----',
  ],
  [
    'both alternatives widened',
    either({ type: 'string', maxLength: 5 }, { type: 'integer', maximum: 5 }),
    either({ type: 'string', maxLength: 6 }, { type: 'integer', maximum: 6 }),
    'NBBN',
  ],
  [
    'both objects widened',
    one(object({ a: { maxLength: 5 } }, 'a'), object({ b: { maxLength: 5 } }, 'b')),
    one(object({ a: { maxLength: 6 } }, 'a'), object({ b: { maxLength: 6 } }, 'b')),
    'NBBN',
  ],
  ['both alternatives renamed', either(ref('Cat'), ref('Dog')), either(ref('Canine'), ref('Feline')), '----'],
  [
    'a field more in each alternative',
    one(kind('a'), kind('b')),
    one(kind('a', { x: text }), kind('b', { x: text })),
    'NNBB',
  ],
  ['a field more in the second alternative', one(kind('a'), kind('b')), one(kind('b', { x: text }), kind('a')), 'NNBB'],
  ['an alternative more', one(kind('a'), kind('b')), one(kind('a'), kind('b'), kind('c')), 'NBBN'],
  [
    'an alternative that another allows',
    either(text, whole),
    either(text, whole, { type: 'string', maxLength: 5 }),
    'NNNN',
  ],
  ['any for one, where both can fit', one(ref('Cat'), ref('Dog')), either(ref('Cat'), ref('Dog')), 'NBBN'],
  ['any for one, where one can fit', one(kind('a'), kind('b')), either(kind('a'), kind('b')), '----'],
  ['any for one of two types', one(text, whole), either(text, whole), '----'],
  [
    'fields moved into each alternative',
    { ...object({ id: text }, 'id'), ...one(kind('a'), kind('b')) },
    one(
      object({ kind: { const: 'a' }, id: text }, 'kind', 'id'),
      object({ kind: { const: 'b' }, id: text }, 'kind', 'id'),
    ),
    '----',
  ],
  [
    'optional fields moved into one alternative each',
    object({ id: text, a: text, b: text }, 'id'),
    { ...object({ id: text }, 'id'), anyOf: [object({ a: text }), object({ b: text })] },
    'NNNN',
  ],
  ['an alternative alone', ref('Cat'), one(ref('Cat')), '----'],
  [
    'alternatives within alternatives',
    either(text, either(whole, { type: 'boolean' })),
    either(text, whole, { type: 'boolean' }),
    '----',
  ],
  ['a type less among alternatives', either(object({ a: text }), text), object({ a: text }), 'BNNB'],
  ['a narrower recursive schema', ref('Tree'), ref('Bush'), 'BNNB'],
  ['another field that says which', chosenBy('kind'), chosenBy('type'), 'BBBB'],
  [
    'values that say which, swapped',
    chosenBy('kind', { c: '#/components/schemas/Cat', d: '#/components/schemas/Dog' }),
    chosenBy('kind', { d: '#/components/schemas/Cat', c: '#/components/schemas/Dog' }),
    'BBBB',
  ],
  ['a value more that says which', chosenBy('kind', { c: 'Cat' }), chosenBy('kind', { c: 'Cat', d: 'Dog' }), 'NBBN'],
  [
    'the long name of what is chosen',
    chosenBy('kind', { c: 'Cat' }),
    chosenBy('kind', { c: '#/components/schemas/Cat' }),
    '----',
  ],
  ['no field that says which', chosenBy('kind'), one(ref('Cat'), ref('Dog')), 'LBNN'],
  [
    'the names of the alternatives spelled out',
    chosenBy('kind'),
    chosenBy('kind', { Cat: '#/components/schemas/Cat', Dog: 'Dog' }),
    '----',
  ],
  ['other values than the names', chosenBy('kind'), chosenBy('kind', { cat: 'Cat', dog: 'Dog' }), 'NBBN'],
  [
    'the values that the field has',
    { ...one(ref('Apple'), ref('Pear')), discriminator: { propertyName: 'kind' } },
    { ...one(ref('Apple'), ref('Pear')), discriminator: { propertyName: 'kind', mapping: { a: 'Apple', p: 'Pear' } } },
    '----',
  ],
  [
    'any for one, where a field says which',
    chosenBy('kind'),
    { ...either(ref('Cat'), ref('Dog')), discriminator: { propertyName: 'kind' } },
    'N-B-',
  ],
];

describe.each([
  ['types', TYPES],
  ['values', VALUES],
  ['bounds', BOUNDS],
  ['conditions', CONDITIONS],
  ['spellings', SPELLINGS],
  ['formats', FORMATS],
  ['fields', FIELDS],
  ['composition', COMPOSITION],
])('a mutation of %s has its verdict:', (_group, rows) => {
  const cases = rows.flatMap(([what, before, after, verdicts]) => [
    ...bothSides(what, before, after, verdicts.slice(0, 2)),
    ...bothSides(`${what}, taken back,`, after, before, verdicts.slice(2)),
  ]);

  test.each(cases)('%s is %s', (_what, verdict, before, after) => {
    expect(verdictOf(before, after)).toBe(verdict);
  });
});

function bothSides(
  what: string,
  before: Json,
  after: Json,
  verdicts: string,
): [string, string, JsonObject, JsonObject][] {
  const documents = (place: (schema: Json) => JsonObject) =>
    [before, after].map((schema) => documentOf(place(schema), { components: { schemas: COMPONENTS } }));
  return [
    [`${what} in a request`, verdicts[0] ?? '', ...pairOf(documents(ofRequest))],
    [`${what} in an answer`, verdicts[1] ?? '', ...pairOf(documents(ofAnswer))],
  ];
}

function pairOf([before = {}, after = {}]: JsonObject[]): [JsonObject, JsonObject] {
  return [before, after];
}
