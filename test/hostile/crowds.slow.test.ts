import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseUploads } from '../../scripts/refusals/table';
import { floodAfterRefusal, pipelineUnread, stickClients } from '../../scripts/soak/hostile-clients';

/** The same code as `npm run soak -- --only hostile-clients`, which takes 500 of each. */
describe('40 hostile clients (of 500 in the soak)', () => {
  const clients = 40;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('that are stuck in their bodies keep nobody out, and are gone when their time is up', async () => {
    expect((await stickClients({ folder, clients, where: 'body', idleSeconds: 3 })).violations).toEqual([]);
  });

  test('that never stop sending after a refusal are gone within seconds', async () => {
    expect((await floodAfterRefusal({ folder, clients, length: 'too long' })).violations).toEqual([]);
  });

  test('that read none of fifty downloads each cost little', async () => {
    expect((await pipelineUnread({ folder, clients: 4, downloads: 50, idleSeconds: 1 })).violations).toEqual([]);
  });
});

/** The same code as `npm run soak -- --only refusals`, which takes 1 GiB and a dozen clients. */
describe('curl, alone and through nginx where that is installed', () => {
  test('reads why 16 MiB are refused, whatever the reason', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-refusals-'));
    const { violations } = await refuseUploads({ folder, bytes: 16 * 1024 * 1024, only: 'curl, without Expect' });
    expect(violations).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
