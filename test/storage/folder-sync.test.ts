import { sharedSync } from '../../src/storage/folder-sync';
import { rejectionOf } from './blob-fixtures';

/** A sync that ends when the test says so. */
function manualSync() {
  const runs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const sync = sharedSync(() => new Promise<void>((resolve, reject) => runs.push({ resolve, reject })));
  return { runs, sync };
}

describe('sharedSync', () => {
  it('starts at once when none runs', () => {
    const { runs, sync } = manualSync();
    void sync.begin()();
    expect(runs).toHaveLength(1);
  });

  it('makes those that ask while one runs share the next, and not the one that runs', async () => {
    const { runs, sync } = manualSync();
    const settled: string[] = [];
    const ask = (name: string) =>
      sync
        .begin()()
        .then(() => settled.push(name));
    const asked = [ask('first'), ask('second'), ask('third')];
    runs[0]?.resolve();
    await asked[0];
    expect(settled).toEqual(['first']);
    expect(runs).toHaveLength(2);
    const last = ask('fourth');
    runs[1]?.resolve();
    await Promise.all(asked);
    expect(runs).toHaveLength(3);
    runs[2]?.resolve();
    await last;
    expect(settled).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('fails whoever had begun before a failure: its change may be lost though the next sync succeeds', async () => {
    const { runs, sync } = manualSync();
    const error = new Error('EIO');
    const early = sync.begin();
    const asked = rejectionOf(sync.begin()());
    runs[0]?.reject(error);
    expect(await asked).toBe(error);
    const late = rejectionOf(early());
    runs[1]?.resolve();
    expect(await late).toBe(error);
  });

  it('serves those that begin after a failure', async () => {
    const { runs, sync } = manualSync();
    const asked = rejectionOf(sync.begin()());
    runs[0]?.reject(new Error('EIO'));
    await asked;
    const next = sync.begin()();
    runs[1]?.resolve();
    await expect(next).resolves.toBeUndefined();
  });
});
