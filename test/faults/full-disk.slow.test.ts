import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../storage/describe-where';
import { createClient } from '../support/client';
import type { Client } from '../support/client';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { blobFiles } from '../support/server';
import { mountSmallDisk, noSmallDisk, onSmallDisk } from '../support/small-disk';
import type { SmallDisk } from '../support/small-disk';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const FULL = 'The storage is full.';
const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1' };

describeWhere(noSmallDisk, 'a disk that uploads have filled', () => {
  let folder: string;
  let server: ServerProcess;
  let client: Client;
  const blobs = async () => blobFiles(join(`/proc/${server.pid}/root`, folder, 'blobs'));
  const readiness = () => readinessOf(server);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-full-'));
    server = await startServerProcess({ folder, env: ENV, wrapper: onSmallDisk(folder, 80) });
    client = createClient(server.url);
  });
  afterAll(async () => {
    await server.end();
    await rm(folder, { recursive: true });
  });

  test('keeps a reserve free: an upload that would take it is 503 on its way, and leaves nothing', async () => {
    await until(async () => (await readiness()) === '200 ready', 'it says so');
    const { status, json } = await send(server.url, 60 * MIB);
    expect([status, json?.error?.message]).toEqual([503, FULL]);
    await until(async () => (await blobs()).length === 0, 'its bytes are gone');
  });

  test('is emptied by DELETE alone, and then takes uploads again', async () => {
    let outcome = await send(server.url, MIB);
    const ids: string[] = [];
    await until(async () => (outcome = await send(server.url, MIB)).status === 200, 'the room is seen again');
    for (; outcome.status === 200; outcome = await send(server.url, MIB)) ids.push(outcome.json?.id ?? '');
    expect([outcome.status, outcome.json?.error?.message]).toEqual([503, FULL]);
    expect(ids.length).toBeGreaterThan(8);
    await until(async () => (await readiness()) === `200 ${FULL}`, 'it says so');

    expect((await client.content(ids[0] ?? '')).bytes).toHaveLength(MIB);
    for (const id of ids) expect((await client.remove(id)).status).toBe(200);
    await until(async () => (await send(server.url, MIB)).status === 200, 'there is room again');
    await until(async () => (await readiness()) === '200 ready', 'it says so');
  });
});

