import { lineOf } from '../../../../scripts/contract/compare/changes';
import { compareContracts } from '../../../../scripts/contract/compare/compare';
import { openDocument } from '../../../../scripts/contract/read/document';
import type { JsonObject, Json } from '../../../../scripts/contract/read/document';

const FINE = { '200': { description: 'Fine' } };

function contract(operation: JsonObject, rest: JsonObject = {}) {
  const paths = { '/things': { post: { operationId: 'make', responses: FINE, ...operation } } };
  return openDocument({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...rest });
}

const json = (schema: Json): JsonObject => ({ 'application/json': { schema } });
const request = (schema: Json): JsonObject => ({ requestBody: { content: json(schema) } });
const form = (schema: Json): JsonObject => ({ requestBody: { content: { 'multipart/form-data': { schema } } } });
const answer = (schema: Json): JsonObject => ({ responses: { '200': { description: 'Fine', content: json(schema) } } });
const query = (parameter: JsonObject): JsonObject => ({ parameters: [{ name: 'q', in: 'query', ...parameter }] });

/** What changed, as lines; those that break clients begin with `!`, those that may with `?`. */
function linesOf(before: JsonObject, after: JsonObject, rest?: [JsonObject, JsonObject]): string[] {
  const { changes } = compareContracts(contract(before, rest?.[0]), contract(after, rest?.[1]));
  const signs = { breaking: '!', look: '?', note: '.' };
  return changes.map(({ label, what, level }) => `${signs[level]} ${label}: ${what}`);
}

const object = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required,
});
const parts = (first: Json, second: Json): Json => ({ allOf: [first, second] });
const scheme = (definition: JsonObject): JsonObject => ({
  security: [{ Key: [] }],
  components: { securitySchemes: { Key: definition } },
});
const text = { type: 'string' };

test('a line says once that it is about an answer', () => {
  const lines = [
    { side: 'answer', label: 'answer 404', what: 'x' } as const,
    { side: 'answer', label: 'File.id', what: 'x' } as const,
    { side: 'request', label: 'body.a', what: 'x' } as const,
  ].map(lineOf);
  expect(lines).toEqual(['answer 404: x', 'answer File.id: x', 'request body.a: x']);
});

