import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { formBody, postHead, uploadParts } from '../support/multipart';
import { openRaw } from '../support/raw';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const KEY = 'sk-acme-12345';
const AUTHORIZED = { authorization: `Bearer ${KEY}` };
const METRICS = { authorization: 'Bearer sk-metrics-12345' };
const MIB = 1024 * 1024;
/** More than the kernel takes from a server whose client does not read. */
const LARGE = 16 * MIB;

let server: TestServer;
let client: Client;
let id: string;
beforeAll(async () => {
  server = await startTestServer({
    pair: 'memory',
    env: {
      API_KEYS: `acme:${KEY}`,
      METRICS_KEY: 'sk-metrics-12345',
      UPLOAD_IDLE_SECONDS: '2',
      MAX_FILE_BYTES: String(LARGE),
    },
  });
  client = createClient(server.url, AUTHORIZED);
  id = (await client.upload({ file: textFile('x'.repeat(LARGE)), purpose: 'user_data' })).json.id;
});
afterAll(() => server.close());

const linesOf = (match: Record<string, unknown>) =>
  server.log.filter((line) => Object.entries(match).every(([name, value]) => line[name] === value));

describe('an answer that depends on a key', () => {
  test.each([
    ['a list', 'GET', '/v1/files', AUTHORIZED, 200],
    ['a file object', 'GET', '/v1/files/ID', AUTHORIZED, 200],
    ['a range of content', 'GET', '/v1/files/ID/content', { ...AUTHORIZED, range: 'bytes=0-1' }, 206],
    ['an unchanged content', 'GET', '/v1/files/ID/content', { ...AUTHORIZED, 'if-none-match': '*' }, 304],
    ['the metrics', 'GET', '/metrics', METRICS, 200],
    ['a refused key', 'GET', '/v1/files', { authorization: 'Bearer wrong' }, 401],
    ['an unknown file', 'GET', '/v1/files/file-0', AUTHORIZED, 404],
    ['an unknown path', 'GET', '/nowhere', AUTHORIZED, 404],
    ['a refused form', 'POST', '/v1/files', AUTHORIZED, 415],
  ])('is kept by no cache and taken for what it says: %s', async (_what, method, path, headers, status) => {
    const answer = await fetch(server.url + path.replace('ID', id), { method, headers });
    await answer.arrayBuffer();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is kept by no cache even when the request was none', async () => {
    const connection = await openRaw(server.url);
    connection.write('nonsense\r\n\r\n');
    expect((await connection.answer()).headers['cache-control']).toBe('private, no-store');
  });
});

