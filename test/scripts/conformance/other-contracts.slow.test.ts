import { join } from 'node:path';
import { openDocument } from '../../../scripts/contract/read/document';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { runConformance } from '../../../scripts/conformance/run';
import type { ConformanceReport } from '../../../scripts/conformance/run';
import { generateAndLoad, readTestDocument } from '../contract/generated';
import { filesApi } from '../../../src/http/handlers';
import { notImplemented } from '../../../src/http/contract/calls';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';

const { root } = readDocumentFile(join(__dirname, '../../../openapi.json'));

/** The object at a path of keys. */
function at(document: JsonObject, ...keys: string[]): JsonObject {
  return keys.reduce((node, key) => node[key] as JsonObject, document);
}

const listAt = (document: JsonObject, ...keys: string[]) => at(document, ...keys) as unknown as Json[];
const form = (document: JsonObject) =>
  at(document, 'paths', '/v1/files', 'post', 'requestBody', 'content', 'multipart/form-data', 'schema');
const failed = ({ results }: ConformanceReport) =>
  results.filter(({ outcome }) => outcome === 'failed').map(({ operation, name }) => `${operation}: ${name}`);

/** What other operations there are is no matter here. */
const OF_FILES = ' /v1/files';
/** A whole run, on a machine that has other work. */
const RUN_MS = 120_000;

/** Whatever the contract says is what the server is held against: nothing of it is written into the checks. */
describe('Sluice, held against a contract that is not its own, is found out:', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ pair: 'memory' });
  });
  afterAll(() => server.close());

  test.each<[change: string, change: (document: JsonObject) => void, findings: string[]]>([
    [
      'other purposes, bounds, required fields and parameters',
      (document) => {
        const properties = at(form(document), 'properties');
        listAt(properties, 'purpose', 'enum').push('audio');
        at(properties, 'expires_after', 'properties', 'seconds')['minimum'] = 60;
        properties['title'] = { type: 'string', minLength: 2, maxLength: 5 };
        listAt(form(document), 'required').push('title');
        const [, limit, order] = listAt(document, 'paths', '/v1/files', 'get', 'parameters') as JsonObject[];
        if (!limit || !order) throw new Error('the contract has other parameters than this test knows');
        at(limit, 'schema', 'anyOf', '0')['maximum'] = 5000;
        listAt(order, 'schema', 'anyOf', '0', 'enum').push('random');
      },
      [
        "POST /v1/files: 'purpose' takes every value that the schema allows",
        "POST /v1/files: 'expires_after' in brackets takes every value that the schema allows",
        "POST /v1/files: 'expires_after' as a part of JSON takes every value that the schema allows",
        "POST /v1/files: an upload without 'title' is refused",
        "POST /v1/files: 'title' refuses every value that the schema forbids",
        "GET /v1/files: 'limit' refuses every value that the schema forbids",
        "GET /v1/files: 'order' takes every value that the schema allows",
      ],
    ],
    [
      'another answer, a status, a media type and a header that are not documented so',
      (document) => {
        listAt(document, 'components', 'schemas', 'FileObjectModel', 'required').push('checksum');
        delete at(document, 'paths', '/v1/files/{file_id}', 'get', 'responses')['404'];
        at(document, 'components', 'responses', 'UnsupportedMediaType')['content'] = { 'text/plain': {} };
        at(document, 'components', 'headers', 'UnsatisfiedRange')['schema'] = { type: 'integer' };
      },
      [
        'POST /v1/files: each answer 200 is as documented',
        'POST /v1/files: each answer 415 is as documented',
        'GET /v1/files: each answer 200 is as documented',
        'GET /v1/files/{file_id}: each answer 200 is as documented',
        'GET /v1/files/{file_id}: each answer 404 is as documented',
        'GET /v1/files/{file_id}/content: each answer 416 is as documented',
        'HEAD /v1/files/{file_id}/content: each answer 416 is as documented',
      ],
    ],
  ])(
    '%s',
    async (_what, change, findings) => {
      const changed = structuredClone(root);
      change(changed);
      const report = await runConformance({
        url: server.url,
        document: openDocument(changed),
        runs: 3,
        seed: 1,
        only: OF_FILES,
      });
      expect(failed(report).filter((line) => line.includes(OF_FILES))).toEqual(findings);
      const { data } = (await (await fetch(`${server.url}/v1/files`)).json()) as { data: unknown[] };
      expect(data).toEqual([]);
    },
    RUN_MS,
  );
});

test('an operation that the server does not serve yet is skipped, and said to be', async () => {
  const changed = structuredClone(root);
  const responses = structuredClone(at(changed, 'paths', '/v1/files/{file_id}', 'get', 'responses'));
  const parameters = [{ name: 'batch_id', in: 'path', required: true, schema: { type: 'string' } }];
  at(changed, 'paths')['/v1/batches/{batch_id}'] = { get: { operationId: 'get_batch', parameters, responses } };
  const { operations } = generateAndLoad(changed);
  const api = {
    document: changed,
    operations,
    createHandlers: (files: Parameters<typeof filesApi.createHandlers>[0]) => ({
      ...filesApi.createHandlers(files, { maxPartBytes: 64 * 1024 * 1024 }),
      get_batch: notImplemented,
    }),
  };
  const server = await startTestServer({ pair: 'memory', parts: { api } });
  const report = await runConformance({ url: server.url, document: openDocument(changed), runs: 1 });
  await server.close();
  expect(failed(report)).toEqual([]);
  const skipped = report.results.filter(
    ({ operation, outcome }) => operation.endsWith('{batch_id}') && outcome === 'skipped',
  );
  expect(skipped).toContainEqual(
    expect.objectContaining({
      name: 'an id that no file has is 404',
      reason: 'GET /v1/batches/{batch_id} is answered 501',
    }),
  );
  expect(skipped).toContainEqual(expect.objectContaining({ name: 'what it does when it succeeds is as documented' }));
});

test('a contract without files is read, and it is said what cannot be tried', async () => {
  const document = readTestDocument('files.yaml') as JsonObject;
  const { operations } = generateAndLoad(document);
  const server = await startTestServer({
    pair: 'memory',
    parts: { api: { document, operations, createHandlers: () => ({ createAlbum: notImplemented }) } },
  });
  const { results, conforms, notServed } = await runConformance({ url: server.url, document: openDocument(document) });
  await server.close();
  // nothing failed, and nothing is served
  expect([conforms, notServed]).toEqual([false, ['POST /albums']]);
  expect(results.map(({ operation, name, outcome }) => [operation, name, outcome])).toContainEqual([
    'POST /albums',
    'what it does when it succeeds is as documented',
    'skipped',
  ]);
});
