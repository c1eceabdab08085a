import { MAX_BATCH, grouped } from '../../src/catalog/group-commit';

/** A `run` that notes its batches and waits to be let go. */
function heldRun() {
  const batches: number[][] = [];
  const held: (() => void)[] = [];
  const run = (items: number[]) => {
    batches.push(items);
    return new Promise<(item: number) => string>((resolve) => held.push(() => resolve((item) => `done ${item}`)));
  };
  const release = async (count: number) => {
    while (held.length < count) await new Promise(setImmediate);
    held[count - 1]?.();
  };
  return { batches, run, release };
}

describe('a group commit', () => {
  it('makes what arrives while a batch runs the next batch, and gives each its own result', async () => {
    const { batches, run, release } = heldRun();
    const commit = grouped(run);
    const first = [commit(1), commit(2)];
    while (batches.length === 0) await new Promise(setImmediate);
    const second = [commit(3), commit(4), commit(5)];
    await release(1);
    expect(await Promise.all(first)).toEqual(['done 1', 'done 2']);
    await release(2);
    expect(await Promise.all(second)).toEqual(['done 3', 'done 4', 'done 5']);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('bounds a batch, in the order of arrival', async () => {
    const batches: number[][] = [];
    const run = async (items: number[]) => {
      batches.push(items);
      return (item: number) => item;
    };
    const items = Array.from({ length: 2 * MAX_BATCH + 1 }, (_, item) => item);
    await Promise.all(items.map(grouped(run)));
    expect(batches).toEqual([items.slice(0, MAX_BATCH), items.slice(MAX_BATCH, -1), items.slice(-1)]);
  });

  it('shares a batch that is full between tenants, each in its order', async () => {
    const batches: string[][] = [];
    const run = async (items: string[]) => {
      batches.push(items);
      return (item: string) => item;
    };
    const commit = grouped(run, (item) => item.split(' ', 1)[0] ?? '');
    const many = Array.from({ length: 3 * MAX_BATCH }, (_, index) => `many ${index}`);
    await Promise.all([...many, 'few 0', 'few 1'].map(commit));
    expect(batches[0]?.slice(0, 6)).toEqual(['many 0', 'few 0', 'many 1', 'few 1', 'many 2', 'many 3']);
    expect(batches.map((batch) => batch.length)).toEqual([MAX_BATCH, MAX_BATCH, MAX_BATCH, 2]);
    expect(batches.flat().filter((item) => item.startsWith('many'))).toEqual(many);
  });

  it('tries each alone when a batch fails for a fault that may be of one item, so that the bad one fails alone', async () => {
    const batches: number[][] = [];
    const run = async (items: number[]) => {
      batches.push(items);
      if (items.includes(2)) throw new TypeError('two');
      return (item: number) => item;
    };
    const outcomes = await Promise.allSettled([1, 2, 3].map(grouped(run)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([[1, 2, 3], [1], [2], [3]]);
  });

  it('tries nothing again when nobody can know what was done', async () => {
    let runs = 0;
    const run = async (): Promise<(item: number) => number> => {
      runs += 1;
      throw new Error('lost connection');
    };
    const commit = grouped(run);
    const outcomes = await Promise.allSettled([1, 2, 3].map(commit));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(runs).toBe(1);
    await expect(commit(4)).rejects.toThrow('lost connection');
    expect(runs).toBe(2);
  });
});
