import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileObject } from 'openai/resources/files';
import { batchLines } from '../support/batch-lines';
import { describeWithOpenAiPython, startOpenAiPython } from '../engines/openai-python';
import type { OpenAiPython } from '../engines/openai-python';
import { PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const THIRTY_DAYS = 30 * 24 * 3600;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describeWithOpenAiPython('the openai SDK for Python', () => {
  describe.each(PAIRS)('on the %s pair', (pair) => {
    let server: TestServer;
    let python: OpenAiPython;
    let folder: string;

    beforeAll(async () => {
      server = await startTestServer({ pair, env: { API_KEYS: 'acme:sk-acme-12345' } });
      python = startOpenAiPython(`${server.url}/v1`, 'sk-acme-12345');
      folder = await mkdtemp(join(tmpdir(), 'sluice-sdk-'));
    });
    afterAll(async () => {
      await python.stop();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function fileOf(name: string, content: Buffer): Promise<string> {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    }

    test('uploads an open file, reads it back byte for byte, and deletes it', async () => {
      const lines = Buffer.from([...batchLines(8 * 1024 * 1024)].join(''));
      const path = await fileOf('requests.jsonl', lines);
      const back = join(folder, 'back.jsonl');
      const { file, ...read } = await python.run<Record<string, FileObject>>(
        `
        with open(path, "rb") as requests:
            file = client.files.create(file=requests, purpose="batch")
        with open(back, "wb") as target:
            target.write(client.files.content(file.id).read())
        result = {
            "file": file,
            "retrieved": client.files.retrieve(file.id),
            "waitedFor": client.files.wait_for_processing(file.id, max_wait_seconds=0),
            "deleted": client.files.delete(file.id),
            "error": error_of(lambda: client.files.retrieve(file.id)),
        }
        `,
        { path, back },
      );
      expect(file).toMatchObject({ bytes: lines.length, filename: 'requests.jsonl', purpose: 'batch' });
      expect(read).toEqual({
        retrieved: file,
        waitedFor: file,
        deleted: { id: file?.id, object: 'file', deleted: true },
        error: expect.objectContaining({ class: 'NotFoundError', status_code: 404, param: 'id', code: null }),
      });
      expect(sha256(await readFile(back))).toBe(sha256(lines));
      if (pair === 'durable') expect(await server.blobs()).toEqual([]);
    });

    test('uploads a file in parts by itself', async () => {
      const whole = randomBytes(3 * 1024 * 1024 + 1);
      const path = await fileOf('whole.bin', whole);
      const back = join(folder, 'whole.back');
      const upload = await python.run<{ status: string; file: FileObject }>(
        `
        from pathlib import Path
        result = client.uploads.upload_file_chunked(
            file=Path(path), mime_type="application/octet-stream", purpose="user_data", part_size=1024 * 1024
        )
        with open(back, "wb") as target:
            target.write(client.files.content(result.file.id).read())
        `,
        { path, back },
      );
      expect(upload).toMatchObject({ status: 'completed', file: { bytes: whole.length, filename: 'whole.bin' } });
      expect(sha256(await readFile(back))).toBe(sha256(whole));
      await fetch(`${server.url}/v1/files/${upload.file.id}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer sk-acme-12345' },
      });
    });

    test('uploads bytes, which for batch expire after 30 days and else never', async () => {
      const [batch, other] = await python.run<FileObject[]>(`
        result = [client.files.create(file=b"bytes", purpose=purpose) for purpose in ("batch", "user_data")]
      `);
      expect(batch).toMatchObject({ bytes: 5, filename: 'upload', purpose: 'batch', status: 'processed' });
      expect((batch?.expires_at ?? 0) - (batch?.created_at ?? 0)).toBe(THIRTY_DAYS);
      expect(other?.expires_at ?? null).toBeNull();
    });

    test('uploads bytes with a name in UTF-8 and a type', async () => {
      const [file, text] = await python.run<[FileObject, string]>(`
        content = "ligne été\\n".encode()
        file = client.files.create(file=("données 🦆.jsonl", content, "application/jsonl"), purpose="batch")
        result = [file, client.files.content(file.id).text]
      `);
      expect(file).toMatchObject({ filename: 'données 🦆.jsonl', bytes: 12 });
      expect(text).toBe('ligne été\n');
    });

    test('uploads a path', async () => {
      const path = await fileOf('by its path.jsonl', Buffer.from('{}\n'));
      const file = await python.run(
        `
        import pathlib
        result = client.files.create(file=pathlib.Path(path), purpose="fine-tune")
        `,
        { path },
      );
      expect(file).toMatchObject({ filename: 'by its path.jsonl', bytes: 3, purpose: 'fine-tune' });
    });

    test('uploads a stream of unknown length, chunked', async () => {
      const content = randomBytes(3_000_000);
      const path = await fileOf('source', content);
      const back = join(folder, 'streamed');
      const { file, framing } = await python.run<{ file: FileObject; framing: Record<string, string> }>(
        `
        import httpx, io

        class Tap(io.RawIOBase):
            def __init__(self, source):
                self.source = source
            def readable(self):
                return True
            def readinto(self, piece):
                return self.source.readinto(piece)

        requests = []
        http_client = httpx.Client(event_hooks={"request": [requests.append]})
        with open(path, "rb") as source, openai.OpenAI(max_retries=0, http_client=http_client) as client:
            file = client.files.create(file=("tapped", Tap(source)), purpose="user_data")
            client.files.content(file.id).write_to_file(back)
        names = ("transfer-encoding", "content-length")
        framing = {name: value for name, value in requests[0].headers.items() if name in names}
        result = {"file": file, "framing": framing}
        `,
        { path, back },
      );
      expect(framing).toEqual({ 'transfer-encoding': 'chunked' });
      expect(file).toMatchObject({ filename: 'tapped', bytes: content.length });
      expect(sha256(await readFile(back))).toBe(sha256(content));
    });

    // as a body of its own: create() takes it by name only in later versions, which send the same
    test('uploads with an expiry', async () => {
      const file = await python.run<FileObject>(`
        expires_after = {"anchor": "created_at", "seconds": 7200}
        result = client.files.create(file=b"x", purpose="batch", extra_body={"expires_after": expires_after})
      `);
      expect((file.expires_at ?? 0) - file.created_at).toBe(7200);
    });

    test('carries 64 MiB there and back, as a stream to a file', async () => {
      const content = randomBytes(64 * 1024 * 1024);
      const path = await fileOf('large', content);
      const back = join(folder, 'large again');
      const file = await python.run(
        `
        with open(path, "rb") as large:
            result = client.files.create(file=large, purpose="user_data")
        with client.files.with_streaming_response.content(result.id) as response:
            response.stream_to_file(back)
        client.files.delete(result.id)
        `,
        { path, back },
      );
      expect(file).toMatchObject({ bytes: content.length, filename: 'large' });
      expect(sha256(await readFile(back))).toBe(sha256(content));
    });

    test('uploads and reads many files at once with its async client, and pages through them with both', async () => {
      const [created, sent, listed, listedAsync] = await python.run<unknown[][]>(`
        import asyncio, os

        async def there_and_back(client, index):
            content = os.urandom(10_000 * (index + 1))
            file = await client.files.create(file=(f"{index}", content), purpose="vision")
            back = (await client.files.content(file.id)).read()
            return file.id, back == content

        async def main():
            async with openai.AsyncOpenAI(max_retries=0) as client:
                pairs = []
                for group in range(4):
                    pairs += await asyncio.gather(*(there_and_back(client, index) for index in range(25)))
                return pairs, [file.id async for file in client.files.list(purpose="vision", limit=30)]

        pairs, listed_async = asyncio.run(main())
        listed = [file.id for file in client.files.list(purpose="vision", limit=40)]
        result = [[id for id, _ in pairs], [same for _, same in pairs], listed, listed_async]
      `);
      expect(sent).toEqual(Array<boolean>(100).fill(true));
      expect(listed).toHaveLength(100);
      expect(new Set(listed)).toEqual(new Set(created));
      expect(listedAsync).toEqual(listed);
    });

    test('raises what is wrong as the class of its status, with field, code and message', async () => {
      const errors = await python.run(`
        stranger = openai.OpenAI(api_key="sk-wrong-12345", max_retries=0)
        result = [
            error_of(lambda: client.files.create(file=b"x", purpose="nonsense")),
            error_of(lambda: client.files.list(limit=0)),
            error_of(lambda: client.files.content("file-unknown")),
            error_of(lambda: stranger.files.create(file=b"x", purpose="batch")),
        ]
      `);
      expect(errors).toEqual([
        wrong('BadRequestError', 400, /'nonsense' is not one of \['assistants', /, 'purpose'),
        wrong('BadRequestError', 400, /0 is less than the minimum of 1/, 'limit'),
        wrong('NotFoundError', 404, /No such File object: file-unknown/, 'id'),
        wrong('AuthenticationError', 401, /Incorrect API key provided/, null, 'invalid_api_key'),
      ]);
    });
  });
});

/** What `error_of` gives. */
function wrong(name: string, status: number, message: RegExp, param: string | null, code: string | null = null) {
  const about = { class: name, status_code: status, type: 'invalid_request_error', param, code };
  return { ...about, message: expect.stringMatching(message) as string };
}
