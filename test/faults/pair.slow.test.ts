import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, textFile } from '../support/client';
import { openDataFolder } from '../support/data-folder';
import { blobFiles } from '../support/server';
import { environmentFor, startServerProcess } from '../support/server-process';
import { until } from '../support/until';

const MAIN = join(__dirname, '../../dist/src/main.js');
/** Each file is a blob: what is in a row cannot be lost. */
const ENV = { SMALL_FILE_BYTES: '0', REAP_INTERVAL_SECONDS: '1', UPLOAD_LEASE_SECONDS: '2' };

describe('the built server', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-pair-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const start = (env: Record<string, string> = {}) => startServerProcess({ folder, env: { ...ENV, ...env } });
  function run(args: string[], env: Record<string, string> = {}) {
    const settings = { ...process.env, ...environmentFor(folder), ...ENV, ...env };
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { env: settings });
    return { status, output: `${stdout.toString()}${stderr.toString()}` };
  }

  test('does not start on an empty folder where the disk with the files is not mounted, and does when it is', async () => {
    let server = await start();
    const id = await uploaded(server.url, 'kept');
    await server.end();
    await rename(join(folder, 'blobs'), join(folder, 'unmounted'));

    const refused = run([]);
    expect(refused.status).toBe(1);
    expect(refused.output).toMatch(/cannot start: The storage file:.* is not the one .* may not be mounted/);
    await mkdir(join(folder, 'blobs'), { recursive: true });
    expect(run(['verify'])).toEqual({
      status: 1,
      output: expect.stringMatching(/^apart: .*not be mounted.*\nmissing: /),
    });

    await rm(join(folder, 'blobs'), { recursive: true });
    await rename(join(folder, 'unmounted'), join(folder, 'blobs'));
    server = await start();
    expect((await createClient(server.url).content(id)).bytes.toString()).toBe('kept');
    await server.end();
  });

  test('frees and takes nothing while the disk of its files is away, and goes on when it is back', async () => {
    const server = await start();
    const client = createClient(server.url);
    const id = await uploaded(server.url, 'kept');
    const status = async () => (await client.upload({ file: textFile('more'), purpose: 'user_data' })).status;
    await rename(join(folder, 'blobs'), join(folder, 'unmounted'));
    await mkdir(join(folder, 'blobs'));
    await until(async () => (await status()) === 503, 'it is seen');
    expect((await client.remove(id)).status).toBe(503);
    await rm(join(folder, 'blobs'), { recursive: true });
    await rename(join(folder, 'unmounted'), join(folder, 'blobs'));
    await until(async () => (await status()) === 200, 'it is seen again');
    expect((await client.content(id)).bytes.toString()).toBe('kept');
    await server.end();
  });

  test('does not start on a copy of its catalog, and gives way to one that is adopted', async () => {
    const server = await start();
    await uploaded(server.url, 'first');
    const copy = join(folder, 'copy.db');
    // with its log, while the server runs
    for (const end of ['', '-wal']) await cp(join(folder, `sluice.db${end}`), copy + end);
    const other = { DATABASE_URL: `sqlite:${copy}` };
    await server.end();
    const again = await start();

    expect(run([], other).output).toMatch(/cannot start: The catalog .*copy.db is behind .* 'sluice adopt'/);
    expect(run(['verify'], other)).toEqual({
      status: 1,
      output: expect.stringMatching(/^apart: The catalog .* is behind/),
    });
    expect((await createClient(again.url).list()).status).toBe(200);

    expect(run(['adopt'], other)).toEqual({ status: 0, output: expect.stringMatching(/owns the storage now/) });
    const readiness = async () => (await fetch(`${again.url}/readyz`)).status;
    await until(async () => (await readiness()) === 503, 'the owner of before has seen it');
    const client = createClient(again.url);
    const refused = await client.upload({ file: textFile('late'), purpose: 'user_data' });
    expect([refused.status, refused.json.error.message]).toEqual([503, 'The storage is not available.']);
    const [{ id }] = (await client.list()).json.data;
    expect((await client.remove(id)).status).toBe(503);
    expect(await blobFiles(join(folder, 'blobs'))).toHaveLength(1);
    expect(again.output()).toMatch(/"level":"error".*the server stops writing and deleting/);
    await again.end();

    const adopted = await start(other);
    expect((await createClient(adopted.url).content(id)).bytes.toString()).toBe('first');
    await adopted.end();
    expect(JSON.parse(await readFile(join(folder, 'blobs', 'sluice-mark.json'), 'utf8')).count).toBeGreaterThan(1000);
  });

  test('does not start with a new catalog beside a store that holds files', async () => {
    const server = await start();
    await uploaded(server.url, 'kept');
    await server.end();
    const refused = run([], { DATABASE_URL: `sqlite:${folder}/other.db` });
    expect(refused).toEqual({
      status: 1,
      output: expect.stringMatching(/The catalog .*other.db is new, and the storage/),
    });
  });

  test('starts once more on what a version without marks has left', async () => {
    let server = await start();
    const id = await uploaded(server.url, 'old');
    await server.end();
    await rm(join(folder, 'blobs', 'sluice-mark.json'));
    const data = openDataFolder(folder);
    await data.database('pair').delete();
    await data.close();
    server = await start();
    expect((await createClient(server.url).content(id)).bytes.toString()).toBe('old');
    await server.end();
    expect(await readFile(join(folder, 'blobs', 'sluice-mark.json'), 'utf8')).toMatch(/"count":/);
  });
});

async function uploaded(url: string, text: string): Promise<string> {
  const { status, json } = await createClient(url).upload({ file: textFile(text), purpose: 'user_data' });
  expect(status).toBe(200);
  return json.id;
}
