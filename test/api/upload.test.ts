import { randomBytes } from 'node:crypto';
import { apiOf } from '../support/api';
import type { Api } from '../support/api';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { BOUNDARY, formBody, postHead, uploadParts } from '../support/multipart';
import type { RawPart } from '../support/multipart';
import { openRaw } from '../support/raw';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const LIMIT = 1_000_000;

describe.each(ALL_PAIRS)('an upload on the %s pair', (pair) => {
  let server: TestServer;
  let client: Client;
  let api: Api;

  beforeAll(async () => {
    server = await startTestServer({ pair, env: { MAX_FILE_BYTES: String(LIMIT) } });
    client = createClient(server.url);
    api = apiOf(server.url);
  });
  afterAll(() => server.close());

  const upload = (content: Buffer, purpose: string) =>
    api.post('/v1/files').attach('file', content, 'data.jsonl').field('purpose', purpose);

  const raw = async (parts: RawPart[], extra: string[] = []) => {
    const body = formBody(parts);
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', body, extra));
    connection.write(body);
    const answer = await connection.answer();
    connection.close();
    return answer;
  };

  test('is answered with the file object', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { body } = await upload(Buffer.from('hello\n'), 'user_data')
      .expect(200)
      .expect('x-request-id', /^req_[0-9a-f]{32}$/);
    expect(body).toEqual({
      id: expect.stringMatching(/^file-[0-9a-f]{32}$/),
      object: 'file',
      bytes: 6,
      created_at: expect.any(Number),
      expires_at: null,
      filename: 'data.jsonl',
      purpose: 'user_data',
      status: 'processed',
    });
    expect(body.created_at).toBeGreaterThanOrEqual(before);
  });

  test.each([
    `multipart/form-data; boundary=${BOUNDARY};`,
    `multipart/form-data\t;\tboundary=${BOUNDARY} ; charset=utf-8 ;`,
    `Multipart/Form-Data ;boundary="${BOUNDARY}"`,
  ])('may write its Content-Type as %j', async (type) => {
    await api.post('/v1/files').set('content-type', type).send(formBody(uploadParts())).expect(200);
  });

  test.each([
    ['file, purpose, expires_after', ['file', 'purpose', 'expires_after[anchor]', 'expires_after[seconds]']],
    ['purpose, expires_after, file', ['purpose', 'expires_after[anchor]', 'expires_after[seconds]', 'file']],
    ['expires_after, file, purpose', ['expires_after[seconds]', 'expires_after[anchor]', 'file', 'purpose']],
    ['expires_after in two places', ['expires_after[seconds]', 'file', 'purpose', 'expires_after[anchor]']],
  ])('takes its parts in the order %s', async (_name, order) => {
    const content = randomBytes(200_000);
    const values: Record<string, RawPart> = {
      file: { name: 'file', filename: 'a.bin', body: content },
      purpose: { name: 'purpose', body: 'batch' },
      'expires_after[anchor]': { name: 'expires_after[anchor]', body: 'created_at' },
      'expires_after[seconds]': { name: 'expires_after[seconds]', body: '3600' },
    };
    const { status, json } = await raw(order.map((name) => values[name] as RawPart));
    expect(status).toBe(200);
    const file = json as { id: string; expires_at: number; created_at: number };
    expect(file.expires_at - file.created_at).toBe(3600);
    expect((await client.content(file.id)).bytes.equals(content)).toBe(true);
  });

  test('takes expires_after as one JSON part', async () => {
    const { status, json } = await client.upload({
      file: textFile('x'),
      purpose: 'assistants',
      expires_after: new Blob(['{"anchor":"created_at","seconds":2592000}'], { type: 'application/json' }),
    });
    expect(status).toBe(200);
    expect(json.expires_at - json.created_at).toBe(2_592_000);
  });

  test('takes a field that arrives looking like a file', async () => {
    const { status, json } = await client.upload({ file: textFile('x'), purpose: new Blob(['batch']) });
    expect(status).toBe(200);
    expect(json.purpose).toBe('batch');
  });

  test('of purpose batch expires after 30 days when nothing else is said', async () => {
    const { body } = await upload(Buffer.from('x'), 'batch').expect(200);
    expect(body.expires_at - body.created_at).toBe(2_592_000);
  });

  test('of purpose evals is answered with that purpose', async () => {
    const { body } = await upload(Buffer.from('x'), 'evals').expect(200);
    expect(body.purpose).toBe('evals');
  });

  test.each([0, 1, 65_535, 65_536, 65_537, LIMIT - 1, LIMIT])('of %d bytes comes back as it was', async (size) => {
    const content = randomBytes(size);
    const { body } = await upload(content, 'user_data').expect(200);
    expect(body.bytes).toBe(size);
    const answer = await api.get(`/v1/files/${body.id}/content`).expect(200);
    expect(answer.body.equals(content)).toBe(true);
  });

  test('one byte over the limit is 413 and leaves nothing', async () => {
    const { body: before } = await api.get('/v1/files').expect(200);
    const { body } = await upload(randomBytes(LIMIT + 1), 'user_data').expect(413);
    expect(body.error.param).toBe('file');
    await api.get('/v1/files').expect(200, before);
  });

  test('in chunks, without a Content-Length, is taken', async () => {
    const body = formBody(uploadParts({ body: randomBytes(100_000) }));
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 7777) controller.enqueue(body.subarray(at, at + 7777));
        controller.close();
      },
    });
    const { status, json } = await client.request('POST', '/v1/files', {
      headers: { 'content-type': 'multipart/form-data; boundary=sluice-test-boundary' },
      body: stream,
      duplex: 'half',
    });
    expect(status).toBe(200);
    expect(json.bytes).toBe(100_000);
  });

  test.each([
    ['naïve résumé.jsonl', 'naïve résumé.jsonl'],
    ['データ🦆.jsonl', 'データ🦆.jsonl'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.txt', 'a.txt'],
    ['a%22b.txt', 'a"b.txt'],
    ['100%.txt', '100%.txt'],
    ['..', 'upload'],
  ])('named %s is kept as %s', async (given, kept) => {
    const { status, json } = await raw(uploadParts({ filename: given }));
    expect(status).toBe(200);
    expect((json as { filename: string }).filename).toBe(kept);
  });

  test('whose name comes as filename* keeps that name', async () => {
    const disposition = `Content-Disposition: form-data; name="file"; filename="x"; filename*=UTF-8''na%C3%AFve.txt`;
    const { json } = await raw([
      { headers: [disposition], body: 'x' },
      { name: 'purpose', body: 'batch' },
    ]);
    expect((json as { filename: string }).filename).toBe('naïve.txt');
  });

  test('that expects 100-continue is told to go on before it sends a byte', async () => {
    const body = formBody(uploadParts());
    const connection = await openRaw(server.url);
    const firstBytes = new Promise<string>((resolve) => {
      connection.socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    connection.write(postHead('/v1/files', body, ['Expect: 100-continue']));
    expect(await firstBytes).toMatch(/^HTTP\/1\.1 100 Continue/);
    connection.write(body);
    expect((await connection.answer()).status).toBe(200);
    connection.close();
  });

  test('over the limit that expects 100-continue is refused before it sends a byte', async () => {
    const connection = await openRaw(server.url);
    const head = postHead('/v1/files', Buffer.alloc(0), ['Expect: 100-continue']);
    connection.write(head.replace('Content-Length: 0', 'Content-Length: 99999999'));
    expect((await connection.answer()).status).toBe(413);
    connection.close();
  });

  test('leaves its connection fit for the next request', async () => {
    const connection = await openRaw(server.url);
    for (let round = 0; round < 3; round += 1) {
      const body = formBody(uploadParts());
      connection.write(postHead('/v1/files', body));
      connection.write(body);
      expect((await connection.answer()).status).toBe(200);
    }
    // refused with its body complete: the connection is kept, too
    const bad = formBody(uploadParts({ purpose: 'nonsense' }));
    connection.write(postHead('/v1/files', bad));
    connection.write(bad);
    expect((await connection.answer()).status).toBe(400);
    const body = formBody(uploadParts());
    connection.write(postHead('/v1/files', body));
    connection.write(body);
    expect((await connection.answer()).status).toBe(200);
    connection.close();
  });
});
