import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import { describeWhere } from '../storage/describe-where';
import { createClient } from '../support/client';
import { NO_WRITE_PERMISSION, READ_ONLY_MOUNTS, noReadOnlyMounts } from './read-only';

const BYTES = 20 * 1024 * 1024;
const MEMORY = { DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:?max=64MiB' };

test('a server in memory takes an upload without any permission to write', async () => {
  await expectUpload({ nodeArguments: NO_WRITE_PERMISSION });
});

test('that permission is refused indeed: a server that keeps files does not start with it', async () => {
  const start = startServerProcess({ folder: '/tmp/sluice-refused', nodeArguments: NO_WRITE_PERMISSION });
  await expect(start).rejects.toThrow(/Access to this API has been restricted/);
});

describeWhere(noReadOnlyMounts, 'where every file system is read-only', () => {
  test('a server in memory takes an upload', async () => {
    await expectUpload({ wrapper: READ_ONLY_MOUNTS });
  });

  test('a server that keeps files does not start', async () => {
    const start = startServerProcess({ folder: '/tmp/sluice-refused', wrapper: READ_ONLY_MOUNTS });
    await expect(start).rejects.toThrow(/folder .* cannot be used/);
  });
});

async function expectUpload(options: { nodeArguments?: readonly string[]; wrapper?: readonly string[] }) {
  const server = await startServerProcess({ folder: '/nonexistent', env: MEMORY, ...options });
  const upload = { filename: 'data', content: contentOf(1, BYTES), bytes: BYTES, order: PART_ORDERS[0] };
  const { status, json } = await uploadForm(server.url, { ...upload, isChunked: false });
  expect(status).toBe(200);
  const { bytes } = await createClient(server.url).content(json?.id ?? '');
  expect(bytes.equals(Buffer.concat([...contentOf(1, BYTES)]))).toBe(true);
  await server.end();
  expect(server.output()).not.toMatch(/"level":"(warn|error|fatal)"/);
}
