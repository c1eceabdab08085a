import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasNginx, startNginx } from '../engines/nginx';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { describeWhere } from '../storage/describe-where';
import { createClient } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const BYTES = 30 * 1024 * 1024;

describeWhere(hasNginx() ? undefined : 'nginx is not installed', 'behind nginx with deploy/nginx.conf', () => {
  let folder: string;
  let server: TestServer;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
    server = await startTestServer({ pair: 'memory', env: { ALLOW_ANONYMOUS: 'true' } });
    nginx = await startNginx(folder, server.url);
  });
  afterEach(async () => {
    await nginx.stop();
    await server.close();
    await rm(folder, { recursive: true });
  });

  test('the metrics are closed', async () => {
    expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${nginx.url}/v1/files`)).status).toBe(200);
  });

  test('an upload reaches the server as it comes, and nginx gathers nothing in a file', async () => {
    const { status, json } = await uploadForm(nginx.url, {
      filename: 'data',
      content: contentOf(1, BYTES),
      bytes: BYTES,
      order: PART_ORDERS[0],
      isChunked: false,
      async beforePiece(sentBytes) {
        if (sentBytes !== BYTES / 2) return;
        // a proxy that gathers would not have told the server yet
        await until(async () => (await runningUploads()) === 1, 'the server stores what has come');
        expect(await temporaryFiles()).toEqual([]);
      },
    });
    expect(status).toBe(200);
    const { bytes } = await createClient(nginx.url).content(json?.id ?? '');
    expect(bytes.equals(Buffer.concat([...contentOf(1, BYTES)]))).toBe(true);
    expect(await temporaryFiles()).toEqual([]);
  });

  async function runningUploads(): Promise<number> {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^sluice_running_uploads (\d+)/m.exec(metrics)?.[1]);
  }

  async function temporaryFiles(): Promise<string[]> {
    const names = await Promise.all(['client_body', 'proxy'].map((name) => readdir(join(folder, name))));
    return names.flat();
  }
});
