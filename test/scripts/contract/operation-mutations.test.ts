import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { FINE, documentOf, json, object, ofAnswer, ofRequest, verdictOf } from './mutations';

const text = { type: 'string' };
const nothing: JsonObject = {};
const query = (...parameters: JsonObject[]): JsonObject => ({
  parameters: parameters.map((parameter) => Object.assign({ name: 'q', in: 'query', schema: text }, parameter)),
});
const header = (more: JsonObject): JsonObject => ({
  responses: { '200': { description: '', headers: { ETag: { schema: text, ...more } } } },
});
const answers = (...statuses: string[]): JsonObject => ({
  responses: Object.fromEntries(statuses.map((status) => [status, { description: '', content: json(text) }])),
});
const body = (type: string, schema: Json = text, more: JsonObject = {}): JsonObject => ({
  requestBody: { content: { [type]: { schema, ...more } } },
});
const answerOf = (...types: string[]): JsonObject => ({
  responses: { '200': { description: '', content: Object.fromEntries(types.map((type) => [type, { schema: text }])) } },
});
const form = (encoding?: JsonObject): JsonObject =>
  body('multipart/form-data', object({ photo: { type: 'string', format: 'binary' } }), encoding && { encoding });
const texts = { type: 'array', items: text };
const fields = (a: Json, encoding?: JsonObject): JsonObject =>
  body('multipart/form-data', object({ a }), encoding && { encoding: { a: encoding } });
const keys = (...security: JsonObject[]): JsonObject => ({ security });
const servers = (...urls: string[]): JsonObject => ({ servers: urls.map((url) => ({ url })) });
const variable = (more: JsonObject): JsonObject => ({
  servers: [
    {
      url: 'https://{region}.example/{version}',
      variables: { version: { default: 'v1' }, region: { default: 'eu', ...more } },
    },
  ],
});
const message = (schema: Json, more: JsonObject = {}): JsonObject => ({
  post: { requestBody: { required: true, content: json(schema) }, responses: FINE, ...more },
});
const named = (name: string, schema: Json = text): JsonObject => ({
  [name]: { '{$request.body#/url}': message(schema) },
});
const callback = (schema: Json, name = 'done'): JsonObject => ({ callbacks: named(name, schema) });
const links = (operationId: string, more: JsonObject = {}): JsonObject => ({
  responses: { '200': { description: '', links: { next: { operationId, ...more } } } },
});

/** One change of an operation, and its verdict there and back. */
type Row = [what: string, before: JsonObject, after: JsonObject, verdicts: string];

const OPERATIONS: Row[] = [
  ['another operationId', nothing, { operationId: 'create' }, 'BB'],
  ['words alone', nothing, { summary: 's', description: 'd', tags: ['t'], 'x-a': 1, externalDocs: { url: 'u' } }, '--'],
  ['deprecation', nothing, { deprecated: true }, 'NN'],
  ['deprecation with a last day', nothing, { deprecated: true, 'x-sunset': '2999-01-01' }, 'NN'],
  ['deprecation behind its last day', nothing, { deprecated: true, 'x-sunset': '2020-01-01' }, 'LN'],
  [
    'an earlier last day',
    { deprecated: true, 'x-sunset': '2999-06-01' },
    { deprecated: true, 'x-sunset': '2999-01-01' },
    'LN',
  ],
];

