import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describeWhere } from '../storage/describe-where';
import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { openDataFolder } from '../support/data-folder';
import { environmentFor, startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { until } from '../support/until';
import { mountSmallDisk, noSmallDisk } from '../support/small-disk';

const MAIN = join(__dirname, '../../dist/src/main.js');
/** Some files are rows, and some are blobs. */
const ENV = { SMALL_FILE_BYTES: '1KiB', REAP_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' };
const CLIENTS = 4;

describe('a backup', () => {
  let folder: string;
  let server: ServerProcess;
  let copy: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-backup-'));
    copy = `${folder}-copy`;
    server = await startServerProcess({ folder, env: ENV });
  });
  afterEach(async () => {
    await server.end();
    await Promise.all([folder, copy].map((path) => rm(path, { recursive: true, force: true })));
  });

  test('under load has every file that was answered before, and is restored by starting on it', async () => {
    const load = startLoad(createClient(server.url));
    await load.settled(40);
    const before = load.kept();
    expect(await run(['backup', copy])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+ files, \d+ bytes in /),
    });
    const deleted = load.deleted();
    await load.stop();

    expect(await verified(copy)).toEqual([]);
    const restored = await startServerProcess({ folder: copy, env: ENV });
    const client = createClient(restored.url);
    for (const [id, text] of before) {
      const { status, bytes } = await client.content(id);
      // what was deleted before the copy was made is rightly gone
      if (status !== 404 || !deleted.has(id)) expect([status, bytes.toString()]).toEqual([200, text]);
    }
    await restored.end();
    // what waited is freed once the backup is there
    const data = openDataFolder(folder);
    await data.toBeExact();
    await data.close();
    expect(await verified(folder)).toEqual([]);
  }, 60_000);

  test('can be read by the user alone who made it', async () => {
    expect((await run(['backup', copy])).status).toBe(0);
    expect((await stat(copy)).mode & 0o777).toBe(0o700);
    expect((await stat(join(copy, 'sluice.db'))).mode & 0o777).toBe(0o600);
  });

  test('links blobs on the same disk, and is none where the folder holds something', async () => {
    await createClient(server.url).upload({ file: textFile('x'.repeat(2000)), purpose: 'user_data' });
    expect((await run(['backup', copy])).status).toBe(0);
    const data = openDataFolder(folder);
    const [key = ''] = await data.live();
    await data.close();
    expect((await stat(join(copy, 'blobs', key))).nlink).toBe(2);
    expect(await run(['backup', copy])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^There is no backup: the folder .* is not empty/),
    });
  });

  test('has the parts of files in parts', async () => {
    const client = createClient(server.url);
    const post = (path: string, body: object) =>
      client.request('POST', `/v1/uploads${path}`, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    const upload = { filename: 'a.txt', purpose: 'user_data', bytes: 2001, mime_type: 'text/plain' };
    const { id } = (await post('', upload)).json;
    const parts: string[] = [];
    for (const text of ['x'.repeat(2000), 'y']) {
      const form = new FormData();
      form.append('data', new Blob([text]), 'part');
      parts.push((await client.request('POST', `/v1/uploads/${id}/parts`, { body: form })).json.id);
    }
    const completed = await post(`/${id}/complete`, { part_ids: parts });
    expect([completed.status, completed.json.error]).toEqual([200, undefined]);
    expect(await run(['backup', copy])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 file, 2001 bytes/),
    });
    expect(await verified(copy)).toEqual([]);
  });

  test('whose catalog alone is started on the live store is refused', async () => {
    expect((await run(['backup', copy])).status).toBe(0);
    const mixed = await run(['serve'], { DATABASE_URL: `sqlite:${copy}/sluice.db` });
    expect(mixed).toMatchObject({ status: 1, stderr: expect.stringMatching(/is behind .* a copy or was restored/) });
  });

  test('names the files that had lost their bytes before, and says so in its exit code', async () => {
    const { json } = await createClient(server.url).upload({ file: textFile('x'.repeat(2000)), purpose: 'user_data' });
    const data = openDataFolder(folder);
    const [key = ''] = await data.live();
    await data.close();
    await rm(join(folder, 'blobs', key));
    const { status, stdout } = await run(['backup', copy]);
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^missing: the storage has no bytes of ${json.id}\n1 file,`)),
    ]);
  });

  test('of Postgres is refused with the way to do it', async () => {
    const refused = await run(['backup', copy], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' });
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/pg_dump/) });
    expect(existsSync(copy)).toBe(false);
  });

  const noShm = existsSync('/dev/shm') ? undefined : 'there is no /dev/shm';
  describeWhere(noShm, 'to another disk', () => {
    test('copies the blobs', async () => {
      const other = join(await mkdtemp('/dev/shm/sluice-'), 'copy');
      await createClient(server.url).upload({ file: textFile('x'.repeat(2000)), purpose: 'user_data' });
      expect((await run(['backup', other])).status).toBe(0);
      expect(await verified(other)).toEqual([]);
      await rm(join(other, '..'), { recursive: true });
    });
  });

  describeWhere(noSmallDisk, 'on a read-only disk', () => {
    test('is verified', async () => {
      await createClient(server.url).upload({ file: textFile('x'.repeat(2000)), purpose: 'user_data' });
      expect((await run(['backup', copy])).status).toBe(0);
      const mounted = await mkdtemp(join(tmpdir(), 'sluice-mounted-'));
      const disk = await mountSmallDisk(mounted, 16);
      await cp(copy, disk.path, { recursive: true });
      disk.run(`mount -o remount,ro ${mounted}`);
      const [command = '', ...wrapper] = disk.wrapper;
      const env = { ...process.env, ...environmentFor(mounted) };
      const result = spawnSync(command, [...wrapper, process.execPath, MAIN, 'verify'], { env });
      expect([result.status, String(result.stdout)]).toEqual([0, '1 file, 2000 bytes, all well\n']);
      await disk.end();
      await rm(mounted, { recursive: true });
    });
  });

  async function run(args: string[], env: Record<string, string> = {}) {
    const settings = { ...process.env, ...environmentFor(folder), ...ENV, ...env };
    const child = spawn(process.execPath, [MAIN, ...args], { env: settings });
    const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, 'exit')]);
    return { status: child.exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }
});

async function verified(folder: string): Promise<object[]> {
  const data = openDataFolder(folder);
  const { report } = await data.verify();
  await data.close();
  return report.faults;
}

/** Clients that upload, and delete every third file of theirs. */
function startLoad(client: Client) {
  const kept = new Map<string, string>();
  const deleted = new Set<string>();
  const state = { isStopping: false, uploads: 0 };
  const clients = Array.from({ length: CLIENTS }, async (_, number) => {
    for (let turn = 0; !state.isStopping; turn += 1) {
      const text = `${number} ${turn} `.repeat(turn % 2 === 0 ? 10 : 1000);
      const { status, json } = await client.upload({ file: textFile(text), purpose: 'user_data' });
      if (status !== 200) throw new Error(`an upload was answered ${status}`);
      kept.set(json.id, text);
      state.uploads += 1;
      if (turn % 3 !== 0) continue;
      deleted.add(json.id);
      if ((await client.remove(json.id)).status !== 200) throw new Error('a file could not be deleted');
    }
  });
  const failed = Promise.all(clients);
  return {
    kept: () => new Map([...kept].filter(([id]) => !deleted.has(id))),
    deleted: () => new Set(deleted),
    async settled(count: number) {
      await Promise.race([failed, until(() => state.uploads >= count, 'the load is on')]);
    },
    async stop() {
      state.isStopping = true;
      await failed;
    },
  };
}