describe('a change of a schema', () => {
  test.each<[what: string, before: Json, after: Json, inRequest: string, inAnswer: string]>([
    [
      'a narrower type',
      { type: ['string', 'null'] },
      text,
      '! the type string or null became string',
      '. the type string or null became string',
    ],
    [
      'integer for number',
      { type: 'number' },
      { type: 'integer' },
      '! the type number became integer',
      '. the type number became integer',
    ],
    ['another type', text, { type: 'boolean' }, '! the type string became boolean', '! the type string became boolean'],
    [
      'null in another way',
      { anyOf: [text, { type: 'null' }] },
      text,
      '! the type string or null became string',
      '. the type string or null became string',
    ],
    [
      'nullable',
      { type: 'string', nullable: true },
      text,
      '! the type string or null became string',
      '. the type string or null became string',
    ],
    [
      'a removed value',
      { enum: ['a', 'b'] },
      { enum: ['a'] },
      '! the value "b" was removed',
      '. the value "b" was removed',
    ],
    [
      'values at all',
      text,
      { type: 'string', enum: ['a'] },
      '! the list of its values was added',
      '. the list of its values was added',
    ],
    ['a lower maximum', { maximum: 10 }, { maximum: 9 }, '! maximum 10 became 9', '. maximum 10 became 9'],
    ['a higher minimum', { minLength: 1 }, { minLength: 2 }, '! minLength 1 became 2', '. minLength 1 became 2'],
    ['a new bound', {}, { maxItems: 3 }, '! maxItems 3 was added', '. maxItems 3 was added'],
    [
      'the boolean form of a bound',
      { minimum: 1, exclusiveMinimum: true },
      { exclusiveMinimum: 2 },
      '! exclusiveMinimum 1 became 2',
      '. exclusiveMinimum 1 became 2',
    ],
    ['another pattern', { pattern: 'a' }, { pattern: 'b' }, '! pattern "a" became "b"', '! pattern "a" became "b"'],
    [
      'a new format',
      text,
      { type: 'string', format: 'uuid' },
      '! format "uuid" was added',
      '. format "uuid" was added',
    ],
    [
      'a keyword that is not compared',
      { not: { const: 1 } },
      { not: { const: 2 } },
      '! not {"const":1} became {"const":2}',
      '! not {"const":1} became {"const":2}',
    ],
    ['of items', { items: { maximum: 2 } }, { items: { maximum: 1 } }, '! maximum 2 became 1', '. maximum 2 became 1'],
    [
      'an alternative less',
      { anyOf: [text, { type: 'integer' }, { type: 'boolean' }] },
      { anyOf: [text, { type: 'integer' }] },
      '! the type string or integer or boolean became string or integer',
      '. the type string or integer or boolean became string or integer',
    ],
    [
      'of one alternative',
      { oneOf: [text, { maximum: 2 }] },
      { oneOf: [text, { maximum: 1 }] },
      '! maximum 2 became 1',
      '. maximum 2 became 1',
    ],
    [
      'of a part',
      { allOf: [{ maximum: 2 }] },
      { allOf: [{ maximum: 1 }] },
      '! maximum 2 became 1',
      '. maximum 2 became 1',
    ],
  ])('to %s breaks requests, and the reverse breaks answers', (_what, before, after, inRequest, inAnswer) => {
    expect(withoutLabels(linesOf(request(before), request(after)))).toEqual([inRequest]);
    expect(withoutLabels(linesOf(answer(before), answer(after)))).toEqual([inAnswer]);
    const [reverse] = linesOf(answer(after), answer(before));
    expect(reverse?.startsWith('!')).toBe(true);
    const [widened] = linesOf(request(after), request(before));
    // what is neither part of the other breaks both ways
    expect(widened?.startsWith('!')).toBe(inAnswer.startsWith('!'));
  });

  test('that is only another way to say the same is none', () => {
    expect(linesOf(request({ type: ['string', 'null'] }), request({ anyOf: [{ type: 'null' }, text] }))).toEqual([]);
    expect(
      linesOf(
        answer(object({ a: text, b: text }, ['a', 'b'])),
        answer({ ...object({ b: text, a: text }, ['b', 'a']), description: 'x', title: 'y' }),
      ),
    ).toEqual([]);
    const named = request({ $ref: '#/components/schemas/T' });
    expect(linesOf(request(object({ a: text })), named, [{}, withSchemas({ T: object({ a: text }) })])).toEqual([]);
    expect(linesOf(request({ const: 1 }), request({ enum: [1] }))).toEqual([]);
  });

  test('behind a keyword that is not taken apart is found through references', () => {
    const [before, after] = [withSchemas({ T: { maxLength: 3 } }), withSchemas({ T: { maxLength: 2 } })];
    const $ref = '#/components/schemas/T';
    const schemas: [JsonObject, RegExp][] = [
      [{ prefixItems: [{ $ref }] }, /^! .* became /],
      [{ patternProperties: { a: { $ref } } }, /^! .* became /],
      [{ not: { $ref } }, /^[^!].* became /],
    ];
    for (const [schema, line] of schemas) {
      const lines = linesOf(request(schema), request(schema), [before, after]);
      expect(lines).toEqual([expect.stringMatching(line)]);
      expect(linesOf(request(schema), request(schema), [before, before])).toEqual([]);
    }
    const recursive = { T: { not: { items: { $ref } }, description: 'a' } };
    expect(linesOf(request({ $ref }), request({ $ref }), [withSchemas(recursive), withSchemas(recursive)])).toEqual([]);
  });

  test('of a form with lists of themselves comes to an end', () => {
    const T = { type: 'array', items: { $ref: '#/components/schemas/T' } };
    const J = { anyOf: [text, { type: 'array', items: { $ref: '#/components/schemas/J' } }] };
    const document = withSchemas({ T, J });
    for (const name of ['T', 'J']) {
      const uploading = form(object({ a: { $ref: `#/components/schemas/${name}` } }));
      expect(linesOf(uploading, uploading, [document, document])).toEqual([]);
    }
  });

  test('of a part is found, whatever the other parts say of the same', () => {
    expect(
      linesOf(
        request(parts(object({ a: { maximum: 9 } }), object({ a: { minimum: 1 } }))),
        request(parts(object({ a: { maximum: 5 } }), object({ a: { minimum: 1 } }))),
      ),
    ).toEqual(['! body.a: maximum 9 became 5']);
    expect(
      linesOf(request(parts({ maximum: 9 }, { maximum: 7 })), request(parts({ maximum: 5 }, { maximum: 7 }))),
    ).toEqual(['! body: maximum 7 became 5']);
    const [a, b] = [{ pattern: 'a' }, { pattern: 'b' }];
    expect(linesOf(request(parts(a, b)), request(parts({ pattern: 'c' }, b)))).toEqual([
      expect.stringMatching(/^! body: pattern .* became /),
    ]);
    const items = (one: Json): Json => parts({ items: one }, { items: { minLength: 1 } });
    expect(linesOf(request(items({ maxLength: 9 })), request(items({ maxLength: 5 })))).toEqual([
      '! body[]: maxLength 9 became 5',
    ]);
  });

  test('of what is required without being described is found', () => {
    expect(linesOf(request({ required: ['a'] }), request({ required: ['a', 'b'] }))).toEqual([
      '! body: the field b is now required',
    ]);
    expect(linesOf(answer({ required: ['a'] }), answer({}))).toEqual([
      '! answer 200: the field a is no longer required',
    ]);
  });

  test('from any alternative to exactly one narrows', () => {
    const [any, one] = [{ anyOf: [text, { minimum: 1 }] }, { oneOf: [text, { minimum: 1 }] }];
    expect(linesOf(request(any), request(one))).toEqual(['! body: now exactly one alternative must fit']);
    expect(linesOf(answer(any), answer(one))).toEqual(['. answer 200: now exactly one alternative must fit']);
    expect(linesOf(answer(one), answer(any))).toEqual(['! answer 200: no longer exactly one alternative must fit']);
  });

  test('that says what was so already is none', () => {
    const saying = { additionalProperties: {}, items: {}, uniqueItems: false, minLength: 0, minItems: 0 };
    expect(linesOf(request(saying), request({}))).toEqual([]);
    expect(linesOf(request({}), request(saying))).toEqual([]);
    expect(linesOf(request({}), request({ items: false }))).toEqual(['! body: maxItems 0 was added']);
  });

  test('of a field says which field, and why', () => {
    const before = object({ a: text, b: text }, ['a']);
    expect(linesOf(request(before), request(object({ a: text })))).toEqual([
      '. body: the field a is no longer required',
      '! body: the field b was removed',
    ]);
    expect(linesOf(answer(before), answer(object({ a: text })))).toEqual([
      '! answer 200: the field a is no longer required',
      '! answer 200: the field b was removed',
    ]);
    expect(linesOf(request(before), request(object({ a: text, b: text, c: text }, ['a', 'b'])))).toEqual([
      '! body: the field b is now required',
      '. body: the optional field c was added',
    ]);
    expect(linesOf(request(before), request(object({ a: text, b: text, c: text }, ['a', 'c'])))).toEqual([
      '! body: the required field c was added',
    ]);
    expect(linesOf(answer(before), answer(object({ a: text, b: text, c: text }, ['a', 'c'])))).toEqual([
      '. answer 200: the required field c was added',
    ]);
    expect(
      linesOf(
        request(object({ a: object({ b: { minimum: 1 } }) })),
        request(object({ a: object({ b: { minimum: 2 } }) })),
      ),
    ).toEqual(['! body.a.b: minimum 1 became 2']);
  });

  test('of a field that was renamed names its new name', () => {
    const before = answer(object({ created: { type: 'integer', minimum: 3 } }));
    const after = answer(object({ created_at: { minimum: 3, type: 'integer' } }));
    expect(linesOf(before, after)).toEqual([
      '! answer 200: the field created was removed (created_at, which is new, has the same schema: was it renamed?)',
      '. answer 200: the optional field created_at was added',
    ]);
  });

  test('of what only the other side has breaks nobody', () => {
    const readOnly = { type: 'string', readOnly: true };
    expect(linesOf(request(object({})), request(object({ id: readOnly }, ['id'])))).toEqual([]);
    expect(linesOf(request(object({ id: text })), request(object({ id: readOnly })))).toEqual([
      '! body.id: it is now readOnly',
    ]);
    expect(
      linesOf(answer(object({ key: text })), answer(object({ key: { type: 'string', writeOnly: true } }))),
    ).toEqual(['! answer 200.key: it is now writeOnly']);
  });

  test('to a closed object breaks requests; from one it breaks nobody, since clients ignore what they do not know', () => {
    const [open, closed] = [object({}), { ...object({}), additionalProperties: false }];
    expect(linesOf(request(open), request(closed))).toEqual(['! body: other fields are refused and were allowed']);
    expect(linesOf(answer(closed), answer(open))).toEqual(['. answer 200: other fields are allowed and were refused']);
  });

  test('of a default breaks requests without it', () => {
    expect(
      linesOf(query({ schema: { type: 'integer', default: 10 } }), query({ schema: { type: 'integer', default: 20 } })),
    ).toEqual(['! query q: the default 10 became 20']);
  });

  test('of a recursive schema is found once', () => {
    const both = {
      ...request({ $ref: '#/components/schemas/Tree' }),
      ...answer({ $ref: '#/components/schemas/Tree' }),
    };
    expect(linesOf(both, both, [withTree(2), withTree(1)])).toEqual([
      '! Tree.value: maximum 2 became 1',
      '. Tree.value: maximum 2 became 1',
    ]);
  });
});

