import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knex } from 'knex';
import { freePort } from '../engines/free-port';
import { openDataFolder } from '../support/data-folder';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import type { UploadOutcome } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { describeWhere, missingTool } from '../storage/describe-where';
import { createClient } from '../support/client';
import { blobFiles } from '../support/server';
import { noSmallDisk, onSmallDisk } from '../support/small-disk';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', LOG_LEVEL: 'debug' };
const FULL = 'The storage is full.';
const STORAGE_AWAY = 'The storage is not available.';
const DATABASE_AWAY = 'The database is not available.';

const noStrace = missingTool('strace', '-f', '-o', '/dev/null', 'true');
const noPrlimit = missingTool('prlimit', '--fsize=4096', 'true');

describe('the built server, in a system that fails', () => {
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-system-'));
    server = await startServerProcess({ folder, env: ENV });
  });
  const wal = () => join(folder, 'sluice.db-wal');
  const blobs = () => join(folder, 'blobs');

  afterAll(async () => {
    await server.end('SIGKILL');
    await rm(folder, { recursive: true });
  });

  /** Two MiB; `midway` runs when one of them is on the disk, and is told the blob's path. */
  async function upload(midway?: (blob: string) => Promise<void>): Promise<UploadOutcome> {
    const before = new Set(await blobFiles(join(folder, 'blobs')));
    return send(server.url, 2 * MIB, async (sentBytes) => {
      if (sentBytes !== MIB || !midway) return;
      const fresh = async () => (await blobFiles(join(folder, 'blobs'))).find((key) => !before.has(key));
      await until(async () => (await fresh()) !== undefined, 'the blob is there');
      await midway(join(folder, 'blobs', (await fresh()) ?? ''));
    });
  }

  async function expectServing(): Promise<void> {
    const { status, json } = await upload();
    expect(status).toBe(200);
    expect((await createClient(server.url).remove(json?.id ?? '')).status).toBe(200);
  }

  /** Everything that was stored before a fault is there, nothing else is, and the reaper has left nothing. */
  async function expectNothingLeft(): Promise<void> {
    const data = openDataFolder(folder);
    await data.toBeExact();
    await until(async () => Object.keys(await data.states()).every((state) => state === 'live'), 'no row is left');
    const { json } = await createClient(server.url).list();
    expect(json.data).toHaveLength((await data.database('files').select('id')).length);
    await data.close();
  }

  describeWhere(noStrace, 'under strace', () => {
    const faults: [string, (blob: string) => [path: string, fault: string], string][] = [
      ['a write error in mid-upload', (blob) => [blob, 'write,writev:error=EIO'], STORAGE_AWAY],
      ['a disk that fills up in mid-upload', (blob) => [blob, 'write,writev:error=ENOSPC'], FULL],
      ['a blob that cannot be synced', (blob) => [blob, 'fsync,fdatasync:error=EIO'], STORAGE_AWAY],
      ['a folder that cannot be synced', () => [blobs(), 'fsync,fdatasync:error=EIO'], STORAGE_AWAY],
      ['a log of the database that cannot be written', () => [wal(), 'pwrite64:error=EIO'], DATABASE_AWAY],
      ['a log of the database on a full disk', () => [wal(), 'pwrite64:error=ENOSPC'], FULL],
      ['a log of the database that cannot be synced', () => [wal(), 'fsync,fdatasync:error=EIO'], DATABASE_AWAY],
    ];
    let heal: (() => Promise<void>) | undefined;
    afterEach(() => heal?.());

    test.each(faults)('%s is 503, and the server goes on', async (_name, faultFor, message) => {
      const outcome = await upload(async (blob) => {
        heal = await inject(server.pid, ...faultFor(blob));
      });
      expect([outcome.status, outcome.json?.error?.message]).toEqual([503, message]);
      await heal?.();
      await expectServing();
    });

    test('a blob that cannot be removed is 200, and the reaper removes it later', async () => {
      const others = new Set(await blobFiles(blobs()));
      const { id = '' } = (await upload()).json ?? {};
      const key = (await blobFiles(blobs())).find((one) => !others.has(one)) ?? '';
      heal = await inject(server.pid, join(blobs(), key), 'unlink,unlinkat:error=EACCES');
      expect((await createClient(server.url).remove(id)).status).toBe(200);
      expect((await createClient(server.url).content(id)).status).toBe(404);
      expect(await blobFiles(blobs())).toContain(key);
      await heal();
      await until(async () => !(await blobFiles(blobs())).includes(key), 'the reaper has removed it');
    });
  });

  describeWhere(noPrlimit, 'with a limit for the size of files', () => {
    test('an upload beyond it is 503, and a smaller one is served', async () => {
      const limit = (bytes: string) => spawnSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}`]).status;
      expect(limit(`${MIB + 1000}:unlimited`)).toBe(0);
      const outcome = await upload();
      expect([outcome.status, outcome.json?.error?.message]).toEqual([503, FULL]);
      expect((await send(server.url, 1000)).status).toBe(200);
      expect(limit('unlimited:unlimited')).toBe(0);
      await expectServing();
    });
  });

  describe('with a database that another process has locked', () => {
    test('an upload is 503 once it has waited, reading goes on, and so does the server', async () => {
      const locked = await startServerProcess({
        folder,
        env: { ...ENV, DATABASE_URL: `sqlite:${folder}/sluice.db?busyTimeoutSeconds=0.2` },
      });
      const other = knex({
        client: 'sqlite3',
        connection: { filename: join(folder, 'sluice.db') },
        useNullAsDefault: true,
        pool: { min: 1, max: 1 },
      });
      await other.raw('begin immediate');
      const outcome = await send(locked.url, 1000);
      expect([outcome.status, outcome.json?.error?.message]).toEqual([503, DATABASE_AWAY]);
      expect((await createClient(locked.url).list()).status).toBe(200);
      await other.raw('rollback');
      await other.destroy();
      expect((await send(locked.url, 1000)).status).toBe(200);
      await locked.end();
    });
  });

  test('has nothing left of all of this', expectNothingLeft);
});

describe('the built server, when', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-system-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('its database is taken away, answers 503 and not a 200 that nobody will find, until it is back', async () => {
    const server = await startServerProcess({ folder, env: ENV });
    const client = createClient(server.url);
    expect((await send(server.url, 1000)).status).toBe(200);
    await rename(join(folder, 'sluice.db'), join(folder, 'away.db'));
    const outcome = await send(server.url, 1000);
    expect([outcome.status, outcome.json?.error?.message]).toEqual([503, DATABASE_AWAY]);
    expect((await client.request('GET', '/readyz')).status).toBe(503);
    // another file in its place is another database
    await writeFile(join(folder, 'sluice.db'), '');
    expect((await send(server.url, 1000)).status).toBe(503);
    await rename(join(folder, 'away.db'), join(folder, 'sluice.db'));
    expect((await send(server.url, 1000)).status).toBe(200);
    expect((await client.list()).json.data).toHaveLength(2);
    await server.end();
  });

  const noFullDevice = existsSync('/dev/full') ? undefined : 'there is no /dev/full';
  describeWhere(noFullDevice, 'its log cannot be written', () => {
    test('loses the lines and not the uploads', async () => {
      // the line with its address is lost, too
      const port = await freePort();
      const wrapper = ['sh', '-c', 'echo "\\"url\\":\\"http://127.0.0.1:$PORT\\""; exec "$@" > /dev/full', 'sh'];
      const server = await startServerProcess({ folder, wrapper, env: { ...ENV, PORT: String(port) } });
      await until(
        () =>
          fetch(`${server.url}/healthz`).then(
            (answer) => answer.ok,
            () => false,
          ),
        'it listens',
      );
      for (let count = 0; count < 3; count += 1) expect((await send(server.url, 1000)).status).toBe(200);
      expect(server.hasEnded()).toBe(false);
      await server.end();
    });
  });
});

describeWhere(noSmallDisk, 'the built server, on a disk of 8 MiB', () => {
  test('refuses what does not fit, frees it, and serves what does; with the database on the full disk, too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-full-'));
    // its log shares the full disk, as it often does
    const wrapper = onSmallDisk(folder, 8);
    const server = await startServerProcess({ folder, env: { ...ENV, MIN_FREE_BYTES: '0' }, wrapper });
    const disk = join(`/proc/${server.pid}/root`, folder);
    const client = createClient(server.url);

    const tooLarge = await send(server.url, 12 * MIB);
    expect([tooLarge.status, tooLarge.json?.error?.message]).toEqual([503, FULL]);
    expect(await blobFiles(join(disk, 'blobs'))).toEqual([]);
    await until(async () => (await send(server.url, MIB)).status === 200, 'what fits is taken');

    await writeFile(join(disk, 'filler'), Buffer.alloc(16 * MIB)).catch(() => undefined);
    const refused = await send(server.url, MIB);
    expect(refused.status).toBe(503);
    const { json } = await client.list();
    expect(json.data).toHaveLength(1);
    expect((await client.content(json.data[0].id)).bytes).toHaveLength(MIB);

    await rm(join(disk, 'filler'));
    await until(async () => (await send(server.url, MIB)).status === 200, 'there is room again');
    await until(async () => (await blobFiles(join(disk, 'blobs'))).length === 2, 'nothing else is left');
    await server.end();
    await rm(folder, { recursive: true });
  });
});

function send(url: string, bytes: number, beforePiece?: (sentBytes: number) => Promise<void>): Promise<UploadOutcome> {
  const upload = { filename: 'data.jsonl', content: contentOf(7, bytes), bytes, order: PART_ORDERS[0] };
  return uploadForm(url, { ...upload, isChunked: false, ...(beforePiece && { beforePiece }) });
}

/** Makes system calls of a running process on `path` fail, until the returned function has been called. */
async function inject(pid: number, path: string, fault: string): Promise<() => Promise<void>> {
  const calls = fault.split(':', 1)[0] ?? '';
  const tracer = spawn(
    'strace',
    ['-f', '-p', String(pid), '-o', '/dev/null', '-P', path, '-e', `trace=${calls}`, '-e', `inject=${fault}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  tracer.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    tracer.once('exit', () => resolve());
  });
  // each thread has its line
  const threads = (await readdir(`/proc/${pid}/task`)).length;
  await until(() => output.split(' attached').length > threads || output.includes('threads'), 'strace is attached');
  return async () => {
    tracer.kill('SIGINT');
    await ended;
  };
}
