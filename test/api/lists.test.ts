import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openCatalog } from '../../src/catalog/open';
import { newId } from '../../src/files/file';
import { aFile } from '../catalog/catalog-fixtures';
import { createClient } from '../support/client';
import type { Client } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const COUNT = 1203;

describe('a list that is longer than one batch of rows', () => {
  let server: TestServer;
  let client: Client;
  /** In the order of their commits. */
  let ids: string[];
  beforeAll(async () => {
    const catalog = await openCatalog(parseDatabaseUrl('sqlite::memory:'), { leaseSeconds: 60 });
    const files = Array.from({ length: COUNT }, (_, index) =>
      aFile({ id: newId('file-'), purpose: index % 2 === 0 ? 'user_data' : 'vision' }),
    );
    await Promise.all(files.map((file) => catalog.addSmall({ ...file, blobKey: null }, [Buffer.from('x')])));
    server = await startTestServer({ pair: 'memory', parts: { catalog } });
    client = createClient(server.url);
    ids = (await client.list('?order=asc')).json.data.map((file: { id: string }) => file.id);
  }, 60_000);
  afterAll(() => server.close());

  const idsOf = async (query: string) => {
    const { json } = await client.list(query);
    const found: string[] = json.data.map((file: { id: string }) => file.id);
    expect([json.object, json.first_id, json.last_id]).toEqual(['list', found.at(0), found.at(-1)]);
    return { found, hasMore: json.has_more };
  };

  test('has every file once, in either order', async () => {
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids).toEqual(ids.toSorted());
    expect(await idsOf('')).toEqual({ found: ids.toReversed(), hasMore: false });
  });

  test.each([501, 1000, 1001, 1202])('of %d says that there is more, and where it ends', async (limit) => {
    expect(await idsOf(`?order=asc&limit=${limit}`)).toEqual({ found: ids.slice(0, limit), hasMore: true });
    const rest = await idsOf(`?order=asc&after=${ids[limit - 1]}`);
    expect(rest).toEqual({ found: ids.slice(limit), hasMore: false });
  });

  test('of exactly as many files as there are has no more', async () => {
    expect(await idsOf(`?limit=${COUNT}`)).toEqual({ found: ids.toReversed(), hasMore: false });
  });

  test('has one purpose only where that is asked for', async () => {
    const { json } = await client.list('?purpose=user_data');
    expect(json.data.every((file: { purpose: string }) => file.purpose === 'user_data')).toBe(true);
    expect(json.data.length).toBeGreaterThan(500);
  });

  test('has no body for HEAD', async () => {
    const answer = await fetch(`${server.url}/v1/files`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test('is read for eight clients at once, of which one goes away', async () => {
    const leaving = new AbortController();
    const gone = fetch(`${server.url}/v1/files`, { signal: leaving.signal }).catch(() => undefined);
    const lists = Promise.all(Array.from({ length: 8 }, () => idsOf('?order=asc')));
    leaving.abort();
    await gone;
    for (const { found } of await lists) expect(found).toEqual(ids);
  });
});
