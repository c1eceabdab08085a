import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

const PROGRAM = `import { parseConfig, startServer } from 'sluice';
import type { RunningServer } from 'sluice';
import type { components } from 'sluice/types';

type FileObject = components['schemas']['FileObjectModel'];

async function main(): Promise<void> {
  const config = parseConfig({ PORT: '0', DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:', LOG_LEVEL: 'silent' });
  const server: RunningServer = await startServer(config);
  const form = new FormData();
  form.append('purpose', 'batch' satisfies FileObject['purpose']);
  form.append('file', new Blob(['hello']), 'hello.txt');
  const file = (await (await fetch(server.url + '/v1/files', { method: 'POST', body: form })).json()) as FileObject;
  console.log(file.filename, file.bytes);
  await server.close();
}

void main();
`;

describe('the package, installed in an empty folder', () => {
  let folder: string;
  let warnings: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-consumer-'));
    const { stdout } = await run(bin('tsx'), [join(ROOT, 'scripts/package.ts'), folder], { cwd: ROOT });
    await writeFile(join(folder, 'package.json'), '{"name":"consumer","private":true}');
    const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    ({ stderr: warnings } = await run('npm', ['install', ...flags, stdout.trim()], { cwd: folder }));
    // what its install script would download or compile for minutes
    await cp(join(ROOT, 'node_modules/sqlite3/build'), join(folder, 'node_modules/sqlite3/build'), { recursive: true });
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/node', 'undici-types']) {
      await cp(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    }
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true }));

  test('wants no other Node than this one', () => {
    expect(warnings).not.toContain('EBADENGINE');
  });

  test('is used from TypeScript, its declarations checked too, and not with a purpose that the contract does not have', async () => {
    await writeFile(join(folder, 'program.ts'), PROGRAM);
    await writeFile(join(folder, 'wrong.ts'), PROGRAM.replace("'batch' satisfies", "'nonsense' satisfies"));
    const options = '--strict --target es2022 --module node16 --types node program.ts wrong.ts'.split(' ');
    const { stdout: complaints } = await run(bin('tsc'), options, { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(complaints.match(/^\S.*/gm)).toEqual([expect.stringMatching(/^wrong\.ts.*"nonsense"/)]);
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: folder });
    expect(stdout).toBe('hello.txt 5\n');
  }, 90_000);

  test('starts by npx, has the page at /, and conforms to its own contract', async () => {
    const env = { ...process.env, PORT: '0', DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:' };
    const child = spawn('npx', ['--no-install', 'sluice'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          const found = /Sluice listens on (http:[^ ,"]+)/.exec(output)?.[1];
          if (found) resolve(found);
        });
        child.once('exit', () => reject(new Error(`it ended: ${output}`)));
      });
      const page = await fetch(url, { headers: { accept: 'text/html' } });
      expect(await page.text()).toContain('web/page.js');
      const { stdout } = await run('npx', ['--no-install', 'sluice', 'conformance', '--url', url, '--runs', '3'], {
        cwd: folder,
      });
      expect(stdout).toMatch(/0 failed|conforms/);
    } finally {
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
  }, 120_000);

  test('brings no source, no test and no folder of data', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'node_modules/sluice/package.json'), 'utf8')) as object;
    for (const name of ['private', 'scripts', 'devDependencies']) expect(manifest).not.toHaveProperty(name);
    for (const name of ['src', 'test', 'scripts', 'web', 'data']) {
      await expect(readFile(join(folder, 'node_modules/sluice', name))).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });
});
