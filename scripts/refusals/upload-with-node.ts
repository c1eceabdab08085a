/**
 * One upload with one of Node's clients, in a process of its own: prints what it read as one line of JSON.
 *
 *     upload-with-node.ts CLIENT '{"url", "path", "key", "purpose", "contentType", "headers", "file"}'
 */
import { createReadStream, openAsBlob, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI, { APIError, toFile } from 'openai';
import type { Attempt, Reading } from './attempt';

const BOUNDARY = 'refusal-table';
const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const clients: Record<string, (attempt: Attempt) => Promise<() => Promise<Reading>>> = {
  'fetch-blob': async ({ url, path, purpose, file, ...attempt }) => {
    const form = new FormData();
    form.append('purpose', purpose);
    form.append('file', await openAsBlob(file), 'big.jsonl');
    const headers = headersOf(attempt);
    return () => read(fetch(url + path, { method: 'POST', body: form, headers }));
  },
  'fetch-stream': async (attempt) => () => {
    const body = Readable.toWeb(Readable.from(formOf(attempt)));
    return read(
      fetch(attempt.url + attempt.path, {
        method: 'POST',
        body,
        headers: { 'content-type': FORM_TYPE, ...headersOf(attempt) },
        duplex: 'half',
      }),
    );
  },
  'openai-stream': async (attempt) => () => withOpenAi(attempt, createReadStream(attempt.file)),
  'openai-buffer': async (attempt) => {
    const file = await toFile(await readFile(attempt.file), 'big.jsonl');
    return () => withOpenAi(attempt, file);
  },
  'http-length': async (attempt) => () => withHttp(attempt, { 'content-length': lengthOf(attempt) }),
  'http-chunked': async (attempt) => () => withHttp(attempt, { 'transfer-encoding': 'chunked' }),
};

async function main(): Promise<void> {
  const [name = '', text = ''] = process.argv.slice(2);
  const client = clients[name];
  if (!client) throw new Error(`there is no client ${name}`);
  const run = await client(JSON.parse(text) as Attempt);
  const startedAt = Date.now();
  const loop = performance.eventLoopUtilization();
  let reading: Reading;
  try {
    reading = await run();
  } catch (error) {
    reading = { failure: causesOf(error).join(': ') };
  }
  const seconds = (Date.now() - startedAt) / 1000;
  // with a buffer, undici copies it three times behind the head, all in one turn of its event loop
  const busy = performance.eventLoopUtilization(loop).active / 1000;
  const outcome = { ...reading, seconds, ...(name === 'openai-buffer' && { copyingSeconds: busy }) };
  process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
}

function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as NodeJS.ErrnoException;
  return [code ? `${code} ${error.message}` : error.message, ...causesOf(error.cause)];
}

async function read(answer: Promise<Response>): Promise<Reading> {
  const response = await answer;
  return { status: response.status, body: await response.text() };
}

async function withOpenAi(
  { url, path, key, purpose, headers }: Attempt,
  file: Parameters<OpenAI['files']['create']>[0]['file'],
): Promise<Reading> {
  const client = new OpenAI({
    baseURL: url + path.replace(/\/files$/, ''),
    apiKey: key,
    maxRetries: 0,
    defaultHeaders: headers,
  });
  try {
    const created = await client.files.create({ purpose: purpose as 'batch', file });
    return { status: 200, body: JSON.stringify(created) };
  } catch (error) {
    if (!(error instanceof APIError) || error.status === undefined) throw error;
    return { status: error.status, body: JSON.stringify({ error: error.error as unknown }) };
  }
}

function withHttp(attempt: Attempt, framing: Record<string, string | number>): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const post = request(attempt.url + attempt.path, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': FORM_TYPE, ...headersOf(attempt), ...framing },
    });
    post.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
      response.on('error', reject);
    });
    post.on('error', reject);
    pipeline(formOf(attempt), post).catch(() => undefined);
  });
}

function headersOf({ key, contentType, headers }: Pick<Attempt, 'key' | 'contentType' | 'headers'>) {
  const authorization = `Bearer ${key}`;
  return { authorization, ...(contentType && { 'content-type': contentType }), ...headers };
}

function framingOf({ purpose }: Attempt): [before: Buffer, after: Buffer] {
  const part = (rest: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`;
  const before = `${part('name="purpose"')}${purpose}\r\n${part('name="file"; filename="big.jsonl"')}`;
  return [Buffer.from(before), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)];
}

async function* formOf(attempt: Attempt): AsyncGenerator<Buffer> {
  const [before, after] = framingOf(attempt);
  yield before;
  yield* createReadStream(attempt.file) as AsyncIterable<Buffer>;
  yield after;
}

function lengthOf(attempt: Attempt): number {
  const [before, after] = framingOf(attempt);
  return before.length + statSync(attempt.file).size + after.length;
}

void main();
