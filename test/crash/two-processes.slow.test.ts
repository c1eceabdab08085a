import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../support/data-folder';
import type { DataFolder } from '../support/data-folder';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import type { UploadOutcome } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { createClient } from '../support/client';
import { until } from '../support/until';

const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1' };

describe('two servers on one SQLite file and one folder', () => {
  let folder: string;
  let data: DataFolder;
  let servers: [ServerProcess, ServerProcess, ...ServerProcess[]];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-two-'));
    // both bring the empty database up to date
    servers = await Promise.all([startServerProcess({ folder, env: ENV }), startServerProcess({ folder, env: ENV })]);
    data = openDataFolder(folder);
  });
  afterEach(async () => {
    await data.close();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true });
  });

  test('share the work: each sees, reads and deletes what the other has taken, and nothing is left', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) => send(servers[index % 2 === 0 ? 0 : 1], index, 20_000)),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(24).fill(200));
    const [first, second] = [createClient(servers[0].url), createClient(servers[1].url)];
    const lists = await Promise.all([first.list(), second.list()]);
    expect(lists[0].json.data).toHaveLength(24);
    expect(lists[1].json).toEqual(lists[0].json);
    const deleted = await Promise.all(
      outcomes.flatMap(({ json }, index) => {
        // both delete the even ones: one of them finds nothing any more
        const others = [second, ...(index % 2 === 0 ? [first] : [])];
        return others.map(async (client) => (await client.remove(json?.id ?? '')).status);
      }),
    );
    expect(deleted.filter((status) => status === 200)).toHaveLength(24);
    expect(deleted.filter((status) => status === 404)).toHaveLength(12);
    await data.toBeExact();
    expect(await data.blobs()).toEqual([]);
  });

  test('reap the upload of one that sleeps beyond its lease, and leave that of one that is slow alone', async () => {
    const [sleeper, slow] = servers;
    const third = await startServerProcess({ folder, env: ENV });
    servers.push(third);
    const isReaped = new AbortController();
    // it lasts from before the other falls asleep until its row is gone, which takes two leases
    const slowly = send(slow, 2, 400_000, async (sentBytes) => {
      if (sentBytes === 200_000) await until(() => isReaped.signal.aborted, 'the other one is reaped', 25);
    });
    const asleep = send(sleeper, 1, 400_000, async (sentBytes) => {
      if (sentBytes !== 200_000) return;
      await until(async () => (await data.states())['writing'] === 2, 'both uploads have begun');
      sleeper.signal('SIGSTOP');
      await until(async () => (await rows()) === 1, 'its bytes are deleted, again a lease later, and forgotten', 20);
      isReaped.abort();
      sleeper.signal('SIGCONT');
    });

    const [reaped, kept] = await Promise.all([asleep, slowly]);
    expect([reaped.status, reaped.json?.error?.message]).toEqual([503, expect.stringMatching(/lease/)]);
    expect(kept.status).toBe(200);
    await data.toBeExact();
    const client = createClient(sleeper.url);
    expect((await client.list()).json.data).toMatchObject([{ filename: 'file-2' }]);
    const content = await client.content(kept.json?.id ?? '');
    expect(content.bytes.equals(Buffer.concat([...contentOf(2, 400_000, 20_000)]))).toBe(true);
    expect((await send(sleeper, 3, 1000)).status).toBe(200);
  });

  async function rows(): Promise<number> {
    return Object.values(await data.states()).reduce((sum, count) => sum + count, 0);
  }
});

describe('one server', () => {
  let folder: string;
  let data: DataFolder;
  let server: ServerProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-one-'));
    server = await startServerProcess({ folder, env: ENV });
    data = openDataFolder(folder);
  });
  afterEach(async () => {
    await data.close();
    await server.end('SIGKILL');
    await rm(folder, { recursive: true });
  });

  test('that slept beyond its lease does not reap its own upload', async () => {
    const outcome = await send(server, 1, 400_000, async (sentBytes) => {
      if (sentBytes !== 200_000) return;
      await until(async () => (await data.states())['writing'] === 1, 'the upload has begun');
      server.signal('SIGSTOP');
      await data.leasesToRunOut();
      server.signal('SIGCONT');
      // it renews the lease, and its reaper has been by
      await until(async () => await data.isLeased(), 'the lease is renewed');
    });
    expect(outcome.status).toBe(200);
    const content = await createClient(server.url).content(outcome.json?.id ?? '');
    expect(content.bytes).toHaveLength(400_000);
  });

  test('shows nothing of an upload whose client is killed half-way, and leaves no orphan', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(30_000_000, 'x'));
    const curl = ['-sS', '--limit-rate', '8M', '-F', `file=@${path}`, '-F', 'purpose=user_data'];
    const client = spawn('curl', [...curl, `${server.url}/v1/files`], { stdio: 'ignore' });
    const exited = new Promise((resolve) => {
      client.once('exit', resolve);
    });
    await until(async () => (await data.blobs()).length === 1, 'the upload has begun');
    client.kill('SIGKILL');
    await exited;
    await until(async () => (await data.blobs()).length === 0, 'its bytes are gone');
    await until(async () => Object.keys(await data.states()).length === 0, 'its row is gone');
    expect((await createClient(server.url).list()).json.data).toEqual([]);
  });
});

function send(
  server: ServerProcess,
  seed: number,
  bytes: number,
  beforePiece?: (sentBytes: number) => Promise<void>,
): Promise<UploadOutcome> {
  const content = contentOf(seed, bytes, 20_000);
  const upload = { filename: `file-${seed}`, content, bytes, order: PART_ORDERS[0], isChunked: true };
  return uploadForm(server.url, { ...upload, ...(beforePiece && { beforePiece }) });
}
