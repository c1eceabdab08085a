import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../support/data-folder';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { environmentFor, startServerProcess } from '../support/server-process';
import { createClient, textFile } from '../support/client';
import { until } from '../support/until';

const ORPHAN = '0123456789abcdef0123456789abcdef';

describe('verify', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-verify-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  function run(args: string[], env: Record<string, string> = {}) {
    const main = join(__dirname, '../../dist/src/main.js');
    const settings = { ...process.env, ...environmentFor(folder), ...env };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'verify', ...args], { env: settings });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  test('beside a running server finds what is missing, damaged and orphaned, and nothing else', async () => {
    const server = await startServerProcess({ folder, env: { HASH: 'sha256', SMALL_FILE_BYTES: '0' } });
    const data = openDataFolder(folder);
    const client = createClient(server.url);
    const keyOf = new Map<string, string>();
    const ids: string[] = [];
    for (const text of ['missing', 'flipped', 'cut off', 'healthy', '']) {
      const { id } = (await client.upload({ file: textFile(text), purpose: 'user_data' })).json;
      keyOf.set(id, (await data.live()).find((key) => ![...keyOf.values()].includes(key)) ?? '');
      ids.push(id);
    }
    const [missing = '', flipped = '', cut = ''] = ids;
    const blob = (id: string) => join(folder, 'blobs', keyOf.get(id) ?? '');

    let clean: ReturnType<typeof run> | undefined;
    let found: ReturnType<typeof run> | undefined;
    // all the while an upload is in flight: it is no orphan
    const { status } = await uploadForm(server.url, {
      filename: 'slow',
      content: contentOf(1, 200_000),
      bytes: 200_000,
      order: PART_ORDERS[0],
      isChunked: false,
      async beforePiece(sentBytes) {
        if (sentBytes !== 131_072) return;
        await until(async () => (await data.blobs()).length === 6, 'the upload has begun');
        clean = run([]);
        await unlink(blob(missing));
        const file = await open(blob(flipped), 'r+');
        await file.write('F', 0);
        await file.close();
        await truncate(blob(cut), 3);
        await writeFile(join(folder, 'blobs', ORPHAN), 'nobody’s');
        await writeFile(join(folder, 'blobs', 'lost+found'), 'not ours');
        found = run(['--json']);
      },
    });
    expect(status).toBe(200);

    expect(clean).toEqual({ status: 0, stdout: '5 files, 28 bytes, all well\n', stderr: '' });
    expect(found).toMatchObject({ status: 1, stderr: '' });
    const report: { files: number; bytes: number; faults: object[] } = JSON.parse(found?.stdout ?? '');
    const fault = (kind: string, id: string, detail: RegExp) => {
      return { kind, id, tenant: 'default', blobKey: keyOf.get(id), detail: expect.stringMatching(detail) };
    };
    expect(report).toMatchObject({ files: 5, bytes: 28 });
    expect(report.faults).toEqual([
      fault('missing', missing, /^7 bytes lost$/),
      fault('damaged', flipped, /^sha256:[0-9a-f]{64} where sha256:[0-9a-f]{64} was stored$/),
      fault('damaged', cut, /^3 bytes where 7 were stored$/),
      { kind: 'orphaned', blobKey: ORPHAN, detail: expect.stringMatching(/bytes that no row names/) },
    ]);
    const words = run([]);
    expect(words.stdout).toMatch(new RegExp(`^missing: ${missing} of default, blob ${keyOf.get(missing)}: 7 bytes`));
    expect(words.stdout).toMatch(/6 files, 200028 bytes, 4 faults\n$/);

    // the files that are lost are deleted as any other, and the orphan is the operator's
    for (const id of [missing, flipped, cut]) expect((await client.remove(id)).status).toBe(200);
    await unlink(join(folder, 'blobs', ORPHAN));
    expect(run([]).status).toBe(0);
    await data.close();
    await server.end();
  });

  test('finds a tenant whose sums are not those of its files', async () => {
    const server = await startServerProcess({ folder });
    await createClient(server.url).upload({ file: textFile('12345'), purpose: 'user_data' });
    await server.end();
    const data = openDataFolder(folder);
    await data.database('tenant_usage').update({ bytes: 6 });
    await data.close();
    const { status, stdout } = run([]);
    expect([status, stdout.split('\n')[0]]).toEqual([
      1,
      'miscounted: default: 1 file with 5 bytes, counted as 1 with 6',
    ]);
  });

  test('with --repair frees orphans that are older than a day, and no younger ones', async () => {
    const server = await startServerProcess({ folder, env: { SMALL_FILE_BYTES: '0' } });
    const { id } = (await createClient(server.url).upload({ file: textFile('kept'), purpose: 'user_data' })).json;
    const old = join(folder, 'blobs', ORPHAN);
    const young = join(folder, 'blobs', ORPHAN.replace('0', 'f'));
    for (const path of [old, young]) await writeFile(path, 'nobody’s');
    await utimes(old, new Date(), new Date(Date.now() - 25 * 60 * 60 * 1000));
    expect(run([]).stdout).toMatch(/2 faults/);
    const repaired = run(['--repair']);
    expect(repaired.status).toBe(1);
    expect(repaired.stdout).toMatch(
      new RegExp(
        `^freed: blob ${ORPHAN}\norphaned: blob f.*: 10 bytes that no row names, not deleted: younger than a day\n1 file, 4 bytes, 1 fault\n$`,
      ),
    );
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    expect((await createClient(server.url).content(id)).bytes.toString()).toBe('kept');
    await server.end();

    // all of the store would be orphaned
    const other = run(['--repair'], { DATABASE_URL: `sqlite:${join(folder, 'other.db')}` });
    expect(other.status).toBe(2);
    await writeFile(join(folder, 'other.db'), '');
    const apart = run(['--repair'], { DATABASE_URL: `sqlite:${join(folder, 'other.db')}` });
    expect([apart.status, apart.stderr]).toEqual([2, expect.stringMatching(/is new, and the storage/)]);
    expect(existsSync(young)).toBe(true);
  });

  test('cannot tell where nothing is, and makes nothing', () => {
    const absent = run([]);
    expect(absent.status).toBe(2);
    expect(absent.stderr).toMatch(/DATABASE_URL: there is no .*\n.*STORAGE_URL: there is no /);
    expect(existsSync(join(folder, 'sluice.db'))).toBe(false);
    const memory = run([], { DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:' });
    expect(memory.status).toBe(2);
    expect(run(['--what']).status).toBe(2);
  });
});
