import { truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { textFile } from '../support/client';
import type { ApiAnswer } from '../support/client';
import { formBody, postHead, uploadParts } from '../support/multipart';
import { openRaw } from '../support/raw';
import { PAIRS } from '../support/server';
import { until } from '../support/until';
import type { Faults } from '../storage/faulty-store';
import type { CatalogFaults } from './faulty-catalog';
import { startFaultyServer } from './faulty-server';
import type { FaultyServer } from './faulty-server';

const AWAY = ['The storage is not available.', 'The database is not available.'];
const CONTENT = Buffer.alloc(2_500_000, 'some bytes ');

const STORE_REFUSALS: [string, { store?: Faults; catalog?: CatalogFaults }][] = [
  ['a store that fails on the first batch', { store: { putBatch: 1 } }],
  ['a store that fails on the third batch', { store: { putBatch: 3 } }],
  ['a store that fails in its last sync', { store: { putSync: true } }],
  ['a store whose answer is lost', { store: { putAnswer: true } }],
  ['a store that fails, and cannot delete either', { store: { putBatch: 2, delete: true } }],
  ['a store whose answer is lost, and that cannot delete', { store: { putAnswer: true, delete: true } }],
];
const CATALOG_REFUSALS: [string, { store?: Faults; catalog?: CatalogFaults }][] = [
  ['a catalog that fails to begin', { catalog: { begin: 'refused' } }],
  ['a catalog whose answer to the beginning is lost', { catalog: { begin: 'answer lost' } }],
  ['a catalog that fails to commit', { catalog: { commit: 'refused' } }],
  ['a catalog that fails to commit and to doom', { catalog: { commit: 'refused', doom: 'refused' } }],
  ['a catalog that dooms and does not say so', { catalog: { commit: 'refused', doom: 'answer lost' } }],
  ['both failing', { store: { putBatch: 2, delete: true }, catalog: { forget: 'refused', doom: 'refused' } }],
];

describe.each(PAIRS)('on the %s pair', (pair) => {
  let server: FaultyServer;
  beforeAll(async () => {
    server = await startFaultyServer(pair);
  });
  afterEach(() => server.heal());
  afterAll(() => server.close());

  const upload = () => server.client.upload({ file: textFile(new Uint8Array(CONTENT)), purpose: 'user_data' });
  const ids = async (): Promise<string[]> => {
    const { json } = await server.client.list();
    return json.data.map((one: { id: string }) => one.id);
  };

  const refusals = pair === 'memory' ? STORE_REFUSALS : [...STORE_REFUSALS, ...CATALOG_REFUSALS];
  test.each(refusals)('%s is 503, nothing is visible, and the next upload works', async (_name, faults) => {
    const before = await ids();
    server.store.fail(faults.store ?? {});
    server.catalog.fail(faults.catalog ?? {});
    expectAway(await upload());
    server.heal();
    expect(await ids()).toEqual(before);
    const next = await upload();
    expect(next.status).toBe(200);
    expect((await server.client.remove(next.json.id)).status).toBe(200);
  });

  test('a store that fails with an error of its own is 500, whose text stays inside', async () => {
    server.store.fail({ putBatch: 2, error: new Error('secret of the disk') });
    const answer = await upload();
    expect(answer.status).toBe(500);
    expect(answer.bytes.toString()).not.toMatch(/secret/);
    expect(JSON.stringify(server.log)).toMatch(/secret of the disk/);
  });

  test('a commit whose answer is lost is 503, and its bytes are never deleted', async () => {
    const before = await ids();
    server.catalog.fail({ commit: 'answer lost' });
    expectAway(await upload());
    server.heal();
    const [id = '', ...others] = (await ids()).filter((one) => !before.includes(one));
    expect(others).toEqual([]);
    const content = await server.client.content(id);
    expect(content.bytes.equals(CONTENT)).toBe(true);
    expect((await server.client.remove(id)).status).toBe(200);
  });

  test('a commit whose answer is lost keeps its bytes when the catalog stays away, too', async () => {
    const before = await ids();
    server.catalog.fail({ commit: 'answer lost', doom: 'refused', forget: 'refused' });
    expectAway(await upload());
    server.heal();
    const id = (await ids()).find((one) => !before.includes(one)) ?? '';
    expect((await server.client.content(id)).bytes.equals(CONTENT)).toBe(true);
    expect((await server.client.remove(id)).status).toBe(200);
  });

  test('an upload that a reaper took for dead is 503, and what it wrote is gone with its answer', async () => {
    const body = formBody(uploadParts({ body: CONTENT }));
    const connection = await openRaw(server.url);
    const before = await server.stored();
    connection.write(postHead('/v1/files', body));
    connection.write(body.subarray(0, 1_500_000));
    await until(async () => (await server.stored()).some((one) => !before.includes(one)), 'the upload has begun');
    const key = (await server.stored()).find((one) => !before.includes(one)) ?? '';
    // two leases in which it slept: the row is gone, and no reaper will ever look for these bytes again
    await server.catalog.forget(key);
    connection.write(body.subarray(1_500_000));
    const answer = await connection.answer();
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(SPREAD)]);
    await until(async () => !(await server.stored()).includes(key), 'its bytes are gone');
    connection.close();
  });

  test('a store that cannot delete answers 200, and the reaper goes on trying', async () => {
    const before = await server.live();
    const { id } = (await upload()).json;
    const key = (await server.live()).find((one) => !before.includes(one)) ?? '';
    server.store.fail({ delete: true });
    const failures = server.store.failures();
    expect((await server.client.remove(id)).status).toBe(200);
    expect((await server.client.content(id)).status).toBe(404);
    await until(() => server.store.failures() >= failures + 2, 'the reaper has tried, too');
    expect(await server.stored()).toContain(key);
    server.heal();
    await until(async () => !(await server.stored()).includes(key), 'its bytes are gone');
  });

  test('a catalog that cannot forget answers 200 all the same', async () => {
    const { id } = (await upload()).json;
    server.catalog.fail({ forget: 'refused' });
    expect((await server.client.remove(id)).status).toBe(200);
    expect((await server.client.get(id)).status).toBe(404);
  });

  test('a catalog that cannot remove is 503, and the file is still there', async () => {
    const { id } = (await upload()).json;
    server.catalog.fail({ remove: 'refused' });
    expectAway(await server.client.remove(id));
    server.heal();
    expect((await server.client.content(id)).bytes.equals(CONTENT)).toBe(true);
    expect((await server.client.remove(id)).status).toBe(200);
  });

  test('a removal whose answer is lost is 503, and the file is gone', async () => {
    const { id } = (await upload()).json;
    server.catalog.fail({ remove: 'answer lost' });
    expectAway(await server.client.remove(id));
    server.heal();
    expect((await server.client.get(id)).status).toBe(404);
  });

  test('what cannot be read is 503, and a read that breaks is a cut connection', async () => {
    const { id } = (await upload()).json;
    for (const call of ['find', 'list'] as const) {
      server.catalog.fail({ [call]: 'refused' });
      expectAway(call === 'list' ? await server.client.list() : await server.client.get(id));
    }
    server.heal();
    server.store.fail({ get: true });
    expectAway(await server.client.content(id));
    server.store.fail({ readBytes: 1_000_000 });
    await expect(server.client.content(id)).rejects.toThrow(/terminated|other side closed|socket/);
    server.heal();
    expect((await server.client.remove(id)).status).toBe(200);
  });

  test('readiness says which is away, liveness does not mind', async () => {
    for (const breakOne of [() => server.store.fail({ ping: true }), () => server.catalog.fail({ ping: 'refused' })]) {
      breakOne();
      const ask = () => server.client.request('GET', '/readyz');
      // an answer is kept for a second
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 503, 'it is not ready');
      expectAway(await ask());
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      server.heal();
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'it is ready again');
    }
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'it is ready again');
  });

  test('a reaper and renewals that fail are logged, and come back', async () => {
    server.catalog.fail({ claimDoomed: 'refused' });
    await until(() => JSON.stringify(server.log).includes('the reaper failed'), 'the reaper has failed');
    server.heal();
    expect((await upload()).status).toBe(200);
  });

  test('after all of this only the live blobs are left', async () => {
    await until(async () => (await server.stored()).join() === (await server.live()).join(), 'the reaper has been by');
    expect(await server.live()).toHaveLength((await ids()).length);
  });
});

