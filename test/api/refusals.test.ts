import { randomBytes } from 'node:crypto';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { BOUNDARY, formBody, postHead, uploadParts } from '../support/multipart';
import type { RawPart } from '../support/multipart';
import { openRaw } from '../support/raw';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const FILE: RawPart = { name: 'file', filename: 'a.jsonl', body: 'x'.repeat(5000) };
const PURPOSE: RawPart = { name: 'purpose', body: 'batch' };
const ANCHOR: RawPart = { name: 'expires_after[anchor]', body: 'created_at' };
const seconds = (body: string): RawPart => ({ name: 'expires_after[seconds]', body });
const json = (body: string): RawPart => ({ name: 'expires_after', body });

/** name, parts, the param that is named, words of the message */
const BAD_FORMS: [string, RawPart[], string | null, RegExp][] = [
  ['without purpose', [FILE], 'purpose', /^'purpose' is a required property$/],
  [
    'with an unknown purpose',
    [FILE, { name: 'purpose', body: 'x' }],
    'purpose',
    /^'x' is not one of \['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'\] - 'purpose'$/,
  ],
  ['with an output purpose', [FILE, { name: 'purpose', body: 'batch_output' }], 'purpose', /not one of/],
  ['with an empty purpose', [FILE, { name: 'purpose', body: '' }], 'purpose', /not one of/],
  ['with two purposes', [PURPOSE, PURPOSE, FILE], 'purpose', /more than once|twice/],
  ['without a file', [PURPOSE], 'file', /^'file' is a required property$/],
  ['with the file as text', [PURPOSE, { name: 'file', body: 'text' }], 'file', /file/],
  ['with two files', [FILE, PURPOSE, FILE], 'file', /more than once|twice/],
  ['without any part', [], 'file', /required/],
  [
    'with a NUL in the name',
    [{ headers: [`Content-Disposition: form-data; name="file"; filename*=UTF-8''a%00b`], body: 'x' }, PURPOSE],
    'file',
    /NUL/,
  ],
  [
    'with a part that has no name',
    [{ headers: ['Content-Disposition: form-data'], body: 'x' }, FILE, PURPOSE],
    null,
    /no name/,
  ],
  ['without the anchor', [FILE, PURPOSE, seconds('3600')], 'expires_after.anchor', /required property/],
  ['without the seconds', [FILE, PURPOSE, ANCHOR], 'expires_after.seconds', /required property/],
  [
    'with another anchor',
    [FILE, PURPOSE, { name: 'expires_after[anchor]', body: 'now' }, seconds('3600')],
    'expires_after.anchor',
    /not one of/,
  ],
  ...['3599', '2592001', '', ' 3600', '0x10', '1e4', '3600.0', '3600.5', '-3600', '+3600', 'null', '1'.repeat(400)].map(
    (text): [string, RawPart[], string, RegExp] => [
      `with the seconds '${text.slice(0, 20)}'`,
      [FILE, PURPOSE, ANCHOR, seconds(text)],
      'expires_after.seconds',
      /./,
    ],
  ),
  [
    'with both encodings of expires_after',
    [FILE, PURPOSE, json('{"anchor":"created_at","seconds":3600}'), seconds('3600')],
    'expires_after',
    /./,
  ],
  [
    'with two expires_after',
    [FILE, PURPOSE, json('{"anchor":"created_at","seconds":3600}'), json('{"anchor":"created_at","seconds":3600}')],
    'expires_after',
    /./,
  ],
  ['with expires_after that is not JSON', [FILE, PURPOSE, json('{')], 'expires_after', /JSON/],
  ['with expires_after that is a list', [FILE, PURPOSE, json('[]')], 'expires_after', /./],
  ['with expires_after null', [FILE, PURPOSE, json('null')], 'expires_after', /./],
  [
    'with seconds as text in JSON',
    [FILE, PURPOSE, json('{"anchor":"created_at","seconds":"3600"}')],
    'expires_after.seconds',
    /./,
  ],
  [
    'with seconds too small in JSON',
    [PURPOSE, json('{"anchor":"created_at","seconds":1}'), FILE],
    'expires_after.seconds',
    /./,
  ],
  [
    'with flat expires_after.seconds',
    [FILE, PURPOSE, { name: 'expires_after.seconds', body: '3600' }],
    'expires_after.seconds',
    /./,
  ],
];