describeWhere(noSmallDisk, 'a disk', () => {
  let folder: string;
  let disk: SmallDisk;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
    disk = await mountSmallDisk(folder, 80);
  });
  afterEach(async () => {
    await disk.end();
    await rm(folder, { recursive: true });
  });
  const start = () => startServerProcess({ folder, env: ENV, wrapper: disk.wrapper });
  const fill = () => disk.run(`cat /dev/zero > ${folder}/filler 2>/dev/null; cat /dev/zero > ${folder}/rest || true`);

  test('that others have filled to the brim is emptied by DELETE alone', async () => {
    const server = await start();
    const client = createClient(server.url);
    const ids = [await uploaded(server, MIB), await uploaded(server, MIB)];
    fill();
    await until(async () => (await send(server.url, MIB)).status === 503, 'it is full');
    for (const id of ids) expect((await client.remove(id)).status).toBe(200);
    await until(async () => (await blobFiles(join(disk.path, 'blobs'))).length === 0, 'the bytes are gone');
    await server.end();
  });

  test.each([
    ['', 0, '64MiB'],
    [' while SQLite’s log was long', 68, '4MiB'],
  ])(
    'that small files have filled%s is emptied by DELETE alone',
    async (_when, taken, reserve) => {
      const env = { ...ENV, MIN_FREE_BYTES: reserve };
      const server = await startServerProcess({ folder, env, wrapper: disk.wrapper });
      disk.run(`head -c ${taken}M /dev/zero > ${folder}/filler`);
      const client = createClient(server.url);
      const ids: string[] = [];
      const fillUp = async () => {
        for (
          let outcome = await send(server.url, 16_000);
          outcome.status === 200;
          outcome = await send(server.url, 16_000)
        ) {
          ids.push(outcome.json?.id ?? '');
        }
      };
      await Promise.all(Array.from({ length: 16 }, fillUp));
      expect(ids.length).toBeGreaterThan(200);
      await Promise.all(ids.map(async (id) => expect((await client.remove(id)).status).toBe(200)));
      await until(async () => (await send(server.url, MIB)).status === 200, 'there is room again', 25);
      await server.end();
    },
    120_000,
  );

  test('that is short takes no uploads in parts, and lets clients cancel them even when it is full to the brim', async () => {
    const server = await start();
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, json: (await answer.json()) as { id: string } };
    };
    const create = () =>
      post('/v1/uploads', { filename: 'a', purpose: 'user_data', bytes: 9, mime_type: 'text/plain' });
    const { id } = (await create()).json;
    disk.run(`head -c 20M /dev/zero > ${folder}/filler`);
    await until(async () => (await create()).status === 503, 'it is short');
    fill();
    expect((await post(`/v1/uploads/${id}/cancel`, {})).status).toBe(200);
    await server.end();
  });

  test('that fills up in the middle of a batch tells each of 64 clients its own fate', async () => {
    const env = { ...ENV, MIN_FREE_BYTES: '0' };
    let server = await startServerProcess({ folder, env, wrapper: disk.wrapper });
    const kept = [await uploaded(server, 10_000)];
    fill();
    // more than once: the look at the disk before an upload may refuse all of them before a commit fails. In small steps: when
    // the filler is used up there is no room to give
    await until(
      async () => {
        disk.run(`truncate -s -2M ${folder}/filler`);
        await until(async () => (await readinessOf(server)) === '200 ready', 'there is some room');
        const refusals = await Promise.all(Array.from({ length: 64 }, uploadUntilRefused));
        expect(new Set(refusals)).toEqual(new Set([`503 ${FULL}`]));
        const metrics = await (await fetch(`${server.url}/metrics`)).text();
        return /sluice_engine_errors_total\{engine="catalog",call="addSmall"\} [1-9]/.test(metrics);
      },
      'a commit has failed',
      60,
    );

    async function uploadUntilRefused(): Promise<string> {
      for (;;) {
        const { status, json } = await send(server.url, 10_000);
        if (status !== 200) return `${status} ${json?.error?.message}`;
        kept.push(json?.id ?? '');
      }
    }

    await server.end('SIGKILL');
    server = await startServerProcess({ folder, env, wrapper: disk.wrapper });
    const client = createClient(server.url);
    const { json } = await client.list();
    expect(json.data.map((file: { id: string }) => file.id).toSorted()).toEqual(kept.toSorted());
    for (const id of kept) expect((await client.content(id)).bytes).toHaveLength(10_000);
    await server.end();
  }, 120_000);

  test('that is full to the brim lets a server start, which serves reading and deleting', async () => {
    let server = await start();
    const ids = [await uploaded(server, MIB), await uploaded(server, 10)];
    await server.end();
    fill();
    server = await start();
    const client = createClient(server.url);
    expect(await readinessOf(server)).toBe(`200 ${FULL}`);
    expect((await send(server.url, MIB)).status).toBe(503);
    for (const id of ids) {
      expect((await client.content(id)).status).toBe(200);
      expect((await client.remove(id)).status).toBe(200);
    }
    disk.run(`rm ${folder}/filler ${folder}/rest`);
    await until(async () => (await send(server.url, MIB)).status === 200, 'uploads are taken again');
    await server.end();
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'that is read-only lets a server start after %s, which serves reading',
    async (signal) => {
      let server = await start();
      const ids = [await uploaded(server, MIB), await uploaded(server, 10)];
      await server.end(signal);
      disk.run(`mount -o remount,ro ${folder}`);
      server = await start();
      const client = createClient(server.url);
      expect(await readinessOf(server)).toBe('200 The storage is read-only.');
      for (const id of ids) expect((await client.content(id)).status).toBe(200);
      const refusals = [await send(server.url, MIB), await client.remove(ids[0] ?? '')];
      for (const { status, json } of refusals) {
        expect([status, json?.error?.message]).toEqual([503, 'The storage is read-only.']);
      }
      await server.end();
    },
  );
});

async function uploaded(server: ServerProcess, bytes: number): Promise<string> {
  const { status, json } = await send(server.url, bytes);
  expect(status).toBe(200);
  return json?.id ?? '';
}

async function readinessOf(server: ServerProcess): Promise<string> {
  const answer = await fetch(`${server.url}/readyz`);
  const { uploads } = (await answer.json()) as { uploads: string };
  return `${answer.status} ${uploads}`;
}

function send(url: string, bytes: number) {
  const upload = { filename: 'data.jsonl', content: contentOf(7, bytes), bytes, order: PART_ORDERS[0] };
  return uploadForm(url, { ...upload, isChunked: false });
}
