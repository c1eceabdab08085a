import { randomBytes } from 'node:crypto';
import { apiOf } from '../support/api';
import type { Api } from '../support/api';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

describe.each(ALL_PAIRS)('reading back on the %s pair', (pair) => {
  const content = randomBytes(300_000);
  let server: TestServer;
  let client: Client;
  let api: Api;
  let id: string;
  const read = (headers: Record<string, string> = {}) => api.get(`/v1/files/${id}/content`).set(headers);

  beforeAll(async () => {
    server = await startTestServer({ pair });
    client = createClient(server.url);
    api = apiOf(server.url);
    id = (await client.upload({ file: textFile(content, 'naïve "q".bin'), purpose: 'user_data' })).json.id;
  });
  afterAll(() => server.close());

  test('the content says what it is, and that it will never change', async () => {
    const { headers, body } = await read()
      .expect(200)
      .expect('content-type', 'application/octet-stream')
      .expect('content-length', '300000')
      .expect('content-disposition', /^attachment; filename="naive _q_\.bin";/)
      .expect('x-content-type-options', 'nosniff')
      .expect('accept-ranges', 'bytes')
      .expect('etag', `"${id}"`);
    expect(body.equals(content)).toBe(true);
    expect(headers['content-disposition']).toContain(`filename*=UTF-8''na%C3%AFve%20%22q%22.bin`);
    const file = await api.get(`/v1/files/${id}`).expect(200);
    expect(Date.parse(headers['last-modified'] ?? '')).toBe(file.body.created_at * 1000);
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, 299_999],
    ['bytes=-5', 299_995, 299_999],
    ['bytes=-999999', 0, 299_999],
    ['bytes=299999-400000', 299_999, 299_999],
  ])('the range %s is 206 with just these bytes', async (range, start, end) => {
    const { body } = await read({ range }).expect(206).expect('content-range', `bytes ${start}-${end}/300000`);
    expect(body.equals(content.subarray(start, end + 1))).toBe(true);
  });

  test.each(['bytes=300000-', 'bytes=-0'])('the range %s is 416 with the size', async (range) => {
    const { body } = await read({ range }).expect(416).expect('content-range', 'bytes */300000');
    expect(body.error.type).toBe('invalid_request_error');
  });

  test.each([
    'bytes=0-1,5-6',
    `bytes=0-${' '.repeat(4096)}1`,
    'bytes=x-y',
    'items=0-1',
    'nonsense',
    'bytes=',
    'bytes=5-2',
  ])('the range %s is not served, and the whole file is', async (range) => {
    const { body } = await read({ range }).expect(200);
    expect(body.length).toBe(300_000);
  });

  test('If-Range serves the range only while the tag is the same', async () => {
    await read({ range: 'bytes=0-9', 'if-range': `"${id}"` }).expect(206);
    await read({ range: 'bytes=0-9', 'if-range': '"other"' }).expect(200);
    await read({ range: 'bytes=0-9', 'if-range': `W/"${id}"` }).expect(200);
  });

  test('If-None-Match with the tag is 304 without a body', async () => {
    const { body } = await read({ 'if-none-match': `"x", "${id}"` })
      .expect(304)
      .expect('etag', `"${id}"`)
      // RFC 9110 section 15.4.5
      .expect('cache-control', 'private, no-store');
    expect(body.length).toBe(0);
  });

  test('If-Modified-Since is 304 unless the file is newer, and does not count beside If-None-Match', async () => {
    const modified = (await read()).headers['last-modified'] ?? '';
    const before = new Date(Date.parse(modified) - 1000).toUTCString();
    await read({ 'if-modified-since': modified }).expect(304).expect('last-modified', modified);
    await read({ 'if-modified-since': before }).expect(200);
    await read({ 'if-modified-since': 'yesterday' }).expect(200);
    await read({ 'if-modified-since': modified, 'if-none-match': '"another"' }).expect(200);
    await read({ range: 'bytes=0-9', 'if-range': modified }).expect(206);
    await read({ range: 'bytes=0-9', 'if-range': before }).expect(200);
  });

  const head = (headers: Record<string, string> = {}) => api.head(`/v1/files/${id}/content`).set(headers);

  test('HEAD answers with the headers of the content alone', async () => {
    const { body } = await head().expect(200).expect('content-length', '300000');
    expect(body).toEqual({});
    await api.head(`/v1/files/file-${'0'.repeat(32)}/content`).expect(404);
  });

  test('HEAD answers a condition and a range as GET does, without the bytes', async () => {
    await head({ range: 'bytes=10-19' })
      .expect(206)
      .expect('content-length', '10')
      .expect('content-range', 'bytes 10-19/300000');
    await head({ 'if-none-match': `"${id}"` }).expect(304);
    await head({ range: 'bytes=300000-' }).expect(416).expect('content-range', 'bytes */300000');
  });

  test('an empty file is read whole, whatever range is asked for', async () => {
    const empty = (await client.upload({ file: textFile(''), purpose: 'user_data' })).json.id;
    const { status, bytes } = await client.content(empty, { range: 'bytes=0-9' });
    expect([status, bytes.length]).toEqual([200, 0]);
  });

  test('a deleted file is gone from get, content, list and the storage', async () => {
    const doomed = (await client.upload({ file: textFile('bye'), purpose: 'user_data' })).json.id;
    const blobs = (await server.blobs()).length;
    const path = `/v1/files/${doomed}`;
    await api.delete(path).expect(200, { id: doomed, object: 'file', deleted: true });
    const message = `No such File object: ${doomed}`;
    const error = { message, type: 'invalid_request_error', param: 'id', code: null };
    await api.get(path).expect(404, { error });
    await api.get(`${path}/content`).expect(404, { error });
    await api.delete(path).expect(404, { error });
    expect((await client.list()).json.data.map((file: { id: string }) => file.id)).not.toContain(doomed);
    if (pair === 'durable') expect((await server.blobs()).length).toBe(blobs - 1);
  });

  test.each(['nonsense', 'file-', `file-${'0'.repeat(32)}`, 'file-%00', 'a%2Fb', 'x'.repeat(1000)])(
    'the id %s is a 404 that says no more',
    async (unknown) => {
      const { status, json } = await client.get(unknown);
      expect(status).toBe(404);
      expect(json.error.param).toBe('id');
    },
  );

  test('a path that is not well encoded is 400', async () => {
    expect((await client.get('%zz')).status).toBe(400);
  });
});

