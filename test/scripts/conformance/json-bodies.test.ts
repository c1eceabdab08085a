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
import { startFaultyProxy } from './faulty-proxy';

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
  const file = (paths['/v1/files/{file_id}'] as JsonObject)['get'] as JsonObject;
  paths['/v1/files/{file_id}/again'] = { get: { ...file, operationId: 'get_file_again' } };
  return document;
}

const EXAMPLES = {
  valid: { value: { text: 'an example', kind: 'plain' } },
  invalid: { value: { text: '', kind: 'an example' } },
};
const document = contractWith({
  parameters: [{ name: 'tone', in: 'query', schema: { type: 'string' }, example: 'loud' }],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: NOTE as unknown as Json, examples: EXAMPLES } },
  },
});

async function make_note(call: AnyCall) {
  return call.answer({ status: 200, body: { id: 'note-1', note: await call.readJson?.() } });
}

const createHandlers: Api['createHandlers'] = (files) => {
  const handlers = filesApi.createHandlers(files, { maxPartBytes: 64 * 1024 * 1024 });
  const { get_file_v1_files__file_id__get: get_file_again } = handlers;
  if (!get_file_again) throw new Error('the contract has another name for it');
  return { ...handlers, make_note, get_file_again };
};

const conform = (url: string, only: string) =>
  runConformance({ url, document: openDocument(structuredClone(document)), runs: 60, seed: 3, only });

test('Sluice with one JSON operation more conforms, and every kind of check was made of it', async () => {
  const { operations } = generateAndLoad(document);
  const server = await startTestServer({ pair: 'memory', parts: { api: { document, operations, createHandlers } } });
  const { results } = await conform(server.url, 'POST /v1/notes');
  expect(await outcomesOfReading(server.url)).toEqual(['passed', 'passed']);
  const proxy = await startFaultyProxy(server.url, {
    after(passing) {
      if (passing.path.endsWith('/again')) passing.body = Buffer.from('{"object":"fine"}');
    },
  });
  expect(await outcomesOfReading(proxy.url)).toEqual(['passed', 'failed']);
  proxy.close();
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

/** A GET that is no part of a store of files, and below one of its files. */
async function outcomesOfReading(url: string) {
  const title = 'GET /v1/files/{file_id}/again';
  const { results } = await conform(url, `${title}: what it does`);
  return results.filter(({ operation }) => operation === title).map(({ outcome }) => outcome);
}

test.each<[what: string, status: number, request: string]>([
  ['refuses what the contract has as a valid example', 400, 'the example {"text":"an example","kind":"plain"}'],
  ['refuses a valid example of a parameter', 400, 'the example "loud"'],
  ['takes what the contract has as an example of what is wrong', 200, 'the example {"text":"","kind":"an example"}'],
])('a server that %s is found out', async (_what, status, request) => {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { results } = await conform(`http://127.0.0.1:${port}`, 'every value that the schema');
  server.close();
  const asked = results.flatMap(({ findings }) => findings.map((finding) => finding.request));
  expect(asked.filter((line) => line.includes('/v1/notes'))).toContainEqual(expect.stringContaining(request));
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
