import { mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { startServerProcess } from '../support/server-process';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const KEY = 'sk-acme-secret-0123456789';
const OTHER = 'sk-zoo-secret-9876543210';

let folder: string;
let path: string;
let server: TestServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  path = join(folder, 'keys');
  await writeFile(path, `acme:${KEY}\n`);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<string> {
  server = await startTestServer({ pair: 'memory', env: { API_KEYS_FILE: path, ...env } });
  return server.url;
}

/** Asking with a key again and again would be too many wrong ones. */
function untilRead(): Promise<void> {
  return untilLogged(/^API_KEYS_FILE was read again$/);
}

function untilLogged(sentence: RegExp): Promise<void> {
  return until(() => server?.log.some((line) => sentence.test(String(line['msg']))) ?? false, `${sentence} is logged`);
}

async function statusWith(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/files`, { headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  return response.status;
}

test('a file that is replaced opens with its new key, and no longer with the old', async () => {
  const url = await start();
  expect([await statusWith(url, KEY), await statusWith(url, OTHER)]).toEqual([200, 401]);
  await writeFile(`${path}.new`, `acme:${OTHER}\n`);
  await rename(`${path}.new`, path);
  await untilRead();
  expect([await statusWith(url, KEY), await statusWith(url, OTHER)]).toEqual([401, 200]);
});

test.each([
  [
    'a line that is no pair',
    `acme:${OTHER}\n\nzoo ${KEY}\n`,
    /^API_KEYS_FILE: line 3 of '.*' is not tenant:key .* read before stay/,
  ],
  ['nothing in it', '', /^API_KEYS_FILE: .* is empty\. The keys read before stay in force\.$/],
  ['the key of API_KEYS', 'zoo:sk-inline-0123456789', /^API_KEYS_FILE: the same key is given twice/],
  ['the key of the metrics', 'zoo:sk-metrics-0123456789', /^API_KEYS_FILE: METRICS_KEY is among its keys/],
])('a file with %s keeps the keys of before, and is logged without a key', async (_name, content, sentence) => {
  const url = await start({ API_KEYS: 'inline:sk-inline-0123456789', METRICS_KEY: 'sk-metrics-0123456789' });
  await writeFile(path, content);
  await untilLogged(sentence);
  expect(await statusWith(url, KEY)).toBe(200);
  expect(JSON.stringify(server?.log)).not.toContain('secret');
  await writeFile(path, `zoo:${OTHER}`);
  await untilRead();
  expect([await statusWith(url, KEY), await statusWith(url, OTHER)]).toEqual([401, 200]);
  expect(await statusWith(url, 'sk-inline-0123456789')).toBe(200);
});

test('a file that is gone keeps the keys of before', async () => {
  const url = await start();
  await unlink(path);
  await untilLogged(/ENOENT/);
  expect(await statusWith(url, KEY)).toBe(200);
});

test('an upload whose key is taken away is answered 401, and nothing of it stays', async () => {
  server = await startTestServer({ env: { API_KEYS_FILE: path } });
  const { port } = new URL(server.url);
  const type = 'multipart/form-data; boundary=b';
  const upload = request({ port, method: 'POST', path: '/v1/files', headers: { 'content-type': type } });
  upload.setHeader('authorization', `Bearer ${KEY}`);
  const answered = new Promise<number | undefined>((resolve, reject) => {
    upload.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    upload.on('error', reject);
  });
  upload.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
  upload.write(Buffer.alloc(256 * 1024));
  await until(async () => (await server?.blobs())?.length === 1, 'the upload is under way');
  await writeFile(path, `zoo:${OTHER}`);
  expect(await answered).toBe(401);
  upload.destroy();
  await until(async () => (await server?.blobs())?.length === 0, 'its bytes are gone');
});

describe('SIGHUP', () => {
  test.each([
    ['a server', {}],
    ['workers', { WORKERS: '2' }],
  ])(
    'makes %s read the keys again, and ends none',
    async (_name, env) => {
      const process = await startServerProcess({ folder, env: { API_KEYS_FILE: path, ...env } });
      process.signal('SIGHUP');
      await writeFile(path, `zoo:${OTHER}`);
      process.signal('SIGHUP');
      // each connection may come to another worker
      await eventually(async () => {
        const statuses = await Promise.all(Array.from({ length: 8 }, () => statusWith(process.url, OTHER)));
        return statuses.every((status) => status === 200);
      });
      expect(process.hasEnded()).toBe(false);
      await process.end();
    },
    60_000,
  );

  test('ends no server without a file of keys', async () => {
    const process = await startServerProcess({ folder });
    process.signal('SIGHUP');
    process.signal('SIGHUP');
    expect((await fetch(`${process.url}/healthz`)).status).toBe(200);
    await process.end();
  }, 60_000);
});
