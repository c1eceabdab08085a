import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import type { AnyCall } from '../../../src/http/contract/calls';
import { runScript } from '../../support/run-script';
import type { Outcome } from '../../support/script-host';
import { startTestServer } from '../../support/server';
import { loadGenerated } from './generated';

const root = join(__dirname, '../../..');
const OK = { '200': { description: 'Fine' } };
const json = (schema: Json): JsonObject => ({ content: { 'application/json': { schema } } });

/** One fault of each kind that wild documents have, and an operation without one. */
const WILD: JsonObject = {
  openapi: '3.1.0',
  info: { title: 'Wild', version: '1' },
  paths: {
    '/plain': { get: { operationId: 'plain', responses: OK } },
    '/nameless': { get: { responses: OK } },
    '/again': { get: { operationId: 'plain', responses: OK } },
    '/plain?beta=true': { get: { operationId: 'beta', responses: OK } },
    '/formats': {
      post: { operationId: 'formats', requestBody: json({ type: 'string', format: 'phone' }), responses: OK },
    },
    '/keywords': {
      post: { operationId: 'keywords', requestBody: json({ $ref: '#/components/schemas/Odd' }), responses: OK },
    },
    '/defaults': {
      get: {
        operationId: 'defaults',
        parameters: [
          { name: 'a', in: 'query', schema: { type: 'integer', default: 'x' } },
          { name: 'b', in: 'query', schema: { type: 'object', properties: { c: { type: 'string' } } } },
          { name: 'b', in: 'query', schema: { type: 'string' } },
        ],
        responses: OK,
      },
    },
    '/lost/{id}': { get: { operationId: 'lost', responses: { '200': { $ref: '#/components/responses/Gone' } } } },
    '/form': {
      post: {
        operationId: 'form',
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['gone', 'there', 'away'],
                additionalProperties: { type: 'string' },
                properties: {
                  there: { type: 'array', items: { properties: { f: { type: 'string', format: 'binary' } } } },
                },
              },
            },
          },
        },
        responses: OK,
      },
    },
  },
  components: {
    schemas: {
      Odd: { type: 'object', labels: ['x'], properties: { a: { type: 'file' }, b: { pattern: '(?P<x>.)' } } },
    },
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', in: 'header' } },
  },
};

/** A project whose contract is one operation, and which has no overlay. */
let project: string;
let wild: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'sluice-wild-'));
  for (const name of ['contract', 'src/http']) await mkdir(join(project, name), { recursive: true });
  await cp(join(root, 'src/http/handlers.ts'), join(project, 'src/http/handlers.ts'));
  await cp(join(root, 'openapi.json'), join(project, 'openapi.json'));
  wild = join(project, 'wild.yaml');
  await writeFile(wild, stringify(WILD));
});
afterAll(() => rm(project, { recursive: true }));

function run(script: string, ...args: string[]): Promise<Outcome> {
  return runScript(script, args, project);
}

const plain = async (call: AnyCall) => call.answer({ status: 200 });
const out = () => join(project, 'generated');

test('all that is wrong with a document is said at once, each with its place and an action against it', async () => {
  const { code, stderr } = await run('generate.ts', '--document', wild, '--out', out());
  expect(code).toBe(1);
  expect(stderr).toContain('wild.yaml cannot be used, because of ');
  const places = [
    '#/paths/~1nameless/get: has no operationId',
    '#/paths/~1again/get/operationId: "plain" is already',
    '#/paths/~1plain?beta=true/get: no request can tell it from #/paths/~1plain/get',
    '/schema/format: the format "phone" is not known',
    '#/components/schemas/Odd/labels: the keyword "labels" is not known',
    '#/components/schemas/Odd/properties/a/type: is no JSON Schema',
    '#/components/schemas/Odd/properties/b/pattern: "(?P<x>.)" is no regular expression',
    '#/paths/~1defaults/get/parameters/1: an object in a query parameter needs the style deepObject',
    '#/paths/~1defaults/get/parameters/2: the query parameter b is declared twice',
    '#/paths/~1lost~1{id}/get/responses/200/$ref: "#/components/responses/Gone" points at nothing',
    '#/paths/~1lost~1{id}/get: the path parameter {id} is not declared',
    '/schema/required: requires "gone"',
    '/schema/required: requires "away"',
    '/schema/additionalProperties: the fields of a form have names',
    '/properties/there/items/properties/f: a file cannot be inside of another field',
    '#/components/securitySchemes/bearer: is no valid OpenAPI: must NOT have',
  ];
  expect(places.filter((place) => !stderr.includes(place))).toEqual([]);
  expect(stderr).toContain(
    "    - target: $.paths['/nameless'].get\n      update:\n        operationId: get_nameless\n",
  );
}, 60_000);

