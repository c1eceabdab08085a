import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, launchServer, startServerProcess } from '../scripts/soak/server-process';

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
