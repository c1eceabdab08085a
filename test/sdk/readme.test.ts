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
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** The examples under "Use it", as they are written, but for the address of the server. */
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

  function example(language: string): string {
    const section = /## Use it\n([^]*?)\n## /.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1] ?? '';
    const block = new RegExp('```' + language + '\\n([^]*?)```').exec(section)?.[1];
    if (block === undefined) throw new Error(`no example in ${language}`);
    return block.replaceAll('http://127.0.0.1:8080', server.url);
  }

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

  test.each([
    ['the openai SDK', 'js', 'mjs'],
    ['openapi-fetch and the generated types', 'ts', 'mts'],
  ])('with %s uploads, reads back and deletes', async (_client, language, extension) => {
    const program = `example.${extension}`;
    await writeFile(join(folder, program), `${example(language)}\nconsole.log(content);\n`);
    server.log.length = 0;
    const { stdout } = await run(bin('tsx'), [program], { cwd: folder });
    expect(stdout.trim()).toBe(readFileSync(join(folder, 'requests.jsonl'), 'utf8').trim());
    expect(requests()).toEqual(['upload_file 200', 'get_file_content 200', 'delete_file 200']);
  });

  describeWithOpenAiPython('with the openai SDK for Python', () => {
    test('uploads, reads back and deletes', async () => {
      const program = `${example('python')}\nprint(content.decode())`;
      server.log.length = 0;
      const { stdout } = await run(findPython('openai') ?? '', ['-c', program], { cwd: folder });
      expect(stdout.trim()).toBe(readFileSync(join(folder, 'requests.jsonl'), 'utf8').trim());
      expect(requests()).toEqual(['upload_file 200', 'get_file_content 200', 'delete_file 200']);
    });
  });

  test('in TypeScript compiles, and not with a purpose that the contract does not have', async () => {
    const options = '--noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node'.split(' ');
    const compile = async (source: string) => {
      await writeFile(join(folder, 'typed.mts'), source);
      return run(bin('tsc'), [...options, 'typed.mts'], { cwd: folder }).then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      );
    };
    expect(await compile(example('ts'))).toBe('');
    expect(await compile(example('ts').replace("purpose: 'batch'", "purpose: 'nonsense'"))).toContain(
      `Type '"nonsense"' is not assignable to type`,
    );
  });

  test('of what is wrong is what the server answers', async () => {
    const client = createClient(server.url);
    const { json } = await client.upload({ file: new Blob(['x']) });
    expect(json).toEqual(JSON.parse(example('json')));
  });
});
