import { createTenantTurns } from '../../src/catalog/tenant-turns';

/** Works that end when they are told to, and the order in which they began. */
function heldWorks(max: number, waitMs = 60_000) {
  const turns = createTenantTurns(max, waitMs);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (tenant: string, name: string) =>
    turns.run(tenant, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { turns, begun, ask, end };
}

describe('the turns of tenants', () => {
  it('let the one work of a tenant begin next, however many of another wait', async () => {
    const { begun, ask, end } = heldWorks(2);
    const many = Array.from({ length: 1000 }, (_, index) => ask('many', `many ${index}`));
    const one = ask('one', 'one');
    await end('many 0');
    await end('many 1');
    expect(begun).toEqual(['many 0', 'many 1', 'many 2', 'one']);
    await end('one');
    for (let index = 2; index < 1000; index += 1) await end(`many ${index}`);
    expect(await one).toBe('one');
    expect(await Promise.all(many)).toHaveLength(1000);
    expect(begun).toHaveLength(1001);
  });

  it('give a tenant that is alone every place, in order, and lose none', async () => {
    const { begun, ask, end } = heldWorks(2);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const works = names.map((name) => ask('alone', name));
    expect(begun).toEqual(['a', 'b']);
    for (const name of names) await end(name);
    expect(begun).toEqual(names);
    expect(await Promise.all(works)).toEqual(names);
    const later = ['f', 'g', 'h'];
    const more = later.map((name) => ask('alone', name));
    expect(begun.slice(names.length)).toEqual(['f', 'g']);
    for (const name of later) await end(name);
    expect(await Promise.all(more)).toEqual(later);
  });

  it('go on when a work fails or throws', async () => {
    const { turns } = heldWorks(1);
    const fail = () => turns.run('a', () => Promise.reject(new Error('broken')));
    const outcomes = await Promise.allSettled([fail(), fail(), turns.run('b', async () => 'done')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('end a wait that takes too long, and leave its place to others', async () => {
    const { begun, ask, end } = heldWorks(1, 20);
    const first = ask('a', 'first');
    await expect(ask('a', 'late')).rejects.toMatchObject({ kind: 'unavailable' });
    const next = ask('b', 'next');
    await end('first');
    expect(begun).toEqual(['first', 'next']);
    await end('next');
    expect(await Promise.all([first, next])).toEqual(['first', 'next']);
  });
});
