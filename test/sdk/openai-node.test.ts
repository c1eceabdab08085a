import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { APIError, toFile } from 'openai';
import { batchLines } from '../support/batch-lines';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const LINES = Buffer.from([...batchLines(8 * 1024 * 1024)].join(''));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe.each(ALL_PAIRS)('the openai SDK for Node on the %s pair', (pair) => {
  let server: TestServer;
  let client: OpenAI;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer({ pair, env: { API_KEYS: 'acme:sk-acme-12345' } });
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sk-acme-12345', maxRetries: 0 });
    folder = await mkdtemp(join(tmpdir(), 'sluice-sdk-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const contentOf = async (id: string) => Buffer.from(await (await client.files.content(id)).arrayBuffer());

  test('uploads a stream, reads it back byte for byte, and deletes it', async () => {
    const path = join(folder, 'requests.jsonl');
    await writeFile(path, LINES);
    const file = await client.files.create({ file: createReadStream(path), purpose: 'batch' });
    expect(file).toMatchObject({ bytes: LINES.length, filename: 'requests.jsonl', purpose: 'batch' });
    expect(sha256(await contentOf(file.id))).toBe(sha256(LINES));
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect(await client.files.waitForProcessing(file.id)).toEqual(file);
    expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404, param: 'id' });
    if (pair === 'durable') expect(await server.blobs()).toEqual([]);
  });

  test('uploads a buffer with a name in UTF-8 and an expiry', async () => {
    const bytes = randomBytes(100_000);
    const file = await client.files.create({
      file: await toFile(bytes, 'données 🦆.jsonl'),
      purpose: 'user_data',
      expires_after: { anchor: 'created_at', seconds: 7200 },
    });
    expect(file.filename).toBe('données 🦆.jsonl');
    expect((file.expires_at ?? 0) - file.created_at).toBe(7200);
    expect(sha256(await contentOf(file.id))).toBe(sha256(bytes));
  });

  test('uploads a file in parts, in parallel and in any order, with the MD5 of the whole', async () => {
    const whole = randomBytes(5 * 1024 * 1024 + 1);
    const partBytes = 1024 * 1024;
    const upload = await client.uploads.create({
      bytes: whole.length,
      filename: 'whole.bin',
      mime_type: 'application/octet-stream',
      purpose: 'user_data',
    });
    const numbers = [3, 0, 5, 1, 4, 2];
    const ids: string[] = [];
    await Promise.all(
      numbers.map(async (number) => {
        const data = await toFile(whole.subarray(number * partBytes, (number + 1) * partBytes), 'part');
        ids[number] = (await client.uploads.parts.create(upload.id, { data })).id;
      }),
    );
    const md5 = createHash('md5').update(whole).digest('hex');
    const { status, file } = await client.uploads.complete(upload.id, { part_ids: ids, md5 });
    expect([status, file?.bytes]).toEqual(['completed', whole.length]);
    expect(sha256(await contentOf(file?.id ?? ''))).toBe(sha256(whole));
    const given = await client.uploads.create({ bytes: 1, filename: 'a', mime_type: 'pdf', purpose: 'vision' });
    expect((await client.uploads.cancel(given.id)).status).toBe('cancelled');
  });

  test('pages through 100 files by itself', async () => {
    const created = new Set<string>();
    for (let index = 0; index < 100; index += 25) {
      const group = await Promise.all(
        Array.from({ length: 25 }, async () =>
          client.files.create({ file: await toFile(Buffer.from('x'), 'x'), purpose: 'vision' }),
        ),
      );
      for (const file of group) created.add(file.id);
    }
    const listed: string[] = [];
    for await (const file of client.files.list({ purpose: 'vision', limit: 40 })) listed.push(file.id);
    expect(listed).toHaveLength(100);
    expect(new Set(listed)).toEqual(created);
  });

  test('reads what is wrong as an error with its field', async () => {
    const failure = await client.files
      .create({ file: await toFile(Buffer.from('x'), 'x'), purpose: 'nonsense' as 'batch' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ status: 400, param: 'purpose', type: 'invalid_request_error' });
  });

  test('with a wrong key reads a 401', async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sk-wrong-12345', maxRetries: 0 });
    await expect(stranger.files.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});