describe('a change of an operation', () => {
  test.each<[what: string, before: JsonObject, after: JsonObject, lines: string[]]>([
    ['another operationId', {}, { operationId: 'create' }, ['! operationId: make became create']],
    ['deprecation', {}, { deprecated: true }, ['. operation: it is now deprecated']],
    ['a parameter less', query({ schema: {} }), {}, ['! query q: was removed']],
    ['an optional parameter', {}, query({ schema: {} }), ['. query q: was added, optional']],
    ['a required parameter', {}, query({ required: true, schema: {} }), ['! query q: was added, required']],
    [
      'a parameter that is now required',
      query({ schema: {} }),
      query({ required: true, schema: {} }),
      ['! query q: is now required'],
    ],
    [
      'a parameter in another style',
      query({ schema: {} }),
      query({ style: 'pipeDelimited', schema: {} }),
      ['! query q: style form, exploded, became style pipeDelimited'],
    ],
    [
      'a parameter whose text is JSON now',
      query({ schema: text }),
      query({ content: json(text) }),
      ['! query q: style form became application/json'],
    ],
    [
      'a header that may be missing',
      { responses: { '200': { description: '', headers: { ETag: { required: true, schema: text } } } } },
      { responses: { '200': { description: '', headers: { ETag: { schema: text } } } } },
      ['! answer 200 header ETag: is no longer required'],
    ],
    [
      'another base path',
      { servers: [{ url: 'https://a.example/v1' }] },
      { servers: [{ url: 'https://b.example/v2/' }] },
      [
        '! servers: no server has it under /v1 any more',
        '. servers: a server has it under /v2',
        '? servers: the server https://a.example is no longer named',
      ],
    ],
    [
      'a scope more',
      { security: [{ Key: ['read'] }] },
      { security: [{ Key: ['read', 'write'] }] },
      ['! security: Key now needs the scope "write"'],
    ],
    [
      'no key any more',
      { security: [{ Key: [] }] },
      { security: [] },
      ['. security: access with Key is no longer named, and not needed', '. security: anonymous access is now allowed'],
    ],
    [
      'a narrower parameter',
      query({ schema: { type: 'integer' } }),
      query({ schema: { type: 'integer', enum: [1] } }),
      ['! query q: the list of its values was added'],
    ],
    ['a body', {}, request({}), ['. body: was added, optional']],
    ['a required body', {}, { requestBody: { required: true, content: json({}) } }, ['! body: was added, required']],
    ['no body', request({}), {}, ['! body: was removed']],
    [
      'another media type',
      request({}),
      { requestBody: { content: { 'text/plain': {} } } },
      ['! body: the media type application/json was removed', '. body: the media type text/plain was added'],
    ],
    [
      'another success',
      answer({}),
      { responses: { '202': { description: '' } } },
      ['! answer 200: was removed', '. answer 202: was added'],
    ],
    [
      'other errors',
      { responses: { ...FINE, '404': { description: '' } } },
      { responses: { ...FINE, '400': { description: '' } } },
      ['. answer 404: was removed', '. answer 400: was added'],
    ],
    [
      'a header less',
      { responses: { '200': { description: '', headers: { ETag: { schema: text } } } } },
      {},
      ['! answer 200 header ETag: was removed'],
    ],
    [
      'a key',
      {},
      { security: [{ Key: [] }] },
      ['! security: anonymous access was removed', '. security: access with Key is now possible'],
    ],
    ['an optional key', {}, { security: [{}, { Key: [] }] }, ['. security: access with Key is now possible']],
  ])('is told: %s', (_what, before, after, lines) => {
    expect(linesOf(before, after)).toEqual(lines);
  });

  test('that spells out a default says nothing', () => {
    expect(linesOf(query({ schema: {} }), query({ style: 'form', explode: true, schema: {} }))).toEqual([]);
    expect(linesOf({}, { servers: [{ url: 'https://api.example.com/' }] })).toEqual([]);
  });

  test('that is another kind of key under the same name', () => {
    const bearer = scheme({ type: 'http', scheme: 'bearer', description: 'a' });
    const header = scheme({ type: 'apiKey', in: 'header', name: 'X-Key' });
    expect(linesOf({}, {}, [bearer, header])).toEqual(['! security: the scheme Key changed']);
    expect(linesOf({}, {}, [bearer, scheme({ type: 'http', scheme: 'bearer', description: 'b' })])).toEqual([]);
  });

  test('is one change when it comes from a schema that several operations share', () => {
    expect(compareContracts(sharing(['on']), sharing(['on', 'off']))).toEqual({
      added: [],
      removed: [],
      changes: [
        {
          label: 'State',
          what: 'the value "off" was added',
          why: 'clients that know the old values alone can get it',
          side: 'answer',
          level: 'breaking',
          component: 'State',
          operations: ['GET /a', 'GET /b'],
        },
      ],
    });
  });

  test('that is an operation more or less, or a path parameter of another name, is told as such', () => {
    const before = withPaths({ '/a/{x}': { get: get('a', 'x') }, '/b': { get: get('b') } });
    const after = withPaths({ '/a/{y}': { get: get('a', 'y') }, '/c': { put: get('c') } });
    expect(compareContracts(before, after)).toEqual({
      added: [{ method: 'PUT', path: '/c', operationId: 'c' }],
      removed: [
        { method: 'GET', path: '/b', operationId: 'b', level: 'breaking', why: 'clients that call it find nothing' },
      ],
      changes: [
        {
          label: 'path',
          what: '/a/{x} became /a/{y}',
          why: undefined,
          level: 'note',
          side: 'operation',
          operations: ['GET /a/{y}'],
        },
      ],
    });
  });
});

