import { randomBytes } from 'node:crypto';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { BOUNDARY, formBody, postHead, uploadParts } from '../support/multipart';
import type { RawPart } from '../support/multipart';
import { openRaw } from '../support/raw';
import { PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const LIMITS = {
  MAX_FILE_BYTES: '3000000',
  MAX_FIELD_BYTES: '1000',
  MAX_PARTS: '10',
  MAX_HEADER_BYTES: '2048',
  MAX_CONCURRENT_UPLOADS: '2',
  UPLOAD_IDLE_SECONDS: '1',
};
/** What the framing and the fields may take beside the file. */
const FRAMING_BYTES = 1024 * 1024;
const CHUNKED_HEAD = `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`;

const blobPurpose = (body: string): RawPart => ({ name: 'purpose', filename: 'blob', body });

describe.each(PAIRS)('on the %s pair', (pair) => {
  let server: TestServer;
  let client: Client;

  beforeAll(async () => {
    server = await startTestServer({ pair, env: LIMITS });
    client = createClient(server.url);
  });
  afterAll(() => server.close());
  afterEach(async () => {
    for (const { id } of (await client.list()).json.data) await client.remove(id);
    await until(async () => (await server.blobs()).length === 0, 'nothing is left');
  });

  const announce = async (length: number) => {
    const connection = await openRaw(server.url);
    let received = '';
    connection.socket.on('data', (piece: Buffer) => {
      received += piece.toString();
    });
    connection.write(
      postHead('/v1/files', Buffer.alloc(0), ['Expect: 100-continue']).replace(
        'Content-Length: 0',
        `Content-Length: ${length}`,
      ),
    );
    await until(() => received.includes('\r\n\r\n'), 'an answer');
    connection.close();
    return received.split('\r\n', 1)[0];
  };

  const withNote = (length: number) =>
    client.upload({ note: 'é'.repeat(length / 2) + 'x'.repeat(length % 2), file: textFile('x'), purpose: 'vision' });

  const withPurpose = (length: number) =>
    client.upload({ purpose: [new Blob(['x'.repeat(length)]), 'blob'], file: textFile('x') });

  const withParts = (count: number) => {
    const others = Array.from({ length: count - 2 }, (_, index): RawPart => ({ name: `x${index}`, body: '' }));
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    return client.request('POST', '/v1/files', { body: formBody([...others, ...uploadParts()]), headers });
  };

  const withHead = async (bytes: number) => {
    const fixed = '/healthz'.length + 'Host'.length + 'localhost'.length + 'X'.length;
    const connection = await openRaw(server.url);
    connection.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(bytes - fixed)}\r\n\r\n`);
    const { status, json } = await connection.answer();
    connection.close();
    return [status, json];
  };

  test('MAX_FILE_BYTES is what a file may have, and not one byte more', async () => {
    expect((await client.upload({ file: textFile(randomBytes(3_000_000)), purpose: 'vision' })).status).toBe(200);
    const { status, json } = await client.upload({ file: textFile(randomBytes(3_000_001)), purpose: 'vision' });
    expect([status, json.error]).toEqual([
      413,
      {
        message: 'The file is larger than the limit of 3000000 bytes.',
        type: 'invalid_request_error',
        param: 'file',
        code: null,
      },
    ]);
  });

  test('MAX_FILE_BYTES counts what comes where no length is known', async () => {
    const body = formBody(uploadParts({ body: Buffer.alloc(3_000_001) }));
    const connection = await openRaw(server.url);
    connection.write(CHUNKED_HEAD);
    connection.write(
      Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]),
    );
    expect((await connection.answer()).status).toBe(413);
    connection.close();
  });

  test('a Content-Length over the file and its framing is 413 before one byte is sent', async () => {
    expect(await announce(3_000_000 + FRAMING_BYTES)).toBe('HTTP/1.1 100 Continue');
    expect(await announce(3_000_000 + FRAMING_BYTES + 1)).toBe('HTTP/1.1 413 Payload Too Large');
  });

  test('MAX_FIELD_BYTES is what a field may have', async () => {
    expect((await withNote(1000)).status).toBe(200);
    const { status, json } = await withNote(1001);
    expect([status, json.error]).toMatchObject([
      400,
      { param: 'note', message: "The field 'note' is longer than the limit of 1000 bytes." },
    ]);
  });

  test('MAX_FIELD_BYTES is what a field may have that is sent as a file', async () => {
    expect((await withPurpose(1000)).json.error.message).toMatch(/not one of/);
    expect((await withPurpose(1001)).json.error.message).toMatch(/longer than the limit of 1000 bytes/);
  });

  test('MAX_PARTS is how many parts a form may have', async () => {
    expect((await withParts(10)).status).toBe(200);
    const { status, json } = await withParts(11);
    expect([status, json.error.message]).toEqual([400, 'The form has more than 10 parts.']);
  });

  test('MAX_HEADER_BYTES is what the target, the names and the values may have together', async () => {
    expect(await withHead(2048)).toMatchObject([200, { status: 'ok' }]);
    expect(await withHead(2049)).toMatchObject([431, { error: { message: 'The head of the request is too large.' } }]);
  });

  test('MAX_CONCURRENT_UPLOADS counts uploads, and not clients that are silent', async () => {
    const body = formBody(uploadParts({ body: Buffer.alloc(100_000) }));
    const silent = await openRaw(server.url);
    silent.write(postHead('/v1/files', body));
    const running = [await openRaw(server.url), await openRaw(server.url)];
    for (const connection of running)
      connection.write(Buffer.concat([Buffer.from(postHead('/v1/files', body)), body.subarray(0, 50_000)]));
    await until(
      async () => /sluice_running_uploads 2\b|uploads\S* 2\b/.test(await metricsOf(server.url)),
      'two uploads run',
    );
    // the third waits for a place, and the two must not be cut as idle meanwhile
    let sent = 50_000;
    const feeding = setInterval(() => {
      for (const connection of running) connection.write(body.subarray(sent, sent + 2000));
      sent += 2000;
    }, 250);
    const { status, headers, json } = await client.upload({ file: textFile('x'), purpose: 'vision' });
    clearInterval(feeding);
    expect([status, headers.get('retry-after'), json.error]).toEqual([
      503,
      expect.stringMatching(/^[234]$/),
      {
        message: expect.stringMatching(/^Too many uploads are running/),
        type: 'server_error',
        param: null,
        code: null,
      },
    ]);
    for (const connection of running) connection.write(body.subarray(sent));
    for (const connection of running) expect((await connection.answer()).status).toBe(200);
    for (const connection of [silent, ...running]) connection.close();
    expect((await client.upload({ file: textFile('x'), purpose: 'vision' })).status).toBe(200);
  });

  test('UPLOAD_IDLE_SECONDS without a byte is 408', async () => {
    const body = formBody(uploadParts({ body: Buffer.alloc(100_000) }));
    const connection = await openRaw(server.url);
    connection.write(Buffer.concat([Buffer.from(postHead('/v1/files', body)), body.subarray(0, 50_000)]));
    const { status, json } = await connection.answer();
    expect([status, json]).toMatchObject([408, { error: { message: expect.stringMatching(/no bytes came/) } }]);
    connection.close();
  });
});

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

describe('a client that waits in the middle of a part', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ env: { ...LIMITS, MAX_FILE_BYTES: '1000' } });
  });
  afterAll(() => server.close());

  test.each([
    ['a file over MAX_FILE_BYTES', [{ name: 'file', filename: 'a', body: 'x'.repeat(1001) }], 413, 'file'],
    ['a purpose in the shape of a file over MAX_FIELD_BYTES', [blobPurpose('x'.repeat(1001))], 400, 'purpose'],
  ])('is told at once of %s', async (_name, parts, status, param) => {
    const body = formBody(parts);
    const middle = body.subarray(0, body.lastIndexOf(`\r\n--${BOUNDARY}--`));
    const connection = await openRaw(server.url);
    connection.write(CHUNKED_HEAD);
    connection.write(Buffer.concat([Buffer.from(`${middle.length.toString(16)}\r\n`), middle, Buffer.from('\r\n')]));
    const answer = await connection.answer();
    expect([answer.status, answer.json]).toMatchObject([status, { error: { param } }]);
    connection.close();
  });
});
