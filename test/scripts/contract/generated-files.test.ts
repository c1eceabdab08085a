import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import type { JsonObject } from '../../../scripts/contract/read/document';
import { runScript } from '../../support/run-script';

const root = join(__dirname, '../../..');
const FILES = ['types.ts', 'calls.ts', 'operations.ts', 'validators.js', 'validators.d.ts'];
const DOCUMENTS = [
  'references.yaml',
  'recursive.json',
  'files.yaml',
  'pointers.yaml',
  'sides.yaml',
  'compositions.yaml',
];
const OPERATIONS = 300;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-generated-'));
  const large = join(folder, 'large.json');
  await writeFile(large, JSON.stringify(largeDocument(OPERATIONS)));
  const contract = join(root, 'openapi.json');
  const pairs = DOCUMENTS.map((name) => [join(__dirname, 'documents', name), join(folder, name)] as const);
  const all = [[large, join(folder, 'large')], ...pairs, [contract, join(folder, 'contract')]] as const;
  for (const [document, out] of all) {
    const { code, stderr } = await runScript('generate.ts', ['--document', document, '--out', out]);
    if (code !== 0) throw new Error(stderr);
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

test('300 operations whose schemas lead from one to the next are generated', async () => {
  const text = await readFile(join(folder, 'large/operations.ts'), 'utf8');
  expect(text.match(/operationId: /g)).toHaveLength(OPERATIONS);
});

test('the committed files are those of openapi.json, made in another folder and after other documents', async () => {
  for (const name of FILES) {
    const made = await readFile(join(folder, 'contract', name), 'utf8');
    expect(made).toBe(await readFile(join(root, 'generated', name), 'utf8'));
    expect(made.split('\n', 1)).toEqual(['// Generated from openapi.json by `npm run generate`. Do not edit.']);
    expect(made).not.toContain(folder);
  }
});

test('--check says nothing of files that are as they should be, and lists those that differ', async () => {
  const out = join(folder, 'files.yaml');
  const args = ['--check', '--document', join(__dirname, 'documents/files.yaml'), '--out', out];
  expect(await runScript('generate.ts', args)).toMatchObject({ code: 0, stderr: '' });
  await writeFile(join(out, 'validators.js'), `${await readFile(join(out, 'validators.js'), 'utf8')} `);
  await rm(join(out, 'validators.d.ts'));
  expect(await runScript('generate.ts', args)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^generated\/validators.js differs.*\ngenerated\/validators.d.ts differs.*\nRun /),
  });
});

test('types, descriptors and validators of every document fit together under strict', async () => {
  // calls.ts imports what it is written in from here
  await symlink(join(root, 'src'), join(folder, 'src'));
  const files = DOCUMENTS.map((name) => join(folder, `${name}.ts`));
  for (const [index, file] of files.entries()) await writeFile(file, useOf(`./${DOCUMENTS[index]}`));
  const values = join(folder, 'values.ts');
  await writeFile(values, COMPOSED);
  // and with them what must not compile over this contract
  expect(diagnose([...files, values, join(root, 'test/types/contract-types.ts')])).toEqual([]);
}, 120_000);

test('bytes are a file in a form and a string in JSON', async () => {
  expect(await readFile(join(folder, 'files.yaml/types.ts'), 'utf8')).toMatch(/photos: Blob\[\];/);
  expect(await readFile(join(folder, 'pointers.yaml/types.ts'), 'utf8')).toMatch(/bytes\?: string;/);
});

/** A program that uses generated files as src/http/ does. */
function useOf(generated: string): string {
  return `
import type { AnyHandler } from './src/http/contract/calls';
import type { OperationDescriptor } from './src/http/contract/descriptors';
import type { Handlers } from '${generated}/calls';
import { operations } from '${generated}/operations';
import type { operations as Types } from '${generated}/types';
declare const handlers: Handlers;
export const descriptors: Readonly<Record<string, OperationDescriptor>> = operations;
export const any: Readonly<Record<string, AnyHandler>> = handlers;
export const ids: Record<keyof Types, true> = {} as Record<keyof typeof operations, true>;
export const same: Record<keyof typeof operations, true> = {} as Record<keyof Handlers, true>;
export const handled: Record<keyof Handlers, true> = {} as Record<keyof Types, true>;
`;
}

/** What each type of compositions.yaml takes, and what it does not. */
const COMPOSED = `
import type { components } from './compositions.yaml/types';
type Of<Name extends keyof components['schemas']> = components['schemas'][Name];
export const certain: Of<'Certain'> = { a: '', b: 1 };
export const chosen: Of<'Chosen'>[] = [{ a: '' }, { b: '' }, ''];
export const cat: Of<'Cat'> = { kind: 'cat', name: '', lives: 9, other: true };
export const whole: Of<'Whole'> = { certain, cat, free: { anything: 1 } };
// @ts-expect-error the name is required
export const nameless: Of<'Cat'> = { kind: 'cat' };
// @ts-expect-error so is this
export const without: Of<'Certain'> = { b: 1 };
// @ts-expect-error and the name is a text
export const numbered: Of<'Cat'> = { kind: 'cat', name: 1 };
`;

function diagnose(files: string[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root);
  const program = ts.createProgram(files, {
    ...options,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

function largeDocument(count: number): JsonObject {
  const paths: JsonObject = {};
  const schemas: JsonObject = {};
  for (let index = 0; index < count; index += 1) {
    const $ref = `#/components/schemas/Model${index}`;
    paths[`/resources${index}/{id}`] = {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 1 } }],
      post: {
        operationId: `operation${index}`,
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, default: 20 } }],
        requestBody: { content: { 'application/json': { schema: { $ref } } } },
        responses: { '200': { description: 'Fine', content: { 'application/json': { schema: { $ref } } } } },
      },
    };
    schemas[`Model${index}`] = {
      type: 'object',
      required: ['id', 'kind'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        kind: { enum: ['a', 'b', `c${index}`] },
        created: { type: 'string', format: 'date-time' },
        amount: { type: 'number', minimum: 0 },
        next: { anyOf: [{ $ref: `#/components/schemas/Model${(index + 1) % count}` }, { type: 'null' }] },
        tags: { type: 'array', maxItems: 10, items: { type: 'string', pattern: '^[a-z]+$' } },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Large', version: '1' }, paths, components: { schemas } };
}
