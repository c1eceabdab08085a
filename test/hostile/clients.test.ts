import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { formBody, postHead, uploadParts } from '../support/multipart';
import { openRaw } from '../support/raw';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const BIG = 20_000_000;

describe('a client', () => {
  let server: TestServer;
  let client: Client;
  let bigId: string;

  beforeAll(async () => {
    server = await startTestServer({ pair: 'memory', env: { UPLOAD_IDLE_SECONDS: '1' } });
    client = createClient(server.url);
    bigId = (await client.upload({ file: [new Blob([Buffer.alloc(BIG)]), 'big'], purpose: 'user_data' })).json.id;
  });
  afterAll(() => server.close());

  const gone = () => server.log.filter((line) => /client gone|cut: timeout/.test(String(line['msg']))).length;
  const faults = () => server.log.filter((line) => Number(line['level']) >= 40);

  test('that aborts a download is no fault of ours', async () => {
    const connection = await openRaw(server.url);
    const before = gone();
    connection.write(get(`/v1/files/${bigId}/content`));
    connection.socket.once('data', () => connection.close());
    await until(() => gone() > before, 'the server notices');
    expect(faults()).toEqual([]);
  });

  test('that sends a body with its GET has the whole file', async () => {
    // on a busy machine its 50 MB stand still for longer than the others' second
    const patient = await startTestServer({ pair: 'memory' });
    const file: [Blob, string] = [new Blob([Buffer.alloc(BIG)]), 'big'];
    const { id } = (await createClient(patient.url).upload({ file, purpose: 'user_data' })).json;
    const connection = await openRaw(patient.url);
    connection.write(get(`/v1/files/${id}/content`, 'Content-Length: 30000000'));
    connection.write(Buffer.alloc(30_000_000));
    const { status, headers, body } = await connection.answer();
    expect([status, headers['connection'], body.length]).toEqual([200, 'close', BIG]);
    await until(connection.hasEnded, 'the connection is closed');
    await patient.close();
  });

  test('that reads none of its lists is cut', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `${index}`.padEnd(1000, 'n'));
    await Promise.all(names.map((name) => client.upload({ file: textFile('x', name), purpose: 'vision' })));
    const connection = await openRaw(server.url);
    connection.socket.pause();
    connection.write(get('/v1/files?purpose=vision').repeat(95));
    // 95 lists of 240 KB are more than the kernel takes
    const served = () => server.log.filter((line) => /GET .*files.* 200$/.test(String(line['msg']))).length;
    const before = gone();
    await until(() => gone() > before, 'the server gives up');
    expect(served()).toBeLessThan(95);
    connection.socket.resume();
    await until(connection.hasEnded, 'the connection is cut');
  });

  test('that sends garbage behind a whole upload has its answer, and no more', async () => {
    const body = formBody(uploadParts());
    const connection = await openRaw(server.url);
    connection.write(
      Buffer.concat([Buffer.from(postHead('/v1/files', body)), body, Buffer.from('garbage\r\n\r\n'.repeat(1000))]),
    );
    const { status, json } = await connection.answer();
    expect([status, json]).toMatchObject([200, { id: expect.stringMatching(/^file-/) }]);
    await until(connection.hasEnded, 'the connection is closed');
    expect((await client.get((json as { id: string }).id)).status).toBe(200);
  });

  test('that sends a head of ten megabytes reads why it is refused', async () => {
    const connection = await openRaw(server.url);
    connection.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(10_000_000)}`);
    expect((await connection.answer()).status).toBe(431);
    connection.socket.end();
    await until(connection.hasEnded, 'the connection is closed');
  });

  /** It looks at nothing until all of its bytes are out, as Python's clients do. */
  const answerToDeaf = async (...pieces: (string | Buffer)[]) => {
    const connection = await openRaw(server.url);
    connection.socket.pause();
    for (const piece of pieces) connection.write(piece);
    await until(() => connection.socket.writableLength === 0 || connection.socket.destroyed, 'all is sent');
    connection.socket.resume();
    const { status, headers } = await connection.answer();
    connection.close();
    return [status, headers['connection']];
  };

  test('that sends a large body behind a head that is too large reads why it is refused, when all is out', async () => {
    const head = `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n`;
    const pieces = Array.from({ length: 5 }, () => Buffer.alloc(BIG));
    expect(await answerToDeaf(`${head}Content-Length: ${5 * BIG}\r\n\r\n`, ...pieces)).toEqual([431, 'close']);
  });

  test('that sends a large body of unknown length reads why it is refused, when all is out', async () => {
    const head = 'POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = [`${BIG.toString(16)}\r\n`, Buffer.alloc(BIG), '\r\n0\r\n\r\n'];
    expect(await answerToDeaf(head, ...chunk)).toEqual([404, 'close']);
  });

  test('whose upload is refused has the requests behind it ignored, or served, never half of them', async () => {
    const { id } = (await client.upload({ file: textFile('x'), purpose: 'user_data' })).json;
    const remove = `DELETE /v1/files/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const body = formBody(uploadParts({ purpose: 'wrong' }));
    const connection = await openRaw(server.url);
    connection.write(Buffer.concat([Buffer.from(postHead('/v1/files', body)), body, Buffer.from(remove)]));
    // the whole body has come, so that the connection goes on
    expect((await connection.answer()).status).toBe(400);
    expect((await connection.answer()).status).toBe(200);
    const closing = await openRaw(server.url);
    const { id: second } = (await client.upload({ file: textFile('x'), purpose: 'user_data' })).json;
    const foreign = get('/v1/files/none', 'Connection: close') + remove.replace(id, second);
    closing.write(foreign);
    expect((await closing.answer()).status).toBe(404);
    await until(closing.hasEnded, 'the connection is closed');
    expect((await client.get(second)).status).toBe(200);
  });

  test('may send a hundred requests ahead, and is cut at the next', async () => {
    const patient = await openRaw(server.url);
    patient.write(get('/healthz').repeat(100));
    for (let index = 0; index < 100; index += 1) expect((await patient.answer()).status).toBe(200);
    patient.close();
    const greedy = await openRaw(server.url);
    greedy.write(get('/healthz').repeat(102));
    await until(greedy.hasEnded, 'the connection is cut');
    expect(faults()).toEqual([]);
  });

  test('that asks for an upgrade is answered and let go: Node throws away what came with its head', async () => {
    const connection = await openRaw(server.url);
    connection.write(get('/healthz', 'Connection: Upgrade', 'Upgrade: h2c') + get('/healthz'));
    const { status, headers } = await connection.answer();
    expect([status, headers['connection']]).toEqual([200, 'close']);
    await until(connection.hasEnded, 'the connection is closed');
  });

  test('of HTTP/1.0 that expects 100 Continue is not told so', async () => {
    const open = await startTestServer({ pair: 'memory', env: { ALLOW_ANONYMOUS: 'true' } });
    const connection = await openRaw(open.url);
    const body = formBody(uploadParts());
    let received = '';
    connection.socket.on('data', (piece: Buffer) => (received += piece.toString()));
    connection.write(postHead('/v1/files', body, ['Expect: 100-continue']).replace('HTTP/1.1', 'HTTP/1.0'));
    connection.write(body);
    expect((await connection.answer()).status).toBe(200);
    expect(received).not.toContain('100 Continue');
    connection.close();
    await open.close();
  });

  test('keeps its connection after a refusal', async () => {
    const connection = await openRaw(server.url);
    const body = formBody(uploadParts({ purpose: 'wrong' }));
    for (const [bytes, status] of [
      [Buffer.concat([Buffer.from(postHead('/v1/files', body)), body]), 400],
      [Buffer.from(get('/v1/files/none')), 404],
      [Buffer.from(get('/v1/files?limit=0')), 400],
      [Buffer.from('PUT /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc'), 405],
      [Buffer.from(get('/healthz')), 200],
    ] as const) {
      connection.write(bytes);
      const answer = await connection.answer();
      expect([answer.status, answer.headers['connection']]).toEqual([status, 'keep-alive']);
    }
    connection.close();
  });
});

function get(target: string, ...headers: string[]): string {
  return `GET ${target} HTTP/1.1\r\n${['Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;
}
