import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../engines/find-python';
import { describeWithOpenAiPython } from '../engines/openai-python';
import { createClient } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
/** The id, the size, the day on which a batch file expires, and the content. */
const PRINTED = /^file-\w+: \d+ bytes, until 20\d\d-.*\n\{"custom_id":"1"/;
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** The examples of README and docs/api.md, as they are written, but for the address of the server. */
describe('the README’s example', () => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer();
    folder = await mkdtemp(join(tmpdir(), 'sluice-readme-'));
    for (const name of ['node_modules', 'generated']) await symlink(join(ROOT, name), join(folder, name));
    await writeFile(join(folder, 'requests.jsonl'), '{"custom_id":"1"}\n');
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function example(language: string, page = 'README.md', from = '## Use\n'): string {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const block = new RegExp('```' + language + '\\n([^]*?)```').exec(text.slice(text.indexOf(from)))?.[1];
    if (block === undefined) throw new Error(`no example in ${language}`);
    return block.replaceAll('http://127.0.0.1:8080', server.url);
  }

  const typed = () => example('ts', 'docs/api.md', '## A client with types');
  /** As the README says, under its first words. */
  const variables = () => ({ ...process.env, OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: 'unused' });

  /** What the server was asked, in order. */
  function requests(): string[] {
    return server.log.flatMap(({ operation, status }) =>
      typeof status === 'number' ? [`${String(operation)} ${status}`.replace(/_v1_files\S*/, '')] : [],
    );
  }

  test('with curl uploads and lists', async () => {
    const { stdout } = await run('bash', ['-ec', example('sh')], { cwd: folder });
    expect(stdout).toMatch(/^\{"id":"file-.*"status":"processed"\}.*"object":"list"/s);
  });

  test('names the variables that let every script of an SDK work as it is', () => {
    const { OPENAI_BASE_URL, OPENAI_API_KEY } = variables();
    expect(example('sh', 'README.md', '# Sluice')).toBe(
      `export OPENAI_BASE_URL=${OPENAI_BASE_URL} OPENAI_API_KEY=${OPENAI_API_KEY}\n`,
    );
  });

  test.each([
    ['js', 'example.mjs'],
    ['python', 'example.py'],
  ])('in %s is the file examples/%s', (language, name) => {
    expect(readFileSync(join(ROOT, 'examples', name), 'utf8')).toBe(example(language));
  });

  test('with the openai SDK uploads, prints what is stored, and keeps it', async () => {
    await writeFile(join(folder, 'example.mjs'), example('js'));
    server.log.length = 0;
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder, env: variables() });
    expect(stdout).toMatch(PRINTED);
    expect(requests()).toEqual(['upload_file 200', 'get_file_content 200']);
  });

  test('with openapi-fetch and the generated types uploads, reads back and deletes', async () => {
    await writeFile(join(folder, 'example.mts'), `${typed()}\nconsole.log(content);\n`);
    server.log.length = 0;
    const { stdout } = await run(bin('tsx'), ['example.mts'], { cwd: folder });
    expect(stdout.trim()).toBe(readFileSync(join(folder, 'requests.jsonl'), 'utf8').trim());
    expect(requests()).toEqual(['upload_file 200', 'get_file_content 200', 'delete_file 200']);
  });

  describeWithOpenAiPython('with the openai SDK for Python', () => {
    test('uploads, prints what is stored, and keeps it', async () => {
      server.log.length = 0;
      const options = { cwd: folder, env: variables() };
      const { stdout } = await run(findPython('openai') ?? '', ['-c', example('python')], options);
      expect(stdout).toMatch(PRINTED);
      expect(requests()).toEqual(['upload_file 200', 'get_file_content 200']);
    });
  });

  test('in TypeScript compiles, and not with a purpose that the contract does not have', async () => {
    const options = '--noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node'.split(' ');
    await writeFile(join(folder, 'typed.mts'), typed());
    await writeFile(join(folder, 'wrong.mts'), typed().replace("purpose: 'batch'", "purpose: 'nonsense'"));
    const { stdout } = await run(bin('tsc'), [...options, 'typed.mts', 'wrong.mts'], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    const faults = stdout.match(/^\w+\.mts.*/gm);
    expect(faults).toEqual([expect.stringMatching(/^wrong\.mts.*Type '"nonsense"' is not assignable to type/)]);
  });

  test('of what is wrong is what the server answers', async () => {
    const client = createClient(server.url);
    const { json } = await client.upload({ file: new Blob(['x']) });
    expect(json).toEqual(JSON.parse(example('json')));
  });
});