const PARAMETERS: Row[] = [
  ['an optional parameter', nothing, query({}), 'NB'],
  ['a required parameter', nothing, query({ required: true }), 'BB'],
  ['a parameter that is required now', query({}), query({ required: true }), 'BN'],
  ['another name', query({}), query({ name: 'p' }), 'BB'],
  ['another place', query({}), query({ in: 'header' }), 'BB'],
  ['a header in capitals', query({ in: 'header', name: 'x-a' }), query({ in: 'header', name: 'X-A' }), '--'],
  ['a header that OpenAPI ignores', nothing, query({ in: 'header', name: 'Authorization', required: true }), '--'],
  ['another order', query({}, { name: 'p' }), query({ name: 'p' }, {}), '--'],
  ['words of a parameter', query({}), query({ description: 'd', example: 'e' }), '--'],
  ['a deprecated parameter', query({}), query({ deprecated: true }), 'NN'],
  [
    'a last day of a parameter',
    query({ deprecated: true }),
    query({ deprecated: true, 'x-sunset': '2999-01-01' }),
    'NN',
  ],
  [
    'an earlier last day of a parameter',
    query({ deprecated: true, 'x-sunset': '2999-06-01' }),
    query({ deprecated: true, 'x-sunset': '2999-01-01' }),
    'LN',
  ],
  ['null as well', query({}), query({ schema: { type: ['string', 'null'] } }), 'NB'],
  ['a list as well', query({}), query({ schema: { anyOf: [text, { type: 'array', items: text }] } }), 'NB'],
  [
    'a text or null that is not exploded',
    query({ schema: { anyOf: [text, { type: 'null' }] } }),
    query({ schema: { anyOf: [text, { type: 'null' }] }, explode: false }),
    '--',
  ],
  [
    'a charset of a parameter',
    { parameters: [{ name: 'q', in: 'query', content: json(text) }] },
    { parameters: [{ name: 'q', in: 'query', content: { 'application/json; charset=utf-8': { schema: text } } }] },
    '--',
  ],
  [
    'another style',
    query({ schema: { type: 'array' } }),
    query({ schema: { type: 'array' }, style: 'pipeDelimited' }),
    'BB',
  ],
  ['the default style', query({}), query({ style: 'form', explode: true }), '--'],
  [
    'a list that is not exploded',
    query({ schema: { type: 'array' } }),
    query({ schema: { type: 'array' }, explode: false }),
    'BB',
  ],
  ['a text that is not exploded', query({}), query({ explode: false }), '--'],
  ['JSON in the place of text', query({}), { parameters: [{ name: 'q', in: 'query', content: json(text) }] }, 'BB'],
  ['a narrower parameter', query({}), query({ schema: { type: 'string', maxLength: 5 } }), 'BN'],
  [
    'a default of what is required',
    query({ required: true }),
    query({ required: true, schema: { ...text, default: 'a' } }),
    '--',
  ],
  ['another default', query({ schema: { default: 1 } }), query({ schema: { default: 2 } }), 'BB'],
  ['a cookie', nothing, query({ in: 'cookie' }), 'NB'],
  ['reserved characters', query({}), query({ allowReserved: true }), 'NB'],
  ['no value', query({}), query({ allowEmptyValue: true }), 'NB'],
  [
    'a list in a header, which is simple either way',
    query({ in: 'header', schema: { type: 'array' } }),
    query({ in: 'header', schema: { type: 'array' }, explode: true }),
    '--',
  ],
  [
    'an object in a header',
    query({ in: 'header', schema: { type: 'object' } }),
    query({ in: 'header', schema: { type: 'object' }, explode: true }),
    'BB',
  ],
  [
    'a narrower content of a parameter',
    { parameters: [{ name: 'q', in: 'query', content: json(text) }] },
    { parameters: [{ name: 'q', in: 'query', content: json({ type: 'string', maxLength: 5 }) }] },
    'BN',
  ],
];

