import { once } from 'node:events';
import { openRaw } from '../../support/raw';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';
import type { AnyCall } from '../../../src/http/contract/calls';
import { generateAndLoad } from '../../scripts/contract/generated';

const document = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  paths: {
    '/notes': {
      post: {
        operationId: 'createNote',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
            },
          },
        },
        responses: { '200': { description: 'Fine', content: { 'application/json': { schema: {} } } } },
      },
    },
  },
};

const createNote = async (call: AnyCall) => call.answer({ status: 200, body: { note: await call.readJson?.() } });

let server: TestServer;
beforeAll(async () => {
  const { operations } = generateAndLoad(document);
  const api = { document, operations, createHandlers: () => ({ createNote }) };
  server = await startTestServer({ pair: 'memory', env: { MAX_JSON_BYTES: '1000' }, parts: { api } });
});
afterAll(() => server.close());

async function post(body: string, type = 'application/json') {
  const response = await fetch(`${server.url}/notes`, { method: 'POST', headers: { 'content-type': type }, body });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

const noteOf = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - 11) });

test('a body of JSON comes to its handler, up to MAX_JSON_BYTES', async () => {
  const { status, json } = await post(noteOf(1000));
  expect({ status, json }).toEqual({ status: 200, json: { note: { text: 'x'.repeat(989) } } });
  expect(await post(noteOf(1001))).toMatchObject({
    status: 413,
    json: { error: { message: 'The body is larger than the limit of 1000 bytes for JSON.' } },
  });
});

test('a body in chunks is refused when it is too large', async () => {
  const connection = await openRaw(server.url);
  const chunk = `400\r\n${noteOf(1024)}\r\n0\r\n\r\n`;
  const head =
    'POST /notes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';
  connection.write(`${head}\r\n\r\n${chunk}`);
  expect((await connection.answer()).status).toBe(413);
  connection.close();
});

test('behind Expect: 100-continue a body that is too large is refused by its length, before a byte is sent', async () => {
  const head = 'POST /notes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nExpect: 100-continue';
  const refused = await openRaw(server.url);
  refused.write(`${head}\r\nContent-Length: 1001\r\n\r\n`);
  expect((await refused.answer()).status).toBe(413);
  refused.close();
  const invited = await openRaw(server.url);
  invited.write(`${head}\r\nContent-Length: 1000\r\n\r\n`);
  const [interim] = (await once(invited.socket, 'data')) as [Buffer];
  expect(interim.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  invited.write(noteOf(1000));
  expect((await invited.answer()).status).toBe(200);
  invited.close();
});

test.each([
  ['no JSON', '{"text":', undefined, 400, null],
  ['nothing', '', undefined, 400, null],
  ['a missing field', '{}', undefined, 400, 'text'],
  ['a wrong type', '{"text": 1}', undefined, 400, 'text'],
  ['another media type', '{"text": "a"}', 'text/plain', 415, null],
])('%s is refused', async (_what, body, type, status, param) => {
  expect(await post(body, type)).toMatchObject({ status, json: { error: { param } } });
});
