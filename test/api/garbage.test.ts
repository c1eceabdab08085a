import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, textFile } from '../support/client';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';

const REQUESTS = 600;
const CLIENTS = 2;
/** A request and its answer have some 30 KiB. What is promoted lives until V8 collects the whole heap. */
const MAX_PROMOTED_BYTES = 4 * 1024;

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-garbage-'));
  // the optimizing compiler would hide some of it, once it has compiled the code
  server = await startServerProcess({
    folder,
    nodeArguments: ['--trace-gc-nvp', '--no-opt', '--max-semi-space-size=4'],
  });
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true });
});

const form = (bytes: number) =>
  Buffer.concat([
    Buffer.from('--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'),
    Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'),
    Buffer.alloc(bytes, 'a line\n'),
    Buffer.from('\r\n--b--\r\n'),
  ]);
const upload = { method: 'POST', path: '/v1/files', headers: { 'content-type': 'multipart/form-data; boundary=b' } };

test.each<[string, () => Promise<[RequestOptions, Buffer?]>]>([
  ['a small upload', async () => [upload, form(10_000)]],
  ['a larger upload', async () => [upload, form(100_000)]],
  ['a file', async () => [{ path: `/v1/files/${await anyFile(10)}` }]],
  ['a small content', async () => [{ path: `/v1/files/${await anyFile(10)}/content` }]],
  ['a larger content', async () => [{ path: `/v1/files/${await anyFile(100_000)}/content` }]],
  ['a list', async () => [{ path: '/v1/files?limit=5' }]],
])('%s that is answered does not reach the old generation', async (_what, describeRequest) => {
  const [options, body] = await describeRequest();
  await send(options, body, REQUESTS / 5);
  const before = collections();
  await send(options, body, REQUESTS);
  const since = collections().slice(before.length);
  expect(since.length).toBeGreaterThan(0);
  expect(since.reduce((sum, promoted) => sum + promoted, 0) / REQUESTS).toBeLessThan(MAX_PROMOTED_BYTES);
});

async function anyFile(bytes: number): Promise<string> {
  const { json } = await createClient(server.url).upload({
    file: textFile(Buffer.alloc(bytes, 'a')),
    purpose: 'batch',
  });
  return json.id;
}

/** The bytes that each collection of the young generation promoted, by the lines of --trace-gc-nvp. */
function collections(): number[] {
  return [...server.output().matchAll(/ gc=s .* promoted=(\d+)/g)].map(([, promoted]) => Number(promoted));
}

async function send(options: RequestOptions, body: Buffer | undefined, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  let left = count;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left > 0) {
        left -= 1;
        const sent = request(server.url, { ...options, agent }).end(body);
        const [answer] = await once(sent, 'response');
        expect(answer.statusCode).toBe(200);
        await once(answer.resume(), 'end');
      }
    }),
  );
  agent.destroy();
}
