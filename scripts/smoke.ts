import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { MARK_NAME } from '../src/storage/blob-store';
import { parseByteSize } from '../src/storage/storage-url';
import { batchLines } from '../test/support/batch-lines';
import { startAsTheReadmeSays } from '../test/support/readme-start';
import { answerHelp } from './help';

answerHelp(`Starts a server with the README's command, and tests its main job with real clients: it uploads a large JSONL file with
the OpenAI SDK and with curl, lists it, reads it back, compares each byte, and deletes it.

    npm run smoke -- [SIZE] [--node PATH_OF_A_NODE_BINARY]`);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: 'string' } } });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-smoke-'));
  const server = await startAsTheReadmeSays(folder, { node: values.node, env: { MAX_FILE_BYTES: '8GiB' } });
  say(`npm start on Node ${server.nodeVersion}: ${server.url}`);
  try {
    const path = join(folder, 'requests.jsonl');
    await pipeline(Readable.from(batchLines(parseByteSize(positionals[0] ?? '300MiB'))), createWriteStream(path));
    const wanted = await sha256(createReadStream(path));
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'unused', maxRetries: 0 });

    const viaSdk = await client.files.create({ file: createReadStream(path), purpose: 'batch' });
    say(`openai SDK, a stream: ${viaSdk.bytes} bytes as ${viaSdk.id}`);
    const viaCurl = ['file-first', 'purpose-first'].map((order) => curlUpload(server.url, path, order));
    say(`curl, file first and purpose first: ${viaCurl.join(', ')}`);
    const ids = [viaSdk.id, ...viaCurl];

    const listed: string[] = [];
    for await (const file of client.files.list({ limit: 2 })) listed.push(file.id);
    expect(
      ids.every((id) => listed.includes(id)),
      'every upload is listed',
    );
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
  say('smoke: passed');
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
  say(`ok: ${what}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`smoke: FAILED: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
