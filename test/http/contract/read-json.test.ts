import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { openRaw } from '../../support/raw';
import { gaugesOf } from '../../support/unread';
import { until } from '../../support/until';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';
import type { AnyCall } from '../../../src/http/contract/calls';
import type { Exchange } from '../../../src/http/connection/exchange';
import { readJson } from '../../../src/http/contract/read-json';
import { createAccountant } from '../../../src/shares/accountant';
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

const { operations } = generateAndLoad(document);
const api = { document, operations, createHandlers: () => ({ createNote }) };

let server: TestServer;
beforeAll(async () => {
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

const head = (key: string, bytes: number) =>
  `POST /notes HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`;

describe('what has come of bodies that do not end', () => {
  const [acme, zoo, metrics] = ['sk-acme-12345', 'sk-zoo-123456', 'sk-metrics-12345'];
  const MIB = 1024 * 1024;
  let shared: TestServer;
  beforeAll(async () => {
    const env = {
      API_KEYS: `acme:${acme},zoo:${zoo}`,
      METRICS_KEY: metrics,
      MAX_BUFFER_BYTES: '1MiB',
      MAX_JSON_BYTES: '1MiB',
    };
    shared = await startTestServer({ pair: 'memory', env, parts: { api } });
  });
  afterAll(() => shared.close());

  const heldBytes = async () =>
    (await gaugesOf(shared.url, ['sluice_buffer_bytes'], { authorization: `Bearer ${metrics}` }))[0];

  async function hold(key: string, bytes: number) {
    const connection = await openRaw(shared.url);
    connection.write(head(key, MIB));
    connection.write(Buffer.alloc(bytes, ' '));
    return connection;
  }

  test('is charged, and given back when the client goes, and when the body is whole', async () => {
    const connection = await hold(acme, 100_000);
    await until(async () => (await heldBytes()) === 100_000, 'what has come is charged');
    connection.socket.resetAndDestroy();
    await until(async () => (await heldBytes()) === 0, 'it is given back');
    const whole = await openRaw(shared.url);
    whole.write(`${head(acme, 1000)}${noteOf(1000)}`);
    expect((await whole.answer()).status).toBe(200);
    whole.close();
    await until(async () => (await heldBytes()) === 0, 'it is given back');
  });

  test('is refused beyond what all may hold, and the slowest of the tenant with the most goes for another', async () => {
    const first = await hold(acme, 600_000);
    await until(async () => (await heldBytes()) === 600_000, 'what has come is charged');
    const second = await hold(acme, 600_000);
    expect((await second.answer()).status).toBe(503);
    second.close();
    const other = await hold(zoo, 500_000);
    expect((await first.answer()).status).toBe(408);
    first.close();
    other.close();
    await until(async () => (await heldBytes()) === 0, 'it is given back');
  });
});

const { jsonBodies } = createAccountant({ maxUploads: 1, maxBufferBytes: 1 });

/** A body that is read alone, without a server. */
function readAlone(tenant = 'acme') {
  const ending = new AbortController();
  const abort = jest.fn((reason: Error) => ending.abort(reason));
  const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
  const request = Object.assign(new PassThrough(), { headers, socket: { bytesRead: 0 }, complete: false });
  const share = { grow: () => undefined, release: () => undefined };
  const rules = {
    maxJsonBytes: 1024 * 1024,
    jsonBodies,
    minUploadRate: 0,
    buffers: { take: () => share },
    idle: { watch: () => () => undefined },
  };
  const exchange = { request, response: {}, tenant, signal: ending.signal, abort };
  const read = readJson(exchange as unknown as Exchange, null, rules as unknown as Parameters<typeof readJson>[2]);
  return { request, read, abort, ending };
}

test('a packet of tiny chunks is refused once, not once for each chunk behind the fault', async () => {
  const { request, read, abort } = readAlone();
  await until(() => request.listenerCount('data') > 0, 'the body is read');
  for (let sent = 0; sent < 10_000; sent += 1) request.emit('data', Buffer.from(' '));
  await expect(read).rejects.toThrow('The body is mostly framing: its chunks are too small.');
  expect(abort).toHaveBeenCalledTimes(1);
  expect(request.listenerCount('data')).toBe(0);
});

describe('long bodies that end in one turn of the event loop', () => {
  const long = JSON.stringify({ text: 'x'.repeat(20_000) });
  let turn: number;
  let counting: NodeJS.Immediate;
  function count(): void {
    turn += 1;
    counting = setImmediate(count);
  }
  beforeEach(() => {
    turn = 0;
    counting = setImmediate(count);
  });
  afterEach(() => clearImmediate(counting));

  async function send(bodies: ReturnType<typeof readAlone>[]): Promise<Promise<number>[]> {
    await until(() => bodies.every(({ request }) => request.listenerCount('data') > 0), 'the bodies are read');
    for (const { request } of bodies) request.end(long);
    return bodies.map(({ read }) => read.then(() => turn));
  }

  test('are parsed in a turn each, and those of another tenant meanwhile', async () => {
    const tenants = ['acme', 'acme', 'acme', 'acme', 'zoo'];
    const turns = await Promise.all(await send(tenants.map((tenant) => readAlone(tenant))));
    const [first, second, third, fourth, other] = turns;
    expect(new Set([first, second, third, fourth]).size).toBe(4);
    expect(other).toBe(first);
  });

  test('are not parsed when their client leaves before it is their turn', async () => {
    const held = await jsonBodies.take('acme');
    const body = readAlone();
    const whole = once(body.request, 'end');
    const parse = jest.spyOn(JSON, 'parse');
    try {
      const [left] = await send([body]);
      await whole;
      // now it waits for its turn
      await new Promise(setImmediate);
      body.ending.abort(new Error('the client left'));
      held.release();
      await expect(left).rejects.toThrow('the client left');
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });
});
