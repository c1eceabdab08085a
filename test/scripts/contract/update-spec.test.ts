import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isObject } from '../../../scripts/contract/read/document';
import type { JsonObject } from '../../../scripts/contract/read/document';
import { writeFiles } from '../../../scripts/contract/generate/files';
import { readHandlerTable } from '../../../scripts/contract/compare/handlers';
import type { UpdateReport } from '../../../scripts/contract/compare/report';
import { parseText } from '../../../scripts/contract/read/text';
import { runScript } from '../../support/run-script';
import type { Outcome } from '../../support/script-host';

const root = join(__dirname, '../../..');
const WRITTEN = ['contract/published.json', 'openapi.json', 'generated/types.ts', 'generated/operations.ts'];

/** A project to update: the contract, what is generated from it, and the handlers. */
let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'sluice-update-'));
  for (const path of ['contract', 'generated', 'openapi.json'])
    await cp(join(root, path), join(project, path), { recursive: true });
  await mkdir(join(project, 'src/http'), { recursive: true });
  await writeFile(join(project, 'src/http/handlers.ts'), await readFile(join(root, 'src/http/handlers.ts'), 'utf8'));
});

afterEach(() => rm(project, { recursive: true }));

/** The next published document: siblings of the upload, batches, a field with another name, a value less. */
async function nextPublished(): Promise<JsonObject> {
  const next = await readObject(join(root, 'contract/published.json'));
  const { paths, components } = next;
  if (!isObject(paths) || !isObject(components) || !isObject(components['schemas'])) throw new Error('no paths');
  // what Sluice infers today, the publisher publishes tomorrow
  for (const action of await overlayActions()) {
    if (!isObject(action['update']) || action['x-unless-present'] === undefined) continue;
    if (action['target'] === '$.components.schemas') Object.assign(components['schemas'], action['update']);
    if (action['target'] !== '$.paths') continue;
    for (const [path, item] of Object.entries(action['update'])) paths[path] = Object.assign(paths[path] ?? {}, item);
  }
  paths['/v1/newest'] = {
    post: {
      operationId: 'create_newest',
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { '200': { description: 'Fine' } },
    },
  };
  const { schemas } = components;
  schemas['FileObjectModel'] = parseText(
    JSON.stringify(schemas['FileObjectModel']).replaceAll('"filename"', '"name"'),
    'renamed',
  );
  const text = JSON.stringify(next).replace('"vision","user_data","evals"', '"user_data","evals"');
  const renamed = parseText(text, 'renamed');
  if (!isObject(renamed)) throw new Error('no object');
  return renamed;
}

async function overlayActions(): Promise<JsonObject[]> {
  const { actions } = await readObject(join(root, 'contract/overlay.yaml'));
  return [actions ?? []].flat().filter(isObject);
}

async function readObject(path: string): Promise<JsonObject> {
  const value = parseText(await readFile(path, 'utf8'), path);
  if (!isObject(value)) throw new Error(`${path} is no object`);
  return value;
}

function updateSpec(...args: string[]): Promise<Outcome> {
  return runScript('update-spec.ts', ['--root', project, ...args], project);
}

async function written(): Promise<string[]> {
  return Promise.all(WRITTEN.map((path) => readFile(join(project, path), 'utf8')));
}

