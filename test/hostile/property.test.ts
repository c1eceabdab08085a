import * as fc from 'fast-check';
import { createClient } from '../support/client';
import type { Client } from '../support/client';
import { openRaw } from '../support/raw';
import type { RawAnswer } from '../support/raw';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';
import { brokenForms, splitForms } from './forms';

/** More in the soak: PROPERTY_RUNS=20000 npx jest test/hostile/property. A fault prints the seed that repeats it. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 80);
const LIMIT_MS = 600_000;

describe.each(ALL_PAIRS)(`${RUNS} generated forms on the %s pair`, (pair) => {
  let server: TestServer;
  let client: Client;

  beforeAll(async () => {
    server = await startTestServer({ pair });
    client = createClient(server.url);
  });
  afterAll(() => server.close());

  test(
    'come out byte for byte, however they are split',
    async () => {
      await fc.assert(
        fc.asyncProperty(splitForms, async ({ form, body, splits, isChunked }) => {
          const pieces = [...splits, body.length].map((end, index) => body.subarray(splits[index - 1] ?? 0, end));
          const answer = await send(server.url, form.boundary, pieces, isChunked);
          expect([answer.status, answer.json]).toMatchObject([
            200,
            { bytes: form.content.length, filename: form.filename, purpose: form.purpose },
          ]);
          const { id } = answer.json as { id: string };
          expect((await client.content(id)).bytes.equals(form.content)).toBe(true);
          await client.remove(id);
        }),
        { numRuns: RUNS, reporter },
      );
    },
    LIMIT_MS,
  );

  test(
    'are refused when they are broken, and leave nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(brokenForms, fc.nat(), async ({ boundary, body }, at) => {
          const cut = at % (body.length + 1);
          const answer = await send(server.url, boundary, [body.subarray(0, cut), body.subarray(cut)], false);
          expect([answer.status, answer.json]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
        }),
        { numRuns: RUNS, reporter },
      );
      expect((await client.list()).json.data).toEqual([]);
      await until(async () => (await server.blobs()).length === 0, 'no blob is left');
    },
    LIMIT_MS,
  );
});

/** The values themselves are up to 200 KB. */
function reporter<T>({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<T>): void {
  if (!failed) return;
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`{ seed: ${seed}, path: '${counterexamplePath}' }\n${message.slice(0, 2000)}`);
}

/** Each piece is a write of its own, and a turn of the event loop parts it from the next. */
async function send(url: string, boundary: string, pieces: Buffer[], isChunked: boolean): Promise<RawAnswer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const connection = await openRaw(url);
  connection.socket.setNoDelay(true);
  connection.write(
    [
      'POST /v1/files HTTP/1.1',
      'Host: localhost',
      `Content-Type: multipart/form-data; boundary="${boundary}"`,
      isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
      '',
      '',
    ].join('\r\n'),
  );
  for (const piece of pieces.filter(({ length: bytes }) => bytes > 0)) {
    if (isChunked)
      connection.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
    else connection.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (isChunked) connection.write('0\r\n\r\n');
  try {
    return await connection.answer();
  } finally {
    connection.close();
  }
}