describe('an answer that is the same for all', () => {
  test.each(['/openapi.json', '/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/docs/start.js'])(
    '%s is compressed where that is taken, and asked for again with its tag',
    async (path) => {
      const plain = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } });
      const text = await plain.text();
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(plain.headers.get('cache-control')).toBe('no-cache');
      const connection = await openRaw(server.url);
      connection.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n`);
      const zipped = await connection.answer();
      connection.close();
      expect(zipped.headers['content-encoding']).toBe('gzip');
      expect(Number(zipped.headers['content-length'])).toBeLessThan(text.length);
      expect(zipped.headers['etag']).not.toBe(plain.headers.get('etag'));
      for (const etag of [plain.headers.get('etag'), `W/"old", ${plain.headers.get('etag')}`]) {
        const again = await fetch(server.url + path, {
          headers: { 'accept-encoding': 'identity', 'if-none-match': etag ?? '' },
        });
        expect([again.status, await again.text()]).toEqual([304, '']);
      }
    },
  );

  test('its compressed text is the text', async () => {
    const answer = await new Promise<Buffer>((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      const pieces: Buffer[] = [];
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('end', () => resolve(Buffer.concat(pieces)));
      socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n');
    });
    const text = gunzipSync(answer.subarray(answer.indexOf('\r\n\r\n') + 4)).toString();
    expect(JSON.parse(text)).toEqual(await (await fetch(`${server.url}/openapi.json`)).json());
  });

  test.each([
    ['/docs/', '../docs'],
    ['/healthz/', '../healthz'],
    ['/docs/start.js/', '../start.js'],
  ])('a slash behind %s leads to the page, behind whatever prefix a proxy has', async (path, location) => {
    const answer = await fetch(server.url + path, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, location]);
    expect((await fetch(server.url + path)).status).toBe(200);
  });
});

describe('a refused head', () => {
  test.each([
    ['chunks in HTTP/1.0', 'GET /v1/files HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two Hosts', 'GET /v1/files HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['two keys', 'GET /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n'],
  ])('closes its connection: %s', async (_what, head) => {
    const connection = await openRaw(server.url);
    connection.write(head + head);
    const { status, headers } = await connection.answer();
    expect([status, headers['connection']]).toEqual([400, 'close']);
    await until(() => connection.hasEnded(), 'the connection is closed');
    await expect(connection.answer()).rejects.toThrow('ended without');
  });
});

test('a CONNECT behind a running answer leaves the answer whole, and ends the connection', async () => {
  const head = `GET /v1/files/${id}/content HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${KEY}\r\n\r\n`;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const pieces: Buffer[] = [];
  socket.write(`${head}CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`);
  await new Promise((resolve) => {
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('close', resolve);
  });
  const all = Buffer.concat(pieces);
  expect(all.length - all.indexOf('\r\n\r\n') - 4).toBe(LARGE);
  expect(all.includes('HTTP/1.1 405')).toBe(false);
});

describe('the log', () => {
  test.each([
    ['a file over the limit', LARGE + 2 * MIB, {}, 413, 'too_large'],
    ['a wrong key', 3 * MIB, { key: 'wrong' }, 401, 'unauthorized'],
    ['a wrong purpose', 3 * MIB, { purpose: 'x' }, 400, 'invalid'],
  ])(
    'has the refusal of %s whose client reads it in the middle of its body and closes',
    async (_what, bytes, { key = KEY, purpose = 'user_data' }: { key?: string; purpose?: string }, status, refusal) => {
      const before = linesOf({ status, refusal }).length;
      const body = formBody(uploadParts({ body: Buffer.alloc(bytes), purpose }).toReversed());
      const connection = await openRaw(server.url);
      connection.write(postHead('/v1/files', body, [`Authorization: Bearer ${key}`]));
      connection.write(body.subarray(0, 1000));
      expect((await connection.answer()).status).toBe(status);
      connection.socket.resetAndDestroy();
      await until(() => linesOf({ status, refusal, level: 30 }).length === before + 1, 'it is logged');
      const metrics = await (await fetch(`${server.url}/metrics`, { headers: METRICS })).text();
      expect(metrics).toMatch(new RegExp(`duration_seconds_count\\{operation="[^"]*",status="${status}"\\}`));
    },
  );

  test('has a line for what was refused before it was a request', async () => {
    const before = linesOf({ refusal: 'headers_too_large' }).length;
    const connection = await openRaw(server.url);
    connection.write(`GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`);
    expect((await connection.answer()).status).toBe(431);
    connection.socket.resetAndDestroy();
    await until(() => linesOf({ refusal: 'headers_too_large', level: 30 }).length === before + 1, 'it is logged');
  });

  test.each([
    ['a wrong key', 'GET', '/v1/files/some-id', { authorization: 'Bearer wrong' }, '/v1/files/{file_id}', 401],
    ['a method that the path does not have', 'PUT', '/v1/files', AUTHORIZED, '/v1/files', 405],
    ['an unknown path', 'GET', '/nowhere', AUTHORIZED, '(no such path)', 404],
    ['a path that cannot be decoded', 'GET', '/v1/files/%zz', AUTHORIZED, '/v1/files/{file_id}', 400],
  ])('has the route of a refused request: %s', async (_what, method, path, headers, route, status) => {
    const before = linesOf({ route, status }).length;
    expect((await fetch(server.url + path, { method, headers })).status).toBe(status);
    await until(() => linesOf({ route, status }).length === before + 1, 'it is logged');
  });

  test('holds nothing of a path, a field or a name that the contract does not have, and no control character', async () => {
    const secret = 'sk-secret\u009b31m';
    for (const path of [`/${encodeURIComponent(secret)}`, `/v1/files/${encodeURIComponent(secret)}`]) {
      await client.request('GET', path);
    }
    await client.upload({ file: [new Blob(['x']), secret], purpose: 'user_data' });
    await client.upload({ file: textFile('x'), purpose: secret });
    await client.upload({ [secret]: 'x', [`expires_after[${secret}]`]: '1', purpose: 'user_data' });
    await client.request('GET', `/v1/files?limit=${encodeURIComponent(secret)}`);
    await until(() => linesOf({ param: 'limit' }).length > 0, 'the last is logged');
    const text = JSON.stringify(server.log);
    expect(text).not.toContain('sk-secret');
    expect(text).not.toMatch(/[\u0080-\u009f]/);
    expect(text).toContain('/v1/files/{file_id}');
  });
});

describe('a reader of an answer', () => {
  test('that stalls is cut with a reset, and that is logged', async () => {
    const socket = download();
    await until(() => linesOf({ refusal: 'timeout', level: 30 }).length > 0, 'it is logged');
    expect(linesOf({ refusal: 'timeout' }).at(-1)).toMatchObject({ msg: expect.stringMatching(/cut: timeout$/) });
    // behind a graceful close the first write is still taken
    socket.on('error', () => undefined);
    const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
      socket.write('x', resolve);
    });
    expect(error?.code).toMatch(/^(?:ECONNRESET|EPIPE)$/);
  });
});

function download(): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.pause();
  socket.write(`GET /v1/files/${id}/content HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${KEY}\r\n\r\n`);
  return socket;
}
