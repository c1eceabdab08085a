import type { Json } from '../../../scripts/contract/read/document';
import type { AnyCall } from '../../../src/http/contract/calls';
import type { FilePart } from '../../../src/http/multipart/read-parts';
import { generateAndLoad } from '../../scripts/contract/generated';
import { BOUNDARY, formBody } from '../../support/multipart';
import type { RawPart } from '../../support/multipart';
import { openRaw } from '../../support/raw';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';

const string = { type: 'string' };
const texts = { type: 'object', additionalProperties: string };
const answers = { '200': { description: 'What came', content: { 'application/json': { schema: {} } } } };
const bodyOf = (type: string, schema: Json) => ({ required: true, content: { [type]: { schema } } });
const form = { type: 'object', properties: { text: string, map: texts, file: { type: 'string', format: 'binary' } } };
const query = (name: string, more: { schema: Json; style?: string }) => ({ in: 'query', name, ...more });

/** Answers with all that it read. */
const document = {
  openapi: '3.1.0',
  info: { title: 'Echo', version: '1' },
  paths: {
    '/form': {
      post: { operationId: 'sendForm', requestBody: bodyOf('multipart/form-data', form), responses: answers },
    },
    '/json': { post: { operationId: 'sendJson', requestBody: bodyOf('application/json', texts), responses: answers } },
    '/at/{place}': {
      parameters: [{ in: 'path', name: 'place', required: true, schema: string }],
      get: {
        operationId: 'ask',
        parameters: [query('text', { schema: string }), query('map', { schema: texts, style: 'deepObject' })],
        responses: answers,
      },
    },
  },
};

const handlers = {
  sendForm: async (call: AnyCall) => call.answer({ status: 200, body: await call.readForm?.({ file: describeFile }) }),
  sendJson: async (call: AnyCall) => call.answer({ status: 200, body: await call.readJson?.() }),
  ask: async (call: AnyCall) => call.answer({ status: 200, body: { ...call.params, ...call.query } }),
};

async function describeFile({ filename, bytes }: FilePart) {
  const slices: Buffer[] = [];
  for await (const batch of bytes) slices.push(...batch);
  return { filename, hex: Buffer.concat(slices).toString('hex') };
}

let server: TestServer;
beforeAll(async () => {
  const { operations } = generateAndLoad(document);
  server = await startTestServer({
    pair: 'memory',
    parts: { api: { document, operations, createHandlers: () => handlers } },
  });
});
afterAll(() => server.close());

