import { once } from 'node:events';
import { createClient, textFile } from '../support/client';
import { openRaw } from '../support/raw';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({});
});
afterAll(() => server.close());

test('the log line of a refused request has the kind and the field, and nothing that the client sent', async () => {
  const client = createClient(server.url);
  await client.upload({ file: textFile('x'), purpose: 'sk-secret' });
  await client.upload({ file: textFile('x'), purpose: 'user_data' });
  const lines = () => server.log.filter((line) => line['operation'] === 'upload_file_v1_files_post');
  await until(() => lines().length === 2, 'both requests are logged');
  expect(lines().map((line) => [line['status'], line['refusal'], line['param']])).toEqual([
    [400, 'invalid', 'purpose'],
    [200, undefined, undefined],
  ]);
  expect(JSON.stringify(server.log)).not.toContain('sk-secret');
});

test('the log line of a request says which file, how many bytes, from where, and what its caller calls it', async () => {
  const client = createClient(server.url);
  const { id } = (await client.upload({ file: textFile('x'.repeat(20_000)), purpose: 'user_data' })).json;
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await client.content(id, { 'x-request-id': 'call-7', traceparent });
  await client.content(id, { 'x-request-id': 'two words', traceparent: 'none' });
  await client.get('sk-secret');
  const lines = () => server.log.filter((line) => /content_get|file_id__get/.test(String(line['operation'])));
  await until(() => lines().length === 3, 'the requests are logged');
  const upload = server.log.find((line) => line['file'] === id && line['method'] === 'POST');
  expect(upload).toMatchObject({ remote: '127.0.0.1', received: expect.any(Number), sent: expect.any(Number) });
  expect(Number(upload?.['received'])).toBeGreaterThan(20_000);
  const [named, unnamed, wrong] = lines();
  expect(named).toMatchObject({ file: id, callerRequestId: 'call-7', traceparent });
  expect(Number(named?.['sent'])).toBeGreaterThan(20_000);
  expect(unnamed).not.toHaveProperty('callerRequestId');
  expect(unnamed).not.toHaveProperty('traceparent');
  expect(wrong).not.toHaveProperty('file');
});

test('an upload whose client has left is logged with its address', async () => {
  const connection = await openRaw(server.url);
  const head = 'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nX-Request-Id: has-left\r\n';
  connection.write(`${head}Expect: 100-continue\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`);
  await once(connection.socket, 'data');
  connection.socket.resetAndDestroy();
  const line = () => server.log.find((one) => one['callerRequestId'] === 'has-left');
  await until(() => line() !== undefined, 'it is logged');
  expect(line()).toMatchObject({ remote: '127.0.0.1', msg: 'POST /v1/files client gone' });
});

test('an upload whose client leaves is a line at info', async () => {
  const connection = await openRaw(server.url);
  const head = 'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n';
  connection.write(`${head}Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n`);
  connection.socket.resetAndDestroy();
  await until(() => server.log.some((line) => /^POST .* client gone$/.test(String(line['msg']))), 'it is logged');
  expect(server.log.find((line) => /^POST .* client gone$/.test(String(line['msg'])))).toMatchObject({ level: 30 });
});

test('the log line of a refused JSON body has the field, and never a name that the client made up', async () => {
  const body = { filename: 'x', purpose: 'user_data', bytes: -7, mime_type: 'text/plain' };
  await postJson('/v1/uploads', body);
  await postJson('/v1/uploads', { ...body, bytes: 7, 'sk-secret': 1 });
  await until(() => linesOf('/v1/uploads').length === 2, 'both requests are logged');
  expect(linesOf('/v1/uploads')[0]).toMatchObject({ refusal: 'invalid', param: 'bytes' });
  expect(JSON.stringify(server.log)).not.toContain('sk-secret');
});

function postJson(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function linesOf(route: string) {
  return server.log.filter((line) => line['route'] === route);
}
