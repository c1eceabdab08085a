import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../package.json';
import { startAsTheReadmeSays } from './support/readme-start';
import { environmentFor, startServerProcess } from './support/server-process';
import { until } from './support/until';

const MAIN = join(__dirname, '../dist/src/main.js');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-program-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the start-up line', () => {
  test.each([
    [{}, 'no API keys: open to this machine'],
    [{ ALLOW_ANONYMOUS: 'true' }, 'no API keys: open to everyone'],
    [{ API_KEYS: 'acme:sk-acme-12345', ALLOW_ANONYMOUS: 'true' }, 'API keys required'],
  ])('of %j says who may come in', async (env, words) => {
    const server = await startServerProcess({ folder, env });
    expect(server.output()).toContain(`, ${words}"`);
    await server.end();
  });
});

describe('the README’s command', () => {
  test('ends with its server when npm alone is told to stop', async () => {
    const server = await startAsTheReadmeSays(folder);
    try {
      server.signalNpm('SIGTERM');
      const isGone = async () => (await fetch(`${server.url}/healthz`).catch(() => undefined)) === undefined;
      await until(isGone, 'nobody listens', 25);
    } finally {
      await server.stop();
    }
  }, 90_000);

  test('says which Node it needs to one that is too old', async () => {
    const pretend = join(folder, 'old.cjs');
    await writeFile(pretend, "Object.defineProperty(process.versions, 'node', { value: '18.20.4' });");
    const { status, stderr } = spawnSync(process.execPath, ['-r', pretend, MAIN]);
    expect([status, stderr.toString()]).toEqual([1, 'Sluice needs Node 20.19 or newer, and this is Node 18.20.4.\n']);
  });
});

describe('a program that cannot do its work says what is in the way', () => {
  test.each([
    [
      'a database',
      { DATABASE_URL: 'sqlite:FOLDER/file/db' },
      "The database '.*/file/db' cannot be created \\(ENOTDIR\\)\\.",
    ],
    ['a folder below /proc', { STORAGE_URL: 'file:/proc/none/blobs' }, "The folder '/proc/none/blobs' cannot be used"],
    [
      'a database below /proc',
      { DATABASE_URL: 'sqlite:/proc/none/db' },
      "The database '/proc/none/db' cannot be created",
    ],
    ['an address', { HOST: '192.0.2.1', ALLOW_ANONYMOUS: 'true' }, 'This machine has no address 192.0.2.1\\.'],
    ['a file that is no database', { DATABASE_URL: 'sqlite:FOLDER/file' }, "'.*/file' is not an SQLite database\\."],
    [
      'a database that is away',
      { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' },
      'Nothing answers at postgres://127.0.0.1:1/none \\(ECONNREFUSED\\)\\.',
    ],
  ])(
    'when it starts without %s: in one line on stderr, without a stack, at any level',
    async (_name, given, sentence) => {
      await writeFile(
        join(folder, 'file'),
        'no folder, and a text that is longer than the head of a database would be',
      );
      const env = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, value.replace('FOLDER', folder)]),
      );
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
        env: { ...process.env, ...environmentFor(folder), LOG_LEVEL: 'silent', ...env },
        timeout: 30_000,
      });
      expect([status, stdout.toString()]).toEqual([1, '']);
      expect(stderr.toString()).toMatch(new RegExp(`^Sluice cannot start: ${sentence}[^\\n]*\\n$`));
      expect(stderr.toString()).not.toContain('secret');
    },
  );

  test('when it knows an option or a variable not, and names what was probably meant', () => {
    const hint = 'Run it with --help to see all commands and variables.\n';
    expect(run(['--hlep'])).toEqual([2, `Sluice has no command or option '--hlep'.\n${hint}`]);
    expect(run(['constructor'])).toEqual([2, `Sluice has no command or option 'constructor'.\n${hint}`]);
    expect(run(['serve', '--port'])).toEqual([2, `Sluice has no command or option '--port'.\n${hint}`]);
    expect(run(['verify', '--csv'])).toEqual([2, `Sluice has no command or option '--csv'.\n${hint}`]);
    expect(run(['backup', '--help'])).toEqual([0, '']);
    const [status, text] = run([], { STORAGE_URI: 'file:x', PORT: 'x' });
    expect([status, text]).toEqual([
      1,
      expect.stringMatching(/^STORAGE_URI is .* Did you mean STORAGE_URL\?\nThe conf/),
    ]);
  });

  test('and says its version', () => {
    const { stdout } = spawnSync(process.execPath, [MAIN, '--version']);
    expect(stdout.toString()).toBe(`${version}\n`);
  });

  test('when it verifies', () => {
    const env = { ...process.env, ...environmentFor(folder), DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' };
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'verify'], {
      env: { ...env, STORAGE_URL: `file:${folder}` },
    });
    expect(status).toBe(2);
    expect(stderr.toString()).toMatch(
      /^The files could not be verified: Nothing answers at postgres:\/\/127\.0\.0\.1:1\/none \(ECONNREFUSED\)\./,
    );
    expect(stderr.toString()).not.toContain('secret');
  });
});

function run(args: string[], env: Record<string, string> = {}): [status: number | null, stderr: string] {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  return [status, stderr.toString()];
}