test('a dry run reports the document at a URL as JSON and writes nothing', async () => {
  const document = JSON.stringify(await nextPublished());
  const server = createServer((_request, response) => response.end(document));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const before = await written();
  const { code, stdout } = await updateSpec(`http://127.0.0.1:${port}/openapi.json`, '--dry-run', '--json');
  server.close();
  const report: UpdateReport = JSON.parse(stdout);
  expect(code).toBe(2);
  expect(report).toMatchObject({
    isBreaking: true,
    isWritten: false,
    added: [{ method: 'POST', path: '/v1/newest', operationId: 'create_newest' }],
    removed: [],
    todo: { missing: ['create_newest'], stale: [] },
  });
  expect(report.changes.map(({ level, label, what, component }) => [level, component, `${label}: ${what}`])).toEqual([
    ['breaking', undefined, 'body.purpose: the value "vision" was removed'],
    [
      'breaking',
      'FileObjectModel',
      'FileObjectModel: the field filename was removed (name, which is new, has the same schema: was it renamed?)',
    ],
    ['note', 'FileObjectModel', 'FileObjectModel: the required field name was added'],
    [
      'breaking',
      'UploadModel',
      'UploadModel.file: the field filename was removed (name, which is new, has the same schema: was it renamed?)',
    ],
    ['note', 'UploadModel', 'UploadModel.file: the required field name was added'],
  ]);
  expect(report.notes).toContain('contract/overlay.yaml, action 1 (List files): the document has this by itself now');
  expect(await written()).toEqual(before);
});

test('an update writes the contract with our additions, says what is to do, and going back leaves no difference', async () => {
  const before = await written();
  await writeFile(join(project, 'next.yaml'), stringify(await nextPublished()));
  const update = await updateSpec('next.yaml');
  expect(update).toMatchObject({ code: 2, stderr: '' });
  expect(update.stdout).toContain('+ POST /v1/newest (create_newest)');
  expect(update.stdout).toContain('write a handler, or `create_newest: notImplemented` for now');
  const contract = await readObject(join(project, 'openapi.json'));
  // additions and deviations survive, and new operations get the errors of all
  expect(contract).toHaveProperty(
    ['paths', '/v1/newest', 'post', 'responses', '501', '$ref'],
    '#/components/responses/NotImplemented',
  );
  expect(contract).toHaveProperty(['paths', '/v1/files/{file_id}/content', 'head']);
  expect(contract).toHaveProperty(['components', 'schemas', 'FilePurpose', 'enum'], expect.arrayContaining(['evals']));
  expect(await readFile(join(project, 'generated/operations.ts'), 'utf8')).toContain("operationId: 'create_newest'");

  const back = await updateSpec(join(root, 'contract/published.json'));
  expect(back.stdout).toContain('! POST /v1/newest: was removed\n      BREAKS: clients that call it find nothing');
  expect(await written()).toEqual(before);
});

test('what is accepted breaks nobody, and exit codes follow the level that is asked for', async () => {
  await writeFile(join(project, 'next.json'), JSON.stringify(await nextPublished()));
  const lines = [
    '# agreed with all clients',
    'request body.purpose: the value "vision" was removed',
    'answer FileObjectModel: the field filename was removed (name, which is new, has the same schema: was it renamed?)',
    'answer UploadModel.file: the field filename was removed (name, which is new, has the same schema: was it renamed?)',
    'request body.size: is now required',
  ];
  const accepted = join(project, 'contract/accepted-breaks.txt');
  await writeFile(accepted, lines.join('\n'));
  const outcomes = [];
  for (const level of ['breaking', 'look', 'note'])
    outcomes.push(await updateSpec('next.json', '--dry-run', '--fail-on', level));
  await rm(accepted);
  const [byDefault, atALook, atANote] = outcomes;
  expect(byDefault?.stdout).toContain(`Accepted (3)\n  ${lines[1]}\n  ${lines[2]}\n  ${lines[3]}\n`);
  expect(byDefault?.stdout).toContain(`contract/accepted-breaks.txt: this update has no such change: ${lines[4]}`);
  expect(byDefault?.stdout).toContain('Nothing breaks existing clients. Nothing was written.');
  expect([byDefault?.code, atALook?.code, atANote?.code]).toEqual([0, 0, 2]);
});

