import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere, missingTool } from '../storage/describe-where';
import { createClient, textFile } from '../support/client';
import { startServerProcess } from '../support/server-process';
import { until } from '../support/until';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
/** Root may write everywhere. */
const wrapper = isRoot ? ['setpriv', `--reuid=${NOBODY}`, '--clear-groups'] : [];
const missing = isRoot ? missingTool('setpriv', '--version') : undefined;
const READ_ONLY = 'The storage is read-only.';

describeWhere(missing, 'a running server whose user may no longer write', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-permission-'));
    if (isRoot) await chown(folder, NOBODY, NOBODY);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each(['blobs', ''])('to the folder "%s" reads, says so, and takes uploads again afterwards', async (below) => {
    const env = { SMALL_FILE_BYTES: '0', UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1' };
    const server = await startServerProcess({ folder, env, wrapper });
    const client = createClient(server.url);
    const upload = () => client.upload({ file: textFile('x'), purpose: 'user_data' });
    const uploads = async () => ((await (await fetch(`${server.url}/readyz`)).json()) as { uploads: string }).uploads;
    const [kept, removed] = [(await upload()).json.id as string, (await upload()).json.id as string];
    await chmod(join(folder, below), 0o500);
    await until(async () => (await uploads()) === READ_ONLY, 'it is seen');
    const refused = await upload();
    expect([refused.status, refused.json.error.message]).toEqual([503, READ_ONLY]);
    expect((await client.content(kept)).bytes.toString()).toBe('x');
    expect((await client.remove(removed)).status).toBe(200);
    await chmod(join(folder, below), 0o700);
    await until(async () => (await upload()).status === 200, 'uploads are taken again');
    const isFreed = async () => (await blobs()).length === (await client.list()).json.data.length;
    await until(isFreed, 'the bytes of the removed file are gone');
    await server.end();
  });

  async function blobs(): Promise<string[]> {
    return (await readdir(join(folder, 'blobs'))).filter((name) => /^[\da-f]{32}$/.test(name));
  }
});
