import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import { runConformance } from '../../../scripts/conformance/run';
import { printResult } from '../../../scripts/conformance/report';
import { openDocument } from '../../../scripts/contract/read/document';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import type { Api } from '../../../src/http/contract/api';
import type { AnyCall } from '../../../src/http/contract/calls';
import { filesApi } from '../../../src/http/handlers';
import { startTestServer } from '../../support/server';
import { generateAndLoad } from '../contract/generated';

const NOTE = {
  type: 'object',
  required: ['text', 'kind'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 20 },
    kind: { type: 'string', enum: ['plain', 'rich'] },
    size: { anyOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'null' }] },
    code: { type: 'string', pattern: '^[a-c]{2,4}$' },
    day: { type: 'string', format: 'date' },
    labels: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', maxLength: 5 } },
    place: {
      type: 'object',
      required: ['x'],
      properties: { x: { type: 'number', minimum: 0 }, y: { type: 'number' } },
    },
  },
};
const MADE = { type: 'object', required: ['id', 'note'], properties: { id: { type: 'string' }, note: NOTE } };

/** The contract with one operation more, as a maintainer would add it. */
function contractWith(operation: JsonObject): JsonObject {
  const { root } = readDocumentFile(join(__dirname, '../../../openapi.json'));
  const document = structuredClone(root);
  const paths = document['paths'] as JsonObject;
  const list = (paths['/v1/files'] as JsonObject)['get'] as JsonObject;
  const success = { description: 'Made', content: { 'application/json': { schema: MADE as unknown as Json } } };
  const responses = {
    ...(list['responses'] as JsonObject),
    '200': success,
    '413': { $ref: '#/components/responses/ContentTooLarge' },
    '415': { $ref: '#/components/responses/UnsupportedMediaType' },
  };
  paths['/v1/notes'] = { post: { operationId: 'make_note', responses, ...operation } };
  return document;
}

const document = contractWith({
  requestBody: { required: true, content: { 'application/json': { schema: NOTE as unknown as Json } } },
});

async function make_note(call: AnyCall) {
  return call.answer({ status: 200, body: { id: 'note-1', note: await call.readJson?.() } });
}

const createHandlers: Api['createHandlers'] = (files) => ({
  ...filesApi.createHandlers(files, { maxPartBytes: 64 * 1024 * 1024 }),
  make_note,
});

const conform = (url: string, only: string) =>
  runConformance({ url, document: openDocument(structuredClone(document)), runs: 60, seed: 3, only });

test('Sluice with one JSON operation more conforms, and every kind of check was made of it', async () => {
  const { operations } = generateAndLoad(document);
  const server = await startTestServer({ pair: 'memory', parts: { api: { document, operations, createHandlers } } });
  const { results } = await conform(server.url, 'POST /v1/notes');
  await server.close();
  expect(results.filter(({ outcome }) => outcome === 'failed').map((result) => printResult(result))).toEqual([]);
  expect(results.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "'text' takes every value that the schema allows",
      "'text' refuses every value that the schema forbids",
      "'labels' refuses every value that the schema forbids",
      "'place' refuses every value that the schema forbids",
      "a body without 'kind' is refused",
      'the body refuses every value that the schema forbids',
      'a body that is no JSON is refused',
      'any body is taken or refused as its schema says',
      'a body of a petabyte is refused by its Content-Length alone',
      'each answer 200 is as documented',
    ]),
  );
});

/** Takes any JSON, and answers what it got. */
test('a server that takes any JSON is found out', async () => {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    json(request).then(
      (note) => answer(200, { id: 1, note }),
      () => answer(400, {}),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { results } = await conform(`http://127.0.0.1:${port}`, 'POST /v1/notes');
  server.close();
  const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  expect(failed).toEqual(
    expect.arrayContaining([
      "'text' refuses every value that the schema forbids",
      "'size' refuses every value that the schema forbids",
      "'place' refuses every value that the schema forbids",
      "a body without 'text' is refused",
      'the body refuses every value that the schema forbids',
      'any body is taken or refused as its schema says',
      'each answer 200 is as documented',
    ]),
  );
  expect(failed).not.toContain("'text' takes every value that the schema allows");
});
