import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI from 'openai';
import { MARK_NAME } from '../../src/storage/blob-store';
import { batchLines } from '../../test/support/batch-lines';
import { startAsTheReadmeSays } from '../../test/support/readme-start';

/** Uploads `bytes` to a server that `npm start` has started, and reads, lists and deletes the files. @throws when it fails. */
export async function smoke(bytes: number, node: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-smoke-'));
  const server = await startAsTheReadmeSays(folder, { node, env: { MAX_FILE_BYTES: '8GiB' } });
  console.log(`npm start on Node ${server.nodeVersion}: ${server.url}`);
  try {
    const path = join(folder, 'requests.jsonl');
    await pipeline(Readable.from(batchLines(bytes)), createWriteStream(path));
    const wanted = await sha256(createReadStream(path));
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'unused', maxRetries: 0 });

    const viaSdk = await client.files.create({ file: createReadStream(path), purpose: 'batch' });
    console.log(`openai SDK, a stream: ${viaSdk.bytes} bytes as ${viaSdk.id}`);
    const viaCurl = ['file-first', 'purpose-first'].map((order) => curlUpload(server.url, path, order));
    console.log(`curl, file first and purpose first: ${viaCurl.join(', ')}`);
    const ids = [viaSdk.id, ...viaCurl];

    const listed: string[] = [];
    for await (const file of client.files.list({ limit: 2 })) listed.push(file.id);
    const isListed = ids.every((id) => listed.includes(id));
    expect(isListed, 'every upload is listed');
    for (const id of ids) {
      const content = await client.files.content(id);
      if (!content.body) throw new Error('the content has no body');
      expect((await sha256(Readable.fromWeb(content.body as never))) === wanted, `${id} comes back as it was`);
      expect((await client.files.delete(id)).deleted, `${id} is deleted`);
    }
    const left = (await readdir(join(folder, 'blobs'))).filter((name) => !name.startsWith(MARK_NAME));
    expect(left.length === 0, 'no byte is left in the data folder');
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function curlUpload(url: string, path: string, order: string): string {
  const parts = [
    ['-F', `file=@${path}`],
    ['-F', 'purpose=batch'],
  ];
  if (order === 'purpose-first') parts.reverse();
  const { stdout, status } = spawnSync('curl', ['-sS', '--fail-with-body', ...parts.flat(), `${url}/v1/files`]);
  if (status !== 0) throw new Error(`curl ended with ${status}: ${stdout.toString()}`);
  return (JSON.parse(stdout.toString()) as { id: string }).id;
}

async function sha256(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not true: ${what}`);
  console.log(`ok: ${what}`);
}
