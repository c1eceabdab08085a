import { join } from 'node:path';
import { runConformance } from '../../../scripts/conformance/run';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';
import { startFaultyProxy } from './faulty-proxy';
import type { Fault, Passing } from './faulty-proxy';

const document = readDocumentFile(join(__dirname, '../../../openapi.json'));
const deleted: Record<string, unknown>[] = [];

/** A server that is right but for one thing, and the check that must find it, and that passes without the fault. */
const FAULTS: [what: string, check: string, fault: Fault][] = [
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
        const answer = await fetch(new URL(path, base));
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
  server = await startTestServer({ pair: 'memory' });
});
afterAll(() => server.close());

test.each(FAULTS)('a server that %s is found out by: %s', async (_what, check, fault) => {
  expect(await outcomesOf(server.url, check)).toEqual(['passed']);
  const proxy = await startFaultyProxy(server.url, fault);
  const outcomes = await outcomesOf(proxy.url, check);
  proxy.close();
  expect(outcomes).toEqual(['failed']);
});

test('a server that answers 501 to everything does not conform, and each operation is named', async () => {
  const proxy = await startFaultyProxy(server.url, {
    after(passing) {
      const error = { message: 'not served', type: 'server_error', param: null, code: null };
      passing.status = 501;
      changeJson(passing, () => ({ error }));
    },
  });
  const report = await runConformance({ url: proxy.url, document, runs: 1, seed: 1 });
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
  const { results } = await runConformance({ url, document, runs: 1, seed: 1, only });
  return results.filter(({ name }) => name === only).map(({ outcome }) => outcome);
}

function isContent({ method, path, status }: Passing): boolean {
  return method === 'GET' && path.endsWith('/content') && status === 200;
}

function changeJson(passing: Passing, change: (body: Record<string, unknown>) => object): void {
  const body = JSON.parse(passing.body.toString() || '{}') as Record<string, unknown>;
  passing.head.set('content-type', 'application/json');
  passing.body = Buffer.from(JSON.stringify(change(body)));
}
