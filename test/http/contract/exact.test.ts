import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../../..');

const HEAD = `
import type {
  Handlers, Answers, get_file_content_v1_files__file_id__content_get_304_Headers,
} from '${join(root, 'generated/calls')}';
type File = Extract<Answers['get_file_v1_files__file_id__get']['body'], { id: string }>;
declare const file: File;
declare function withOther(): File & { other: string };
declare function documentedAndOther(): get_file_content_v1_files__file_id__content_get_304_Headers & { 'x-other': string };
export const handlers: Partial<Handlers> = {
`;

/** Each is one handler, and what the compiler says of it. */
const FAULTS: readonly [what: string, handler: string, says: RegExp][] = [
  [
    'a field that a helper has made',
    'async get_file_v1_files__file_id__get(call) { return call.answer({ status: 200, body: withOther() }); },',
    /"get_file_v1_files__file_id__get\.body\.other is not documented"/,
  ],
  [
    'a header that a helper has made',
    'async get_file_content_v1_files__file_id__content_get(call) { return call.answer({ status: 304, headers: documentedAndOther() }); },',
    /"get_file_content_v1_files__file_id__content_get\.headers\.x-other is not documented"/,
  ],
  [
    'a required header that is missing',
    'async head_file_content_v1_files__file_id__content_head(call) { return call.answer({ status: 304, headers: {} }); },',
    /head_file_content_v1_files__file_id__content_head_304_Headers/,
  ],
  [
    'a field of an item of a list',
    `async list_files_v1_files_get(call) { return call.answer({ status: 200, body:
      { data: [withOther()], first_id: null, last_id: null, has_more: false } }); },`,
    /"list_files_v1_files_get\.body\.data\.other is not documented"/,
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-exact-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the compiler says in two lines what an operation does not document', async () => {
  const path = join(folder, 'handlers.ts');
  await writeFile(path, `${HEAD}${FAULTS.map(([, handler]) => handler).join('\n')}\n};\n`);
  const found = diagnose(path);
  expect(found).toEqual(FAULTS.map(([, , says]) => expect.stringMatching(says)));
  for (const text of found) expect(text.split('\n').length).toBeLessThanOrEqual(2);
}, 120_000);

function diagnose(file: string): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [file] }, ts.sys, root);
  const typeRoots = [join(root, 'node_modules/@types')];
  const program = ts.createProgram([file], { ...options, types: ['node'], typeRoots });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