describe.each(ALL_PAIRS)('the list on the %s pair', (pair) => {
  let server: TestServer;
  let client: Client;
  const ids: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({ pair });
    client = createClient(server.url);
    for (let index = 0; index < 7; index += 1) {
      const purpose = index % 2 ? 'batch' : 'vision';
      ids.push((await client.upload({ file: textFile(String(index)), purpose })).json.id);
    }
  });
  afterAll(() => server.close());

  test('is newest first, and ascending on demand', async () => {
    expect(idsOf((await client.list()).json)).toEqual(ids.toReversed());
    expect(idsOf((await client.list('?order=asc')).json)).toEqual(ids);
    expect(ids.toSorted()).toEqual(ids);
  });

  test('comes in pages that say honestly whether there is more', async () => {
    const first = (await client.list('?limit=3&order=asc')).json;
    expect(first).toMatchObject({ object: 'list', has_more: true, first_id: ids[0], last_id: ids[2] });
    const second = (await client.list(`?limit=3&order=asc&after=${ids[2]}`)).json;
    expect(idsOf(second)).toEqual(ids.slice(3, 6));
    const third = (await client.list(`?limit=3&order=asc&after=${ids[5]}`)).json;
    expect([idsOf(third), third.has_more]).toEqual([[ids[6]], false]);
    const exact = (await client.list('?limit=7')).json;
    expect(exact.has_more).toBe(false);
  });

  test('by purpose holds that purpose alone', async () => {
    const { json } = await client.list('?purpose=batch&order=asc');
    expect(idsOf(json)).toEqual(ids.filter((_, index) => index % 2));
  });

  test('takes an id that is gone as a position', async () => {
    const after = `file-${'f'.repeat(32)}`;
    expect(idsOf((await client.list(`?after=${after}`)).json)).toEqual(ids.toReversed());
    expect((await client.list(`?order=asc&after=${after}`)).json).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=10001', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['order=up', 'order'],
    ['purpose=nonsense', 'purpose'],
    ['after=nonsense', 'after'],
  ])('refuses %s and names the parameter', async (query, param) => {
    const { status, json } = await client.list(`?${query}`);
    expect(status).toBe(400);
    expect(json.error.param).toBe(param);
  });
});

function idsOf(json: { data: { id: string }[] }): string[] {
  return json.data.map((file) => file.id);
}