describe('a blob that the disk has damaged', () => {
  test('is 500 and not a download that never ends, when its end is lost or all of it', async () => {
    const server = await startFaultyServer('durable');
    const { id } = (await server.client.upload({ file: textFile('0123456789'), purpose: 'user_data' })).json;
    const [key = ''] = await server.stored();
    const path = join(server.store.description.replace('faulty file:', ''), key);
    await truncate(path, 5);
    expect((await server.client.content(id)).status).toBe(500);
    expect((await server.client.content(id, { range: 'bytes=2-7' })).status).toBe(500);
    expect((await server.client.content(id, { range: 'bytes=2-4' })).bytes.toString()).toBe('234');
    await unlink(path);
    expect((await server.client.content(id)).status).toBe(500);
    expect((await server.client.remove(id)).status).toBe(200);
    await server.close();
  });
});

describe('a blob that loses its end while it is read', () => {
  test('is a download that is cut, and not one that waits for ever', async () => {
    const server = await startFaultyServer('durable');
    const file = new File([Buffer.alloc(32 * 1024 * 1024)], 'zeros');
    const { id } = (await server.client.upload({ file, purpose: 'user_data' })).json;
    const [key = ''] = await server.stored();
    const { body } = await fetch(`${server.url}/v1/files/${id}/content`);
    const reader = body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    // more than the kernel and the client have taken by then
    await truncate(join(server.store.description.replace('faulty file:', ''), key), 24 * 1024 * 1024);
    const rest = async () => {
      while ((await reader?.read())?.done === false);
    };
    await expect(rest()).rejects.toThrow('terminated');
    await server.close();
  });
});

describe('a stop', () => {
  test('does not wait for a reaper that has much before it', async () => {
    const server = await startFaultyServer('durable');
    const keys = Array.from({ length: 2000 }, (_, index) => index.toString(16).padStart(32, '0'));
    server.store.fail({ delete: true, delayMs: 100 });
    await Promise.all(keys.map((key) => server.catalog.begin(key)));
    await Promise.all(keys.map((key) => server.catalog.doom(key)));
    await until(() => server.store.failures() > 0, 'the reaper is at work');
    await server.close();
    expect(server.store.failures()).toBeLessThan(keys.length);
  });
});

/** From five seconds to twice as many. */
const SPREAD = /^(?:[5-9]|10)$/;

function expectAway(answer: ApiAnswer): void {
  expect([answer.status, answer.headers.get('retry-after'), answer.json.error]).toEqual([
    503,
    expect.stringMatching(SPREAD),
    { message: expect.stringMatching(new RegExp(AWAY.join('|'))), type: 'server_error', param: null, code: null },
  ]);
}