async function send(method: string, path: string, type?: string, body?: Buffer | string) {
  const headers = type === undefined ? {} : { 'content-type': type };
  const response = await fetch(server.url + path, { method, headers, ...(body !== undefined && { body }) });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

/** `\xff` in a text is the byte 0xff. */
const bytes = (text: string) => Buffer.from(text, 'latin1');
const sendForm = (...parts: RawPart[]) =>
  send('POST', '/form', `multipart/form-data; boundary=${BOUNDARY}`, formBody(parts));
const sendJson = (text: string, type = 'application/json') => send('POST', '/json', type, bytes(text));
const refusal = (message: string, param: string | null) => ({ status: 400, json: { error: { message, param } } });

test.each<[what: string, part: RawPart, message: string]>([
  ['as it is', { body: bytes('caf\xe9') }, "The field 'text' is not valid UTF-8."],
  [
    'in the type of its part',
    { contentType: 'text/plain', body: bytes('\xc3') },
    "The field 'text' is not valid UTF-8.",
  ],
  [
    'that says UTF-8',
    { contentType: 'text/plain; charset=UTF-8', body: bytes('\xff') },
    "The field 'text' is not valid UTF-8.",
  ],
  [
    'in a charset that has no such bytes',
    { contentType: 'text/plain; charset="EUC-JP"', body: bytes('\xff') },
    "The field 'text' is not valid EUC-JP.",
  ],
  [
    'in an unknown charset',
    { contentType: 'text/plain;charset=x-none', body: 'a' },
    "The charset of the field 'text' is not supported.",
  ],
  ['sent as a file', { filename: 'blob', body: bytes('\xed\xa0\x80') }, "The field 'text' is not valid UTF-8."],
])('a text of a form that is not UTF-8, %s, is refused by its name', async (_what, part, message) => {
  expect(await sendForm({ name: 'text', ...part })).toMatchObject(refusal(message, 'text'));
});

test('the name of the field is whole, keys in brackets too', async () => {
  const answer = await sendForm({ name: 'map[é]', body: bytes('\xff') });
  expect(answer).toMatchObject(refusal("The field 'map[é]' is not valid UTF-8.", 'map[é]'));
});

test.each([
  ['UTF-8', 'text/plain; charset=utf-8', Buffer.from('\uFEFFé🦆\uFFFD'), '\uFEFFé🦆\uFFFD'],
  ['ISO-8859-1', 'text/plain; charset="iso-8859-1"', bytes('caf\xe9'), 'café'],
  ['KOI8-R', 'text/plain; Charset=KOI8-R', bytes('\xc1'), 'а'],
  ['UTF-16', 'text/plain; x=y; charset=utf-16le', bytes('\x3a\x04'), 'к'],
])('a text is read in the charset that its part names: %s', async (_charset, contentType, body, text) => {
  expect(await sendForm({ name: 'text', contentType, body })).toEqual({ status: 200, json: { text } });
  expect(await sendForm({ name: 'text', contentType, body, filename: 'blob' })).toEqual({
    status: 200,
    json: { text },
  });
});

test.each([
  ['UTF-8', 'filename="naïve 🦆"', 'naïve 🦆'],
  ['ISO-8859-1, as clients of old send it', 'filename="donn\xe9es"', 'données'],
  ['an extended name in UTF-8', "filename=x; filename*=UTF-8''%C3%83%C2%A9", 'Ã©'],
  ['an extended name in ISO-8859-1', "filename*=iso-8859-1'fr'donn%E9es", 'données'],
])('the name of a file keeps its letters in %s', async (what, parameter, filename) => {
  const line = `Content-Disposition: form-data; name="file"; ${parameter}\r\n\r\n\xff`;
  const part = Buffer.from(line, what === 'UTF-8' ? 'utf8' : 'latin1');
  const body = Buffer.concat([bytes(`--${BOUNDARY}\r\n`), part, bytes(`\r\n--${BOUNDARY}--\r\n`)]);
  const answer = await send('POST', '/form', `multipart/form-data; boundary=${BOUNDARY}`, body);
  expect(answer).toMatchObject({ status: 200, json: { file: { filename } } });
});

test('an extended name that is not in its charset is refused', async () => {
  const headers = ["Content-Disposition: form-data; name=file; filename=x; filename*=UTF-8''%FF"];
  expect(await sendForm({ headers, body: 'x' })).toMatchObject({ status: 400 });
});

test('bytes of a file are its own, whatever its part says of a charset', async () => {
  const answer = await sendForm({
    name: 'file',
    filename: 'a',
    contentType: 'text/plain; charset=utf-8',
    body: bytes('\xff\xe9'),
  });
  expect(answer).toEqual({ status: 200, json: { file: { filename: 'a', hex: 'ffe9' } } });
});

test.each([
  ['bytes', '{"a":"\xff"}', undefined, 'The body of the request is not valid UTF-8.'],
  [
    'bytes, whatever charset is said',
    '{"a":"\xe9"}',
    'application/json; charset=iso-8859-1',
    'The body of the request is not valid UTF-8.',
  ],
  [
    'half a surrogate pair',
    String.raw`{"a":"\ud83e"}`,
    undefined,
    'The JSON holds half a surrogate pair, which is no character',
  ],
  [
    'half a surrogate pair in a key',
    String.raw`{"\udd86":"a"}`,
    undefined,
    'The JSON holds half a surrogate pair, which is no character',
  ],
])('a body of JSON that is no UTF-8 is refused: %s', async (_what, text, type, message) => {
  expect(await sendJson(text, type)).toMatchObject(refusal(message, null));
});

test('a body of JSON is UTF-8, with a byte order mark or without', async () => {
  const text = Buffer.from('\uFEFF{"é":"🦆\uFFFD"}').toString('latin1');
  expect(await sendJson(text)).toEqual({ status: 200, json: { é: '🦆\uFFFD' } });
  expect(await sendJson(String.raw`{"a":"\ud83e\udd86"}`)).toEqual({ status: 200, json: { a: '🦆' } });
});

test.each([
  ['text=%FF', refusal("The parameter 'text' is not valid UTF-8.", 'text')],
  ['text=%C3%A9%C3', refusal("The parameter 'text' is not valid UTF-8.", 'text')],
  ['map[a]=%ED%A0%80', refusal("The parameter 'map' is not valid UTF-8.", 'map')],
  ['map[%FF]=a', refusal("The parameter 'map' is not valid UTF-8.", 'map')],
  ['other=%FF&%FF=1&text=%EF%BF%BD+%C3%a9%2B%zz', { status: 200, json: { place: 'é', text: '\uFFFD é+%zz' } }],
  ['map[%C3%A9]=%F0%9F%A6%86', { status: 200, json: { place: 'é', map: { é: '🦆' } } }],
])('the query %s is read as UTF-8, or refused', async (search, expected) => {
  expect(await send('GET', `/at/%C3%A9?${search}`)).toMatchObject(expected);
});

test('a path that is no UTF-8 is refused', async () => {
  const connection = await openRaw(server.url);
  connection.write('GET /at/%FF HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect((await connection.answer()).status).toBe(400);
  connection.close();
});