const BODIES: Row[] = [
  ['a body', nothing, ofRequest(text), 'NB'],
  ['a required body', nothing, { requestBody: { required: true, content: json(text) } }, 'BB'],
  ['a body that is required now', ofRequest(text), { requestBody: { required: true, content: json(text) } }, 'BN'],
  ['words of a body', ofRequest(text), { requestBody: { description: 'd', content: json(text) } }, '--'],
  ['another media type', body('text/plain'), body('text/csv'), 'BB'],
  ['a charset', body('application/json'), body('application/json; charset=utf-8'), '--'],
  ['a media type in capitals', body('application/json'), body('Application/JSON'), '--'],
  ['a range of media types', body('text/plain'), body('text/*'), 'NB'],
  ['a media type more', ofRequest(text), { requestBody: { content: { ...json(text), 'text/plain': {} } } }, 'NB'],
  [
    'a wider encoding',
    form({ photo: { contentType: 'image/png' } }),
    form({ photo: { contentType: 'image/png, image/jpeg' } }),
    'NB',
  ],
  [
    'a range of encodings',
    form({ photo: { contentType: 'image/png' } }),
    form({ photo: { contentType: 'image/*' } }),
    'NB',
  ],
  [
    'another order of encodings',
    form({ photo: { contentType: 'a/b, c/d' } }),
    form({ photo: { contentType: 'c/d,a/b' } }),
    '--',
  ],
  ['an encoding', form(), form({ photo: { contentType: 'image/png' } }), 'BN'],
  ['another style of a part', fields(texts), fields(texts, { style: 'pipeDelimited' }), 'BB'],
  ['reserved characters of a part', form(), form({ photo: { allowReserved: true } }), 'NB'],
  ['a header of a part', form(), form({ photo: { headers: { 'X-A': { required: true, schema: text } } } }), 'B-'],
  ['an encoding of no field', form(), form({ other: { contentType: 'image/png' } }), '--'],
  [
    'a field with an encoding',
    body('multipart/form-data', object({})),
    form({ photo: { contentType: 'image/png' } }),
    'NB',
  ],
  ['the type that a text has', fields(text), fields(text, { contentType: 'text/plain' }), '--'],
  ['the type that an object has', fields(object({})), fields(object({}), { contentType: 'application/json' }), '--'],
  ['a text of a form that is not exploded', fields(text), fields(text, { explode: false }), '--'],
  ['a list of a form that is not exploded', fields(texts), fields(texts, { explode: false }), 'BB'],
  [
    'a media type that makes a part a file',
    fields(text),
    fields({ type: 'string', contentMediaType: 'image/png' }),
    'BB',
  ],
  [
    'a media type of a file',
    fields({ type: 'string', format: 'binary' }),
    fields({ type: 'string', format: 'binary', contentMediaType: 'image/png' }),
    'BN',
  ],
  ['a part that is no file any more', form(), body('multipart/form-data', object({ photo: text })), 'BB'],
];

const ANSWERS: Row[] = [
  ['another success', answers('200'), answers('202'), 'BB'],
  ['a success more', answers('200'), answers('200', '202'), 'NB'],
  ['an error more', answers('200'), answers('200', '404'), 'NN'],
  ['a default that is spelled out', answers('default'), answers('200'), 'NN'],
  ['a default that is spelled out beside itself', answers('default'), answers('200', 'default'), 'N-'],
  ['a default of errors that is spelled out', answers('200', 'default'), answers('200', '400', '500'), 'NN'],
  ['no default of errors', answers('200', 'default'), answers('200'), 'NN'],
  ['a range of successes', answers('200'), answers('2XX'), 'NN'],
  [
    'a default that is spelled out as something else',
    answers('default'),
    { responses: { '200': { description: '', content: json({ type: 'integer' }) } } },
    'BB',
  ],
  ['words of an answer', nothing, { responses: { '200': { description: 'Good', 'x-a': 1 } } }, '--'],
  ['a header more', nothing, header({}), 'NB'],
  ['a header that is always there', header({}), header({ required: true }), 'NB'],
  ['a narrower header', header({}), header({ schema: { type: 'string', maxLength: 5 } }), 'NB'],
  ['words of a header', header({}), header({ description: 'd' }), '--'],
  ['a deprecated header', header({}), header({ deprecated: true }), 'NN'],
  [
    'another way to write a header',
    header({ schema: { type: 'object' } }),
    header({ schema: { type: 'object' }, explode: true }),
    'BB',
  ],
  [
    'a header that the media types say already',
    nothing,
    { responses: { '200': { description: 'Fine', headers: { 'Content-Type': { schema: text } } } } },
    '--',
  ],
  ['a charset of an answer', answerOf('text/plain'), answerOf('text/plain;charset=UTF-8'), '--'],
  ['another media type of an answer', answerOf('text/plain'), answerOf('text/csv'), 'BB'],
  ['a media type more of an answer', answerOf('text/plain'), answerOf('text/plain', 'text/csv'), 'NB'],
  ['one of any media types', answerOf('*/*'), answerOf('text/plain'), 'NB'],
  ['a range of media types of an answer', answerOf('text/plain'), answerOf('text/*'), 'BN'],
  ['no body', ofAnswer(text), nothing, 'BN'],
  [
    'JSON in a header',
    header({}),
    { responses: { '200': { description: '', headers: { ETag: { content: json(text) } } } } },
    'BB',
  ],
  ['another link', links('a'), links('b'), 'LL'],
  ['words of a link', links('a'), links('a', { description: 'd', 'x-a': 1 }), '--'],
  ['a link', nothing, links('a'), 'NL'],
];

