import { createClient, textFile } from '../support/client';
import type { ApiAnswer } from '../support/client';
import { openRaw } from '../support/raw';
import { PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const KEYS = 'acme:sk-acme-12345 max_bytes=100,zoo:sk-zoo-12345 max_files=2,free:sk-free-12345';
const clientOf = (tenant: string) => createClient(server.url, { authorization: `Bearer sk-${tenant}-12345` });
const file = (bytes: number) => ({ file: textFile('x'.repeat(bytes)), purpose: 'user_data' });
const outcome = ({ status, json }: ApiAnswer) => [status, (json.error?.code as string | undefined) ?? 'none'];
const told = async (tenant: string) => {
  const { headers } = await clientOf(tenant).list();
  return ['bytes-used', 'bytes-limit', 'files-used', 'files-limit'].map((name) => headers.get(`sluice-${name}`));
};
const REFUSED = [403, 'quota_exceeded'];
const TAKEN = [200, 'none'];

let server: TestServer;
afterEach(() => server.close());

describe.each(PAIRS)('a quota, on the %s pair', (pair) => {
  beforeEach(async () => {
    server = await startTestServer({ pair, env: { API_KEYS: KEYS } });
  });

  test('of bytes refuses what does not fit with 403, stores nothing of it, and has room again after a delete', async () => {
    const client = clientOf('acme');
    const first = await client.upload(file(60));
    expect(outcome(first)).toEqual(TAKEN);
    const refused = await client.upload(file(41));
    expect(outcome(refused)).toEqual(REFUSED);
    expect(refused.json.error.message).toContain('60 of 100 bytes are used');
    expect((await client.list()).json.data).toHaveLength(1);
    if (pair === 'durable') expect(await server.blobs()).toHaveLength(1);
    expect(outcome(await client.upload(file(40)))).toEqual(TAKEN);
    await client.remove(first.json.id);
    expect(outcome(await client.upload(file(41)))).toEqual(TAKEN);
  });

  test('of files is filled exactly by a burst', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => clientOf('zoo').upload(file(1))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ json }) => json.error?.code === 'quota_exceeded')).toHaveLength(18);
  });

  test('is told with the list, as far as there is one', async () => {
    for (const tenant of ['acme', 'zoo', 'free']) await clientOf(tenant).upload(file(60));
    expect(await told('acme')).toEqual(['60', '100', null, null]);
    expect(await told('zoo')).toEqual([null, null, '1', '2']);
    expect(await told('free')).toEqual([null, null, null, null]);
  });

  test('is its own tenant’s alone', async () => {
    await clientOf('zoo').upload(file(1));
    await clientOf('zoo').upload(file(1));
    expect(outcome(await clientOf('zoo').upload(file(1)))).toEqual(REFUSED);
    expect(outcome(await clientOf('free').upload(file(1)))).toEqual(TAKEN);
  });
});

test.each([
  ['more than is left', 'acme', 0, 3_000_000],
  ['anything, when there are as many files as there may be', 'zoo', 2, 500],
])('a Content-Length of %s is refused before the body', async (_what, tenant, files, length) => {
  server = await startTestServer({ pair: 'memory', env: { API_KEYS: KEYS } });
  for (let count = 0; count < files; count += 1) await clientOf(tenant).upload(file(1));
  const connection = await openRaw(server.url);
  connection.write(
    `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-${tenant}-12345\r\nContent-Length: ${length}\r\n` +
      'Content-Type: multipart/form-data; boundary=x\r\nExpect: 100-continue\r\n\r\n',
  );
  const answer = await connection.answer();
  expect(answer).toMatchObject({ status: 403, json: { error: { code: 'quota_exceeded' } } });
  connection.close();
});

test('a quota for all holds for the open tenant, too', async () => {
  server = await startTestServer({ pair: 'memory', env: { TENANT_MAX_BYTES: '10' } });
  expect(outcome(await createClient(server.url).upload(file(11)))).toEqual(REFUSED);
  expect(outcome(await createClient(server.url).upload(file(10)))).toEqual(TAKEN);
});
