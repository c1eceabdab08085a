import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { AnyCall } from '../../../src/http/contract/calls';
import type { FilePart } from '../../../src/http/multipart/read-parts';
import { startTestServer } from '../../support/server';
import type { Json } from '../../../scripts/contract/read/document';
import { generateAndLoad, readTestDocument } from './generated';
import type { TestServer } from '../../support/server';

/** The handler: what a maintainer writes for a new operation. */
async function createAlbum(call: AnyCall) {
  const form = await call.readForm?.({ cover: digest, photos: digest, notes: digest, anything: digest, scan: digest });
  return call.answer({ status: 201, body: { id: 'album-1', ...form } });
}

async function digest({ name, filename, bytes }: FilePart) {
  const hash = createHash('sha256');
  for await (const batch of bytes) for (const slice of batch) hash.update(slice);
  return `${name} ${filename} ${hash.digest('hex').slice(0, 8)}`;
}

const sha = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex').slice(0, 8);
const image = (text: string | Uint8Array<ArrayBuffer>, type = 'image/jpeg') => new Blob([text], { type });

let server: TestServer | undefined;
beforeAll(async () => {
  const document = readTestDocument('files.yaml') as object;
  const { operations } = generateAndLoad(document as Json);
  // a contract of another shape, in the place of the server's own: nothing else of the server changes
  const api = { document, operations, createHandlers: () => ({ createAlbum }) };
  server = await startTestServer({ pair: 'memory', parts: { api } });
});
afterAll(() => server?.close());

async function post(...parts: [name: string, value: string | Blob, filename?: string][]) {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename);
  }
  const response = await fetch(`${server?.url}/albums`, { method: 'POST', body: form });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

const large = 'x'.repeat(3_000_000);

test('a new multipart operation needs a contract and a handler, and no other code', async () => {
  const answer = await post(
    ['photos', image('one'), 'a.jpg'],
    ['settings', image('{"isPublic":true,"size":{"width":3}}', 'application/json')],
    ['cover', image(large, 'image/webp'), 'c.webp'],
    ['people[0][name]', 'Ada'],
    ['photos', image('two'), 'b.jpg'],
    ['labels', 'a,b'],
    ['name', 'Holidays'],
  );
  expect(answer).toEqual({
    status: 201,
    body: {
      id: 'album-1',
      name: 'Holidays',
      cover: `cover c.webp ${sha(large)}`,
      photos: [`photos a.jpg ${sha('one')}`, `photos b.jpg ${sha('two')}`],
      settings: { isPublic: true, size: { width: 3 } },
      people: [{ name: 'Ada' }],
      labels: ['a', 'b'],
      quality: 80,
    },
  });
});

test('bytes that are no text arrive as they were sent where the contract says that they are in no encoding', async () => {
  const bytes = new Uint8Array(10).fill(0xff);
  const answer = await post(
    ['scan', image(bytes, 'application/octet-stream'), 's.bin'],
    ['cover', image('', 'image/png'), 'c'],
    ['name', 'n'],
    ['photos', image('1'), 'a'],
  );
  expect(answer).toMatchObject({ status: 201, body: { scan: `scan s.bin ${sha(bytes)}` } });
});

test.each<[what: string, param: string, parts: Parameters<typeof post>]>([
  [
    'a missing list of files',
    'photos',
    [
      ['cover', image('', 'image/png'), 'c'],
      ['name', 'n'],
    ],
  ],
  [
    'too many files',
    'photos',
    [
      ['cover', image('', 'image/png'), 'c'],
      ['name', 'n'],
      ['photos', image('1'), 'a'],
      ['photos', image('2'), 'b'],
      ['photos', image('3'), 'c'],
    ],
  ],
  ['a file of another content type', 'cover', [['cover', image('<html>', 'text/html'), 'c']]],
  ['a nested value that is wrong', 'settings.size.width', [['settings[size][width]', '0']]],
  ['a field that the contract does not have', 'other', [['other', 'x']]],
])('%s is refused with its param', async (_what, param, parts) => {
  expect(await post(...parts)).toMatchObject({ status: 400, body: { error: { param } } });
});

test('the machinery knows no word of the API', async () => {
  const http = join(__dirname, '../../../src/http');
  const files = ['connection', 'multipart', 'contract'].flatMap((room) =>
    readdirSync(join(http, room)).map((name) => join(http, room, name)),
  );
  expect(files.length).toBeGreaterThan(15);
  for (const file of files) {
    expect(readFileSync(file, 'utf8')).not.toMatch(/purpose|expires_after|file_id|\/v1\//);
  }
});
