import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAsTheReadmeSays } from './support/readme-start';
import { environmentFor, launchServer, startServerProcess } from './support/server-process';
import { until } from './support/until';

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
    const main = join(__dirname, '../dist/src/main.js');
    const { status, stderr } = spawnSync(process.execPath, ['-r', pretend, main]);
    expect([status, stderr.toString()]).toEqual([1, 'Sluice needs Node 20.19 or newer, and this is Node 18.20.4.\n']);
  });
});

describe('a program that cannot do its work says what is in the way', () => {
  test('when it starts', async () => {
    await writeFile(join(folder, 'file'), 'no folder');
    const { child, output, ended } = launchServer({ folder, env: { DATABASE_URL: `sqlite:${folder}/file/db` } });
    await ended;
    expect(child.exitCode).toBe(1);
    expect(output()).toMatch(/"msg":"Sluice cannot start: The database is not available\. EEXIST/);
  });

  test('when it verifies', () => {
    const main = join(__dirname, '../dist/src/main.js');
    const env = { ...process.env, ...environmentFor(folder), DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' };
    const { status, stderr } = spawnSync(process.execPath, [main, 'verify'], {
      env: { ...env, STORAGE_URL: `file:${folder}` },
    });
    expect(status).toBe(2);
    expect(stderr.toString()).toMatch(
      /^It could not be verified: The database is not available\. .*ECONNREFUSED 127\.0\.0\.1:1/,
    );
    expect(stderr.toString()).not.toContain('secret');
  });
});