test.each(['openapi.json', 'contract/overlay.yaml'])(
  '%s is no document to take over, and it is said what is',
  async (path) => {
    const before = await written();
    const { code, stderr } = await updateSpec(path);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${path}: is no published document. What you want to add belongs into contract/overlay.yaml`,
    );
    expect(await written()).toEqual(before);
  },
);

test('an invalid document is refused with what is wrong behind the overlay, and nothing is written', async () => {
  const before = await written();
  const next = await nextPublished();
  next['info'] = { title: 'x' };
  delete next['tags'];
  if (isObject(next['components'])) delete next['components']['schemas'];
  await writeFile(join(project, 'refused.json'), JSON.stringify(next));
  const { code, stdout, stderr } = await updateSpec('refused.json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('refused.json cannot be used, because of ');
  expect(stderr).toContain("#/info: is no valid OpenAPI: must have required property 'version'");
  expect(stderr).toContain('contract/overlay.yaml: action ');
  expect(stderr).toContain('points at nothing');
  expect(await written()).toEqual(before);
});

test.each<[what: string, document: () => Promise<string>, words: string]>([
  [
    'a field with a misspelt name',
    async () => JSON.stringify(await nextPublished()).replace('"requestBody"', '"requestbody"'),
    'requestbody',
  ],
  [
    'a key twice',
    async () => JSON.stringify(await nextPublished()).replace('{', '{"info":{},'),
    '#/info: is there twice',
  ],
  ['no text', async () => '', 'an OpenAPI document is an object'],
])('%s is refused with its place and no stack, and nothing is written', async (_what, document, words) => {
  const before = await written();
  await writeFile(join(project, 'refused.json'), await document());
  const { code, stdout, stderr } = await updateSpec('refused.json', '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(await written()).toEqual(before);
});

test.each<[what: string, path: string, words: string]>([
  ['a table of handlers that cannot be read', 'src/http/handlers.ts', 'has no object of the type Handlers'],
  ['a contract that is broken already', 'openapi.json', 'openapi.json: cannot be compared with it: '],
])('%s is said before anything is written', async (_what, path, words) => {
  const text = await readFile(join(project, path), 'utf8');
  await writeFile(join(project, path), '{}');
  const before = await written();
  await writeFile(join(project, 'next.json'), JSON.stringify(await nextPublished()));
  const { code, stderr } = await updateSpec('next.json');
  const after = await written();
  await writeFile(join(project, path), text);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(after).toEqual(before);
});

test('all files are written or none', async () => {
  const [first, second] = [join(project, 'all/first'), join(project, 'all/second')];
  await mkdir(`${second}.new`, { recursive: true });
  const files = new Map([first, second].map((path) => [path, 'new']));
  expect(() => writeFiles(files)).toThrow(`${second}: cannot be written: `);
  expect(await readdir(join(project, 'all'))).toEqual(['second.new']);
  await rm(`${second}.new`, { recursive: true });
  writeFiles(files);
  expect(await readdir(join(project, 'all'))).toEqual(['first', 'second']);
});

test.each([['no-such-file.json'], ['--no-such-option'], ['.'], ['--fail-on=often']])(
  '%s is answered with a sentence and no stack',
  async (argument) => {
    const { code, stderr } = await updateSpec(argument);
    expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, lines: 1 });
  },
);

test('the table of handlers is read from the source, with what is not implemented', async () => {
  const path = join(project, 'table.ts');
  await writeFile(
    path,
    'export function create(): Handlers { return { async a() {}, b: notImplemented, "c-d": () => 1 }; }',
  );
  expect(readHandlerTable(path)).toEqual({ handled: ['a', 'c-d'], notImplemented: ['b'] });
  await writeFile(path, 'export const table: Handlers = ({ a, notImplemented });');
  expect(readHandlerTable(path)).toEqual({ handled: ['a'], notImplemented: ['notImplemented'] });
  await writeFile(path, 'export const table: Handlers = { ...others };');
  expect(() => readHandlerTable(path)).toThrow('a handler is written as name and function, not as ...others');
  await writeFile(path, 'export const table = {};');
  expect(() => readHandlerTable(path)).toThrow('no object of the type Handlers');
});
