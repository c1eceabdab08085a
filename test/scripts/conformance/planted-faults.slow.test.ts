import { join } from 'node:path';
import { runConformance } from '../../../scripts/conformance/run';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';
import { startFaultyProxy } from './faulty-proxy';
import type { Fault, Passing } from './faulty-proxy';

const document = readDocumentFile(join(__dirname, '../../../openapi.json'));
const deleted: Record<string, unknown>[] = [];
const [KEY, OTHER_KEY] = ['sk-acme-12345', 'sk-zoo-1234567'];

const WALK = 'a walk with limit and after meets every file once, and has_more is true until the end';
const OBJECT = 'the file object has the name, the size and the time of the upload';
const RANGES = 'one range is answered 206 with just these bytes';
const UNCHANGED = 'whoever has the content already gets 304';
const ANNOUNCED = 'an upload says what was announced, and its parts whose they are';
const METHODS = 'GET /v1/files: a method that the path does not have is 405, and Allow names those that it has';
const NO_KEY = 'GET /v1/files: without a key, and with a wrong one, the answer is 401';
const removed = new Set<string>();
const firstIds = new Map<string, unknown>();

/** A server that is right but for one thing, and the check that must find it, and that passes without the fault. */
const FAULTS: [what: string, check: string, fault: Fault][] = [
  ['forgets the filter behind the first page', WALK, queryOf((query) => query.has('after') && query.delete('purpose'))],
  ['loses the order beside a filter', WALK, queryOf((query) => query.has('purpose') && query.delete('order'))],
  [
    'goes the other way behind the first page',
    WALK,
    queryOf((query) => query.has('after') && query.get('order') === 'desc' && query.set('order', 'asc')),
  ],
  [
    'lists files without the time of their end',
    'a listed file is the one that the upload answered',
    ofList((file) => Object.assign(file, { expires_at: null })),
  ],
  [
    'has pages of 20 by default',
    'a list has as many files as its limit by default says',
    queryOf((query) => query.has('limit') || query.set('limit', '20')),
  ],
  ['does not say that a file can be used', OBJECT, ofUpload((file) => ({ ...file, status: undefined }))],
  ['cuts names', OBJECT, ofUpload((file) => ({ ...file, filename: String(file['filename']).slice(0, 64) }))],
  ['trims names', OBJECT, ofUpload((file) => ({ ...file, filename: String(file['filename']).trim() }))],
  [
    'takes the beginning of a value for the value',
    "GET /v1/files: 'purpose' refuses every value that the schema forbids",
    queryOf((query) => query.get('purpose') === 'assistant' && query.set('purpose', 'assistants')),
  ],
  [
    'has names in small letters',
    OBJECT,
    ofUpload((file) => ({ ...file, filename: String(file['filename']).toLowerCase() })),
  ],
  [
    'has one file for each name',
    'two files of one name are two files',
    ofUpload((file) => {
      const name = String(file['filename']);
      firstIds.set(name, firstIds.get(name) ?? file['id']);
      return { ...file, id: firstIds.get(name) };
    }),
  ],
  [
    'refuses fields that it does not know',
    'the form takes every value that the schema allows',
    {
      request({ method, headers, body }) {
        if (method === 'POST' && body.includes('"no-such-field"')) headers['content-type'] = 'text/plain';
      },
    },
  ],
  [
    'has 416 for a range in another unit',
    RANGES,
    { after: (passing) => void (passing.status = isStrangeRange(passing) ? 416 : passing.status) },
  ],
  ['has an ETag of its own for a range', RANGES, etagOf(206, '"range"')],
  ['has no ETag beside a 304', UNCHANGED, etagOf(304, undefined)],
  [
    'tells weak ETags from strong ones',
    UNCHANGED,
    {
      request({ headers }) {
        if (headers['if-none-match']?.includes('W/')) delete headers['if-none-match'];
      },
    },
  ],
  [
    'sends again what did not change since',
    UNCHANGED,
    { request: ({ headers }) => void delete headers['if-modified-since'] },
  ],
  [
    'begins its list again behind a deleted file',
    'a walk goes on behind a file that was deleted meanwhile',
    {
      request({ method, target }) {
        const { searchParams: query } = target;
        if (method === 'DELETE') removed.add(target.pathname.split('/').at(-1) ?? '');
        if (removed.has(query.get('after') ?? '')) query.delete('after');
      },
    },
  ],
  [
    'names the method that it refuses in Allow',
    METHODS,
    { after: ({ status, head, method }) => void (status === 405 && head.append('allow', method)) },
  ],
  [
    'shows files to another tenant',
    'a file is not there for the key of another tenant',
    keyOf(OTHER_KEY, `Bearer ${KEY}`),
  ],
  ['knows a scheme by its capitals alone', NO_KEY, keyOf('bearer', 'Bearer sk-unknown-1')],
  ['names another upload at a part', ANNOUNCED, ofPath('/parts', (part) => ({ ...part, upload_id: 'upload_other' }))],
  [
    'says that an upload is whole before it is',
    ANNOUNCED,
    ofPath('/uploads', (one) => ({ ...one, status: 'completed' })),
  ],
  [
    'says another size of an upload',
    ANNOUNCED,
    ofPath('/uploads', (one) => ({ ...one, bytes: Number(one['bytes']) + 1 })),
  ],
  [
    'calls a file of parts by the name of a part',
    ANNOUNCED,
    ofPath('/complete', (one) => ({ ...one, file: { ...(one['file'] as object), filename: 'part' } })),
  ],
  ['does not say that an upload is complete', ANNOUNCED, ofPath('/complete', (one) => ({ ...one, status: 'pending' }))],
  [
    'cancels what is complete',
    ANNOUNCED,
    { after: (passing) => void (passing.status = passing.path.endsWith('/cancel') ? 200 : passing.status) },
  ],
  [
    'serves a.html as text/html',
    'the content type follows neither the name of the file nor what the upload said it is',
    {
      after: (passing) => {
        if (isContent(passing) && passing.head.get('content-disposition')?.includes('.html'))
          passing.head.set('content-type', 'text/html');
      },
    },
  ],
  [
    'cuts contents at 1 MiB',
    'the content is what was sent, byte for byte',
    { after: (passing) => void (passing.body = isContent(passing) ? passing.body.subarray(0, 2 ** 20) : passing.body) },
  ],
  [
    'has one ETag for all files of one size',
    'two contents of the same size have two ETags',
    {
      after: (passing) => {
        if (isContent(passing)) passing.head.set('etag', `"${passing.body.length}"`);
      },
    },
  ],
  [
    'keeps deleted files in its filtered lists',
    'what is deleted is gone at once, everywhere',
    {
      async before(method, path, base) {
        if (method !== 'DELETE') return;
        const answer = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${KEY}` } });
        if (answer.ok) deleted.push((await answer.json()) as Record<string, unknown>);
      },
      after(passing) {
        if (passing.path !== '/v1/files' || !passing.query.has('purpose') || passing.status !== 200) return;
        changeJson(passing, ({ data = [], ...rest }) => ({ ...rest, data: [...(data as unknown[]), ...deleted] }));
      },
    },
  ],
  [
    'ignores expires_after of a batch file',
    'expires_after holds for every purpose',
    {
      after(passing) {
        if (passing.method !== 'POST' || passing.status !== 200) return;
        changeJson(passing, (file) =>
          file['purpose'] === 'batch' ? { ...file, expires_at: Number(file['created_at']) + 30 * 86_400 } : file,
        );
      },
    },
  ],
  [
    'mangles the name in Content-Disposition',
    'Content-Disposition has the name of the file, where it has one',
    {
      after: (passing) => {
        if (isContent(passing)) passing.head.set('content-disposition', 'attachment; filename="download"');
      },
    },
  ],
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ pair: 'memory', env: { API_KEYS: `acme:${KEY},zoo:${OTHER_KEY}` } });
});
afterAll(() => server.close());

test.each(FAULTS)('a server that %s is found out by: %s', async (_what, check, fault) => {
  expect(await outcomesOf(server.url, check)).toEqual(['passed']);
  const proxy = await startFaultyProxy(server.url, fault);
  const outcomes = await outcomesOf(proxy.url, check);
  proxy.close();
  expect(outcomes).toEqual(['failed']);
});

test.each([
  ['has errors of another type', { type: 'error' }],
  ['has errors without words', { message: '' }],
  ['shows where it failed', { message: 'x\n    at main (/srv/main.js:1:1)' }],
])('a server that %s is found out by its answers', async (_what, change) => {
  const only = 'GET /v1/files/{file_id}: an id that no file has is 404';
  const proxy = await startFaultyProxy(server.url, {
    after(passing) {
      if (passing.status !== 404 || passing.method !== 'GET') return;
      changeJson(passing, ({ error }) => ({ error: { ...(error as object), ...change } }));
    },
  });
  const outcomes = [];
  for (const url of [server.url, proxy.url]) {
    const { results } = await runConformance({ url, key: KEY, document, runs: 1, seed: 1, only });
    outcomes.push(results.find(({ name }) => name === 'each answer 404 is as documented')?.outcome);
  }
  proxy.close();
  expect(outcomes).toEqual(['passed', 'failed']);
});

test.each<[what: string, header: string, pattern: RegExp, value: string]>([
  ['calls its JSON Latin-1', 'content-type', /^application.json/, 'application/json; charset=latin1'],
  ['lets caches keep files', 'cache-control', /^/, 'public, max-age=60'],
  ['lets browsers guess', 'x-content-type-options', /^/, 'sniff'],
  ['writes times in a way of its own', 'last-modified', /^/, '2026-01-01T00:00:00.000Z'],
])('a server that %s is found out by its answers', async (_what, header, pattern, value) => {
  const only = 'two files of one name are two files';
  const proxy = await startFaultyProxy(server.url, {
    after: ({ head }) => void (pattern.test(head.get(header) ?? '') && head.has(header) && head.set(header, value)),
  });
  const outcomes = [];
  for (const url of [server.url, proxy.url]) {
    const { results } = await runConformance({ url, key: KEY, document, runs: 1, seed: 1, only });
    outcomes.push(results.some(({ outcome }) => outcome === 'failed'));
  }
  proxy.close();
  expect(outcomes).toEqual([false, true]);
});

test('a server that answers 501 to everything does not conform, and each operation is named', async () => {
  const proxy = await startFaultyProxy(server.url, {
    after(passing) {
      const error = { message: 'not served', type: 'server_error', param: null, code: null };
      passing.status = 501;
      changeJson(passing, () => ({ error }));
    },
  });
  const report = await runConformance({ url: proxy.url, key: KEY, document, runs: 1, seed: 1 });
  proxy.close();
  expect(report.conforms).toBe(false);
  expect(report.notServed).toContain('GET /v1/files');
  expect(report.notServed).toContain('POST /v1/files');
  expect(report.results.find(({ name }) => name.startsWith('the content is'))).toMatchObject({
    outcome: 'skipped',
    reason: 'POST /v1/files is answered 501',
  });
});

async function outcomesOf(url: string, only: string) {
  const { results } = await runConformance({ url, key: KEY, otherKey: OTHER_KEY, document, runs: 1, seed: 1, only });
  const isAsked = (name: string, operation: string) => [name, `${operation}: ${name}`].includes(only);
  return results.filter(({ name, operation }) => isAsked(name, operation)).map(({ outcome }) => outcome);
}

/** Changes the query of a list. */
function queryOf(change: (query: URLSearchParams) => unknown): Fault {
  return {
    request({ method, target }) {
      if (method === 'GET' && target.pathname === '/v1/files') change(target.searchParams);
    },
  };
}

function ofUpload(change: (file: Record<string, unknown>) => object): Fault {
  return {
    after(passing) {
      if (passing.method === 'POST' && passing.path === '/v1/files' && passing.status === 200)
        changeJson(passing, change);
    },
  };
}

function ofPath(end: string, change: (body: Record<string, unknown>) => object): Fault {
  return {
    after(passing) {
      if (passing.method === 'POST' && passing.path.endsWith(end) && passing.status === 200)
        changeJson(passing, change);
    },
  };
}

function ofList(change: (file: object) => object): Fault {
  return {
    after(passing) {
      if (passing.path !== '/v1/files' || passing.method !== 'GET' || passing.status !== 200) return;
      changeJson(passing, ({ data = [], ...rest }) => ({ ...rest, data: (data as object[]).map(change) }));
    },
  };
}

function etagOf(status: number, tag: string | undefined): Fault {
  return {
    after(passing) {
      if (passing.status !== status) return;
      if (tag === undefined) passing.head.delete('etag');
      else passing.head.set('etag', tag);
    },
  };
}

/** Another key in the place of one that has `part`. */
function keyOf(part: string, instead: string): Fault {
  return {
    request({ headers }) {
      if (headers.authorization?.includes(part)) headers.authorization = instead;
    },
  };
}

function isStrangeRange({ headers }: Passing): boolean {
  return headers.range !== undefined && !headers.range.startsWith('bytes=');
}

function isContent({ method, path, status }: Passing): boolean {
  return method === 'GET' && path.endsWith('/content') && status === 200;
}

function changeJson(passing: Passing, change: (body: Record<string, unknown>) => object): void {
  const body = JSON.parse(passing.body.toString() || '{}') as Record<string, unknown>;
  passing.head.set('content-type', 'application/json');
  passing.body = Buffer.from(JSON.stringify(change(body)));
}