test('one fault at many places is told once, with their number and what they have in common', async () => {
  const fields = Array.from({ length: 21 }, (_, index) => [
    `f${index}`,
    { type: 'string', order: index, pattern: '(' },
  ]);
  const many = join(project, 'many.yaml');
  const schemas = { Many: { type: 'object', properties: Object.fromEntries(fields) } };
  const requestBody = json({ $ref: '#/components/schemas/Many' });
  const paths = { '/many': { post: { operationId: 'many', requestBody, responses: OK } } };
  // its schema of 3.0 refuses what is no keyword, everywhere
  const document = { openapi: '3.0.3', info: WILD['info'], paths, components: { schemas } };
  await writeFile(many, stringify(document));
  const { stderr } = await run('generate.ts', '--document', many, '--out', out());
  const [, ...lines] = stderr.split('\n');
  expect(lines.slice(0, 9)).toEqual([
    expect.stringMatching(/^#.*Many.properties.f0.order: the keyword "order" is not known: .* at 20 other places\)$/),
    '    - target: $',
    '      update:',
    '        x-annotation-keywords:',
    '          - order',
    expect.stringMatching(/^#.*f0.pattern: "\(" is no regular expression: .* \(and at 20 other places\)$/),
    expect.stringMatching(/^ {4}- target: .*f0.pattern$/),
    '      remove: true',
    '    # and 20 more like this',
  ]);
}, 60_000);

test('one suggested overlay, which keeps what is ours, makes the document pass in one round', async () => {
  const ours =
    '# a remark of ours\noverlay: 1.0.0\nactions:\n  - target: $.info\n    update: { title: Ours }\n  - target: $.gone\n    remove: true\n';
  await writeFile(join(project, 'contract/overlay.yaml'), ours);
  const suggested = await run('update-spec.ts', wild, '--root', project, '--suggest-overlay');
  expect(suggested).toMatchObject({ code: 0, stderr: '' });
  expect(suggested.stdout).toContain('left out: contract/overlay.yaml: action 2: its target $.gone selects nothing');
  await rename(join(project, 'contract/overlay.suggested.yaml'), join(project, 'contract/overlay.yaml'));
  expect(await readFile(join(project, 'contract/overlay.yaml'), 'utf8')).toMatch(/^# a remark of ours\n/);
  const updated = await run('update-spec.ts', wild, '--root', project);
  expect({ ...updated, stdout: '' }).toEqual({ code: 2, stdout: '', stderr: '' });
  const contract: JsonObject = JSON.parse(await readFile(join(project, 'openapi.json'), 'utf8'));
  expect(contract).toMatchObject({
    info: { title: 'Ours' },
    'x-annotation-formats': ['phone'],
    'x-annotation-keywords': ['labels'],
  });
  const operations = Object.keys(contract['paths'] as JsonObject);
  // what no request can reach is the only thing that is lost
  expect(operations).toEqual(Object.keys(WILD['paths'] as JsonObject));
  const text = await readFile(join(project, 'generated/operations.ts'), 'utf8');
  expect(text.match(/operationId: '\w+'/g)).toHaveLength(operations.length - 1);
}, 120_000);

test('an operation that cannot be checked is left out by name where that is asked for, and answered 501', async () => {
  const { code, stderr } = await run('generate.ts', '--document', wild, '--out', out(), '--skip-unsupported');
  expect(code).toBe(1);
  expect(stderr).toContain('#/components/securitySchemes/bearer: is no valid OpenAPI');
  const document = structuredClone(WILD);
  delete (document['components'] as JsonObject)['securitySchemes'];
  await writeFile(wild, stringify(document));
  const skipped = await run('generate.ts', '--document', wild, '--out', out(), '--skip-unsupported');
  expect(skipped.code).toBe(0);
  expect(skipped.stderr).toContain('left out, and answered 501: POST /keywords: #/components/schemas/Odd');
  const { operations } = await loadGenerated(out());
  expect(Object.keys(operations)).toEqual(['plain']);
  const api = { document, operations, createHandlers: () => ({ plain }) };
  const server = await startTestServer({ pair: 'memory', parts: { api } });
  const statuses = ['/plain', '/plain?beta=true', '/nameless', '/again', '/lost/1'].map(async (path) => {
    const response = await fetch(`${server.url}${path}`);
    return response.status;
  });
  expect(await Promise.all(statuses)).toEqual([200, 200, 501, 501, 501]);
  await server.close();
}, 120_000);

test('a document of several files is made one; other servers are asked only where that is allowed', async () => {
  const server = createServer((_request, response) =>
    response.end(stringify({ Far: { type: 'string', maxLength: 3 } })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const main = join(project, 'parts/main.yaml');
  await mkdir(join(project, 'parts/paths'), { recursive: true });
  await writeFile(
    join(project, 'parts/paths/things.yaml'),
    stringify({
      post: { operationId: 'things', requestBody: json({ $ref: '../schemas.yaml#/Near' }), responses: OK },
    }),
  );
  await writeFile(
    join(project, 'parts/schemas.yaml'),
    stringify({
      Near: {
        type: 'object',
        properties: { far: { $ref: `http://127.0.0.1:${port}/schemas#/Far` }, self: { $ref: '#/Near' } },
      },
    }),
  );
  await writeFile(
    main,
    stringify({
      openapi: '3.1.0',
      info: { title: 'Parts', version: '1' },
      paths: { '/things': { $ref: 'paths/things.yaml' } },
    }),
  );
  const refused = await run('generate.ts', '--document', main, '--out', out());
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`schemas.yaml#/Near/properties/far`);
  expect(refused.stderr).toContain('is on another server: allow it with --allow-remote');
  const made = await run('generate.ts', '--document', main, '--out', out(), '--allow-remote');
  server.close();
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const body = (await loadGenerated(out())).operations['things']?.body?.content['application/json'];
  const validate = body?.kind === 'json' ? body.validate : undefined;
  expect([{ far: 'abc' }, { self: { far: 'abc' } }].map((value) => validate?.(value))).toEqual([true, true]);
  expect([{ far: 'abcd' }, { self: { far: 'abcd' } }].map((value) => validate?.(value))).toEqual([false, false]);
}, 60_000);

test('--help says what can be done', async () => {
  const { code, stdout } = await run('generate.ts', '--help');
  expect(code).toBe(0);
  for (const option of [
    '--check',
    '--document',
    '--out',
    '--overlay',
    '--skip-unsupported',
    '--allow-remote',
    'x-annotation-formats',
  ])
    expect(stdout).toContain(option);
}, 60_000);
