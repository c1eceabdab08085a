import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess } from '../scripts/soak/server-process';

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