describe.each(ALL_PAIRS)('a bad upload on the %s pair', (pair) => {
  let server: TestServer;
  let client: Client;

  beforeAll(async () => {
    server = await startTestServer({
      pair,
      env: { MAX_FILE_BYTES: '1000000', MAX_FIELD_BYTES: '1000', MAX_PARTS: '10' },
    });
    client = createClient(server.url);
    await client.upload({ file: textFile('kept'), purpose: 'user_data' });
  });
  afterAll(() => server.close());

  const nothingIsLeft = async () => {
    expect((await client.list()).json.data).toHaveLength(1);
    if (pair === 'durable') await until(async () => (await server.blobs()).length === 1, 'one blob');
  };

  const post = (parts: RawPart[], contentType = `multipart/form-data; boundary=${BOUNDARY}`) =>
    client.request('POST', '/v1/files', { body: formBody(parts), headers: { 'content-type': contentType } });

  test.each(BAD_FORMS)('%s is 400, names the field, and leaves nothing', async (_name, parts, param, message) => {
    const { status, json: body } = await post(parts);
    expect(body.error).toEqual({
      message: expect.stringMatching(message),
      type: 'invalid_request_error',
      param,
      code: null,
    });
    expect(status).toBe(400);
    await nothingIsLeft();
  });

  test('names that mean something to JavaScript are unknown fields, no more', async () => {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      '__proto__[polluted]',
      'expires_after[__proto__]',
    ];
    for (const name of names) {
      const { status, json: body } = await post([{ name, body: 'x' }, FILE, { name: 'purpose', body: 'nonsense' }]);
      expect([name, status]).toEqual([name, 400]);
      expect(body.error.message).not.toContain('Object');
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('with a field over its limit is refused when the field comes', async () => {
    const { status, json: body } = await post([{ name: 'note', body: 'x'.repeat(1001) }, FILE, PURPOSE]);
    expect([status, body.error.param]).toEqual([400, 'note']);
    expect(
      (await post([{ name: 'note', body: 'x'.repeat(1000) }, FILE, { name: 'purpose', body: 'bad' }])).json.error.param,
    ).toBe('purpose');
  });

  test('with more parts than allowed is 400', async () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ name: `field${index}`, body: 'x' }));
    expect((await post(many)).json.error.message).toMatch(/more than 10 parts/);
  });

  test('in base64 is refused rather than stored as text', async () => {
    const encoded: RawPart = { ...FILE, headers: ['Content-Transfer-Encoding: base64'] };
    expect((await post([encoded, PURPOSE])).status).toBe(415);
    await nothingIsLeft();
  });

  test.each([
    ['application/json', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/mixed; boundary=x', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=', 400],
  ])('of type %s is %d', async (type, status) => {
    expect((await post([FILE, PURPOSE], type)).status).toBe(status);
  });

  test('that is compressed is 415', async () => {
    const answer = await client.request('POST', '/v1/files', {
      body: formBody([FILE, PURPOSE]),
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });

  test('whose form ends too early is 400', async () => {
    const whole = formBody([PURPOSE, FILE]);
    for (const length of [10, 60, whole.length - 200, whole.length - 10]) {
      const body = whole.subarray(0, length);
      const connection = await openRaw(server.url);
      connection.write(postHead('/v1/files', body));
      connection.write(body);
      const { status, json: answer } = await connection.answer();
      expect([status, answer]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
      connection.close();
    }
    await nothingIsLeft();
  });

  test('whose client closes its half early is told so', async () => {
    const whole = formBody([PURPOSE, FILE]);
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', whole));
    connection.socket.end(whole.subarray(0, 2000));
    const { status, json: body } = await connection.answer();
    expect([status, body]).toMatchObject([400, { error: { message: expect.stringMatching(/ends before/) } }]);
    await nothingIsLeft();
  });

  test('with broken chunks is 400', async () => {
    const connection = await openRaw(server.url);
    connection.write(
      `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`,
    );
    const start = formBody([FILE]).subarray(0, 1000);
    connection.write(`${start.length.toString(16)}\r\n`);
    connection.write(start);
    connection.write('\r\nnonsense\r\n');
    const { status, json: body } = await connection.answer();
    expect([status, body]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    await until(connection.hasEnded, 'the connection is closed');
    await nothingIsLeft();
  });

  test('whose closing boundary comes without the end of its chunks is no upload', async () => {
    const body = formBody([PURPOSE, FILE]);
    const connection = await openRaw(server.url);
    connection.write(
      `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`,
    );
    connection.write(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]));
    await until(async () => server.log.length > 0, 'the request is seen');
    connection.socket.destroy();
    await nothingIsLeft();
  });

  test('whose client goes away half-way leaves nothing', async () => {
    const body = formBody(uploadParts({ body: randomBytes(900_000) }));
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', body));
    connection.write(body.subarray(0, 700_000));
    const gone = () => server.log.filter((line) => String(line['msg']).endsWith('client gone')).length;
    const before = gone();
    setImmediate(() => connection.socket.destroy());
    await until(() => gone() > before, 'the server notices');
    await nothingIsLeft();
  });

  test('is answered while most of its body is still to come', async () => {
    const connection = await openRaw(server.url);
    const head = postHead('/v1/files', Buffer.alloc(0)).replace('Content-Length: 0', 'Content-Length: 900000');
    connection.write(head);
    connection.write(formBody([{ name: 'purpose', body: 'nonsense' }]).subarray(0, -20));
    connection.write(`\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`);
    const { status, headers } = await connection.answer();
    expect([status, headers['connection']]).toEqual([400, 'close']);
    connection.close();
  });

  test('whose client leaves with its refusal holds no place among the drains', async () => {
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', Buffer.alloc(0)).replace('Content-Length: 0', 'Content-Length: 900000'));
    connection.write(formBody([{ name: 'purpose', body: 'nonsense' }]).subarray(0, -20));
    connection.write(`\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`);
    expect((await connection.answer()).status).toBe(400);
    connection.socket.end();
    // a drain of a client that stays waits 10 s for its next byte
    await until(connection.hasEnded, 'the connection is closed', 5);
  });

  test('to an unknown path, with a wrong method, or expecting the impossible gets the envelope', async () => {
    const unknown = await client.request('GET', '/v2/nothing');
    expect([unknown.status, unknown.json.error.type]).toEqual([404, 'invalid_request_error']);
    const wrong = await client.request('PUT', '/v1/files');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    const page = await client.request('POST', '/healthz');
    expect([page.status, page.headers.get('allow'), page.json.error.message]).toEqual([
      405,
      'GET, HEAD',
      'This path does not allow this method. Use GET, HEAD.',
    ]);
    const connection = await openRaw(server.url);
    connection.write('GET /v1/files HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\n\r\n');
    expect((await connection.answer()).status).toBe(417);
    connection.close();
  });

  test('with a head that is too large is 431, and with one that is not HTTP 400', async () => {
    for (const [bytes, status] of [
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['nonsense\r\n\r\n', 400],
    ] as const) {
      const connection = await openRaw(server.url);
      connection.write(bytes);
      const answer = await connection.answer();
      expect([answer.status, answer.json]).toMatchObject([status, { error: { type: 'invalid_request_error' } }]);
      connection.close();
    }
  });
});