function withoutLabels(lines: string[]): string[] {
  return lines.map((line) => line.replace(/^(.) [^:]*: /, '$1 '));
}

function withSchemas(schemas: JsonObject): JsonObject {
  return { components: { schemas } };
}

function withTree(maximum: number): JsonObject {
  return withSchemas({ Tree: object({ value: { maximum }, next: { $ref: '#/components/schemas/Tree' } }) });
}

/** Two operations that answer with the same schema. */
function sharing(values: string[]) {
  const response = { description: '', content: json({ $ref: '#/components/schemas/State' }) };
  const [a, b] = ['a', 'b'].map((operationId) => ({ get: { operationId, responses: { '200': response } } }));
  return withPaths({ '/a': a ?? null, '/b': b ?? null }, withSchemas({ State: { type: 'string', enum: values } }));
}

function withPaths(paths: JsonObject, rest: JsonObject = {}) {
  return openDocument({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...rest });
}

function get(operationId: string, ...names: string[]): JsonObject {
  const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: text }));
  return { operationId, responses: FINE, parameters };
}

const refer = (level: number) => ({ $ref: `#/components/schemas/S${level}` });
/** Forty schemas, of which each refers twice to the one before, inside of a keyword. */
const doubling = (keyword: (one: Json, other: Json) => JsonObject, first: JsonObject) => {
  const levels = Array.from({ length: 40 }, (_, level): [string, JsonObject] => [
    `S${level + 1}`,
    keyword(refer(level), refer(level)),
  ]);
  return { components: { schemas: { S0: first, ...Object.fromEntries(levels) } } };
};

test.each<[string, (one: Json, other: Json) => JsonObject]>([
  ['not', (a, b) => ({ not: { type: 'object', properties: { a, b } } })],
  ['if', (a, b) => ({ if: { properties: { a, b } }, else: { required: ['a'] } })],
  ['contains', (a, b) => ({ contains: { properties: { a, b } } })],
])('a change below forty schemas that refer twice to the one before, inside of %s, is found', (_keyword, keyword) => {
  const body = request(refer(40));
  const [long, short] = [doubling(keyword, text), doubling(keyword, { ...text, maxLength: 3 })];
  expect(linesOf(body, body, [long, long])).toEqual([]);
  expect(linesOf(body, body, [long, short])).not.toEqual([]);
});