const ACCESS: Row[] = [
  ['a key', nothing, keys({ Key: [] }), 'BN'],
  ['an optional key', nothing, keys({}, { Key: [] }), 'NN'],
  ['no list of keys', nothing, keys({}), '--'],
  ['a scope more', keys({ Key: ['read'] }), keys({ Key: ['read', 'write'] }), 'BN'],
  ['another key', keys({ Key: [] }), keys({ Other: [] }), 'BB'],
  ['one of two keys', keys({ Key: [] }), keys({ Key: [] }, { Other: [] }), 'NB'],
  ['both keys', keys({ Key: [] }), keys({ Key: [], Other: [] }), 'BN'],
  ['another order of keys', keys({ Key: [] }, { Other: [] }), keys({ Other: [] }, { Key: [] }), '--'],
  ['another path', servers('https://a.example/v1'), servers('https://a.example/v2'), 'BB'],
  ['the port that everyone means', servers('https://a.example/v1'), servers('https://a.example:443/v1'), '--'],
  ['another host', servers('https://a.example/v1'), servers('https://b.example/v1'), 'LL'],
  ['a server more', servers('https://a.example/v1'), servers('https://a.example/v1', 'https://a.example/v2'), 'NB'],
  ['a server whose path is the root', nothing, servers('/'), '--'],
  ['words of a server', servers('/v1'), { servers: [{ url: '/v1', description: 'd' }] }, '--'],
  ['another default of a variable', variable({}), variable({ default: 'us' }), 'BB'],
  ['a value less of a variable', variable({ enum: ['eu', 'us'] }), variable({ enum: ['eu'] }), 'BN'],
  ['words of a variable', variable({}), variable({ description: 'd' }), '--'],
];

const CALLBACKS: Row[] = [
  ['a callback', nothing, callback(object({ id: text })), 'NB'],
  ['a field more in a callback', callback(object({})), callback(object({ id: text })), 'NB'],
  ['a value more in a callback', callback({ enum: ['a'] }), callback({ enum: ['a', 'b'] }), 'BN'],
  ['another name of a callback', callback(text), callback(text, 'finished'), '--'],
  ['one callback for two', { callbacks: { ...named('a'), ...named('b') } }, callback(text, 'c'), 'BN'],
  ['words of a callback', callback(text), callback({ ...text, description: 'd' }), '--'],
];

describe.each([
  ['an operation', OPERATIONS],
  ['parameters', PARAMETERS],
  ['bodies', BODIES],
  ['answers', ANSWERS],
  ['access', ACCESS],
  ['callbacks', CALLBACKS],
])('a mutation of %s has its verdict:', (_group, rows) => {
  test.each(bothWays(rows))('%s is %s', (_what, verdict, before, after) => {
    expect(verdictOf(documentOf(before), documentOf(after))).toBe(verdict);
  });
});

const scheme = (definition: JsonObject): JsonObject => ({
  security: [{ Key: ['read'] }],
  components: { securitySchemes: { Key: definition } },
});
const flows = (names: readonly string[], more: JsonObject = {}, words = 'd'): JsonObject =>
  scheme({
    type: 'oauth2',
    flows: Object.fromEntries(
      names.map((name) => [name, { tokenUrl: 'https://a.example/token', scopes: { read: words }, ...more }]),
    ),
  });
const hooks = (more: JsonObject): JsonObject => ({ webhooks: more });
const operation = (id: string, more: JsonObject = {}): JsonObject => ({
  get: { operationId: id, responses: FINE, ...more },
});
const item = (name: string, more: JsonObject = {}): JsonObject => ({
  [`/things/{${name}}`]: operation('get', {
    parameters: [{ name, in: 'path', required: true, schema: text }],
    ...more,
  }),
});
const paths = (more: JsonObject): JsonObject => ({ paths: more });

