import { randomBytes } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { components, paths } from '../../generated/types';
import { PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

/** A form out of the body that the contract describes: files as they are, objects as JSON, all else as text. */
function toForm(body: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (value instanceof Blob) form.append(name, value);
    else form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return form;
}

describe.each(PAIRS)('openapi-fetch with the generated types on the %s pair', (pair) => {
  let server: TestServer;
  let client: ReturnType<typeof createClient<paths>>;

  beforeAll(async () => {
    server = await startTestServer({ pair, env: { API_KEYS: 'acme:sk-acme-12345' } });
    client = createClient<paths>({ baseUrl: server.url, headers: { authorization: 'Bearer sk-acme-12345' } });
  });
  afterAll(() => server.close());

  test('uploads, lists, reads back and deletes', async () => {
    const bytes = randomBytes(200_000);
    const uploaded = await client.POST('/v1/files', {
      body: {
        file: new File([bytes], 'dätei.bin'),
        purpose: 'user_data',
        expires_after: { anchor: 'created_at', seconds: 7200 },
      },
      bodySerializer: toForm,
    });
    const file: components['schemas']['FileObjectModel'] | undefined = uploaded.data;
    expect(file).toMatchObject({ filename: 'dätei.bin', bytes: 200_000, purpose: 'user_data' });
    if (!file?.expires_at) throw new Error('no file, or one that never expires');
    expect(file.expires_at - file.created_at).toBe(7200);

    const params = { path: { file_id: file.id } };
    expect((await client.GET('/v1/files/{file_id}', { params })).data).toEqual(file);
    const { data: list } = await client.GET('/v1/files', { params: { query: { limit: 1, order: 'asc' } } });
    expect(list).toEqual({ object: 'list', data: [file], first_id: file.id, last_id: file.id, has_more: false });
    const content = await client.GET('/v1/files/{file_id}/content', { params, parseAs: 'arrayBuffer' });
    expect(content.data && Buffer.from(content.data).equals(bytes)).toBe(true);
    const deleted = await client.DELETE('/v1/files/{file_id}', { params });
    expect(deleted.data).toEqual({ id: file.id, object: 'file', deleted: true });
  });

  test('reads an error with its type', async () => {
    const { data, error, response } = await client.GET('/v1/files/{file_id}', {
      params: { path: { file_id: 'gone' } },
    });
    expect([data, response.status, error?.error.param]).toEqual([undefined, 404, 'id']);
  });
});