/** The same for what stands beside the operations. */
const DOCUMENTS: Row[] = [
  ['words of the whole', nothing, { info: { title: 'y', version: '2' }, tags: [{ name: 't' }] }, '--'],
  [
    'another kind of key',
    scheme({ type: 'http', scheme: 'bearer' }),
    scheme({ type: 'apiKey', in: 'header', name: 'X' }),
    'BB',
  ],
  [
    'another header for the key',
    scheme({ type: 'apiKey', in: 'header', name: 'X' }),
    scheme({ type: 'apiKey', in: 'header', name: 'Y' }),
    'BB',
  ],
  [
    'that header in capitals',
    scheme({ type: 'apiKey', in: 'header', name: 'x' }),
    scheme({ type: 'apiKey', in: 'header', name: 'X' }),
    '--',
  ],
  [
    'words of a key',
    scheme({ type: 'http', scheme: 'bearer' }),
    scheme({ type: 'http', scheme: 'Bearer', bearerFormat: 'JWT', description: 'd' }),
    '--',
  ],
  ['words of a scope', flows(['clientCredentials']), flows(['clientCredentials'], {}, 'other words'), '--'],
  [
    'a scope that no operation asks for',
    flows(['clientCredentials']),
    flows(['clientCredentials'], { scopes: { read: 'd', write: 'd' } }),
    '--',
  ],
  [
    'another place for tokens',
    flows(['clientCredentials']),
    flows(['clientCredentials'], { tokenUrl: 'https://b.example/token' }),
    'BB',
  ],
  ['another way to get a token', flows(['clientCredentials']), flows(['clientCredentials', 'password']), 'NB'],
  ['a webhook', hooks({}), hooks({ made: message(text) }), 'NB'],
  ['another webhook', hooks({ made: message(text) }), hooks({ created: message(text) }), 'BB'],
  ['another type in a webhook', hooks({ made: message(text) }), hooks({ made: message({ type: 'integer' }) }), 'BB'],
  [
    'a required field of a webhook',
    hooks({ made: message(object({ a: text })) }),
    hooks({ made: message(object({ a: text }, 'a')) }),
    'NB',
  ],
  [
    'a header of a webhook',
    hooks({ made: message(text) }),
    hooks({ made: message(text, { parameters: [{ name: 'X', in: 'header', required: true, schema: text }] }) }),
    'NB',
  ],
  [
    'an answer to a webhook',
    hooks({ made: message(text) }),
    hooks({ made: message(text, { responses: { ...FINE, '410': { description: '' } } }) }),
    'NN',
  ],
  [
    'another name of a key',
    scheme({ type: 'http', scheme: 'bearer' }),
    {
      security: [{ Bearer: ['read'] }],
      components: { securitySchemes: { Bearer: { type: 'http', scheme: 'bearer' } } },
    },
    '--',
  ],
  [
    'another name and another kind of a key',
    scheme({ type: 'http', scheme: 'bearer' }),
    { security: [{ Bearer: [] }], components: { securitySchemes: { Bearer: { type: 'http', scheme: 'basic' } } } },
    'BB',
  ],
  ['words of a webhook', hooks({ made: message(text) }), hooks({ made: message(text, { summary: 's' }) }), '--'],
  ['an operation', paths({}), paths({ '/a': operation('a') }), 'NB'],
  ['another path of an operation', paths({ '/a': operation('a') }), paths({ '/b': operation('a') }), 'BB'],
  [
    'another method',
    paths({ '/a': operation('a') }),
    paths({ '/a': { put: { operationId: 'a', responses: FINE } } }),
    'BB',
  ],
  ['another name of a path parameter', paths(item('id')), paths(item('thing_id')), 'NN'],
  [
    'an end that was announced',
    paths({ '/a': operation('a', { deprecated: true, 'x-sunset': '2020-01-01' }) }),
    paths({}),
    'LN',
  ],
  [
    'an end before its day',
    paths({ '/a': operation('a', { deprecated: true, 'x-sunset': '2999-01-01' }) }),
    paths({}),
    'BN',
  ],
  ['an end without a day', paths({ '/a': operation('a', { deprecated: true }) }), paths({}), 'BN'],
  [
    'parameters of the path for those of the operation',
    paths({ '/a': operation('a', query({})) }),
    paths({ '/a': { ...operation('a'), ...query({}) } }),
    '--',
  ],
];

describe('a mutation of a document has its verdict:', () => {
  test.each(bothWays(DOCUMENTS))('%s is %s', (_what, verdict, before, after) => {
    expect(verdictOf(documentOf({}, before), documentOf({}, after))).toBe(verdict);
  });
});

function bothWays(rows: readonly Row[]): [string, string, JsonObject, JsonObject][] {
  return rows.flatMap(([what, before, after, verdicts]) => [
    [what, verdicts[0] ?? '', before, after],
    [`${what}, taken back,`, verdicts[1] ?? '', after, before],
  ]);
}
