import type { AppError } from '../../src/errors';
import { HttpError } from '../../src/http/http-error';
import { createPool } from '../../src/shares/pool';
import type { Pool, PoolOptions, Share } from '../../src/shares/pool';

const ending = new AbortController();
const ignore = () => undefined;
const claim = { onEvicted: ignore, ending };
const poolOf = (options: Partial<PoolOptions>): Pool =>
  createPool({ max: 1, waitSeconds: 60, busy: 'busy', evicted: 'evicted', ...options });
const takeNow = (pool: Pool, tenant: string, units = 1, onEvicted = ignore): Share => {
  const share = pool.take(tenant, { units, onEvicted });
  if (share instanceof Promise) throw new Error(`${tenant} has to wait`);
  return share;
};
/** What still waits when its test is over. */
const waiting: unknown[] = [];
afterAll(async () => {
  ending.abort(new Error('the tests are over'));
  await Promise.allSettled(waiting);
});

test('a tenant that is alone takes every place, and the next upload waits until one is free', async () => {
  const places = poolOf({ max: 3 });
  const held = [1, 2, 3].map(() => takeNow(places, 'acme'));
  const next = places.take('acme', claim);
  expect(next).toBeInstanceOf(Promise);
  held[1]?.release();
  held[1]?.release();
  (await next).release();
  const again = [places.take('acme', claim), places.take('acme', claim)];
  waiting.push(...again);
  expect(again.map((place) => place instanceof Promise)).toEqual([false, true]);
});

test('a tenant below its share takes the place of the slowest upload of the tenant with the most', () => {
  const places = poolOf({ max: 4 });
  const ended: string[] = [];
  const hold = (tenant: string, name: string, bytes = 0) => {
    const onEvicted = (reason: AppError) => void ended.push(`${name} ${reason.kind}`);
    expect(places.take(tenant, { onEvicted, bytesMoved: () => bytes })).not.toBeInstanceOf(Promise);
  };
  hold('acme', 'quick', 1e9);
  hold('acme', 'slow', 1);
  hold('acme', 'quicker', 2e9);
  hold('acme', 'quickest', 3e9);
  hold('zoo', 'first');
  expect(ended).toEqual(['slow timeout']);
  hold('zoo', 'second');
  expect(ended).toHaveLength(2);
  // each has its share now
  const more = ['zoo', 'acme'].map((tenant) => places.take(tenant, claim));
  waiting.push(...more);
  for (const place of more) expect(place).toBeInstanceOf(Promise);
});

test('of those that wait the tenant with the fewest uploads is next', async () => {
  const places = poolOf({ max: 2 });
  const [first] = [takeNow(places, 'acme'), places.take('zoo', claim)];
  const order: string[] = [];
  const wait = async (tenant: string) => {
    await places.take(tenant, claim);
    order.push(tenant);
  };
  waiting.push(wait('zoo'), wait('acme'));
  first.release();
  await new Promise(setImmediate);
  expect(order).toEqual(['acme']);
});

test('whoever waits in vain is told so, and whoever goes away while it waits leaves nothing', async () => {
  const places = poolOf({ max: 1, waitSeconds: 0.02 });
  const only = takeNow(places, 'acme');
  await expect(places.take('acme', claim)).rejects.toMatchObject({ kind: 'busy' });
  const gone = new AbortController();
  const leaving = places.take('acme', { ending: gone });
  gone.abort(new HttpError('client_gone', 'gone'));
  await expect(leaving).rejects.toMatchObject({ kind: 'client_gone' });
  only.release();
  expect(places.take('acme', claim)).not.toBeInstanceOf(Promise);
});

test('of the long lists of a tenant two are read at once, and those of another do not wait for them', async () => {
  const turns = poolOf({ max: Infinity, maxPerTenant: 2, waitSeconds: Infinity });
  const ends = [await turns.take('acme'), await turns.take('acme')];
  const order: string[] = [];
  const third = (async () => {
    const turn = await turns.take('acme');
    order.push('third');
    return turn;
  })();
  await turns.take('zoo');
  order.push('zoo');
  expect(order).toEqual(['zoo']);
  ends[0]?.release();
  ends[0]?.release();
  (await third).release();
  ends[1]?.release();
  expect(order).toEqual(['zoo', 'third']);
});

test('a share of bytes grows with what comes, and gives all of it back', async () => {
  const bytes = poolOf({ max: 100 });
  const share = takeNow(bytes, 'acme', 30);
  await share.grow(30);
  expect(bytes.held()).toBe(60);
  const other = takeNow(bytes, 'acme', 40);
  const growing = share.grow(10);
  expect(bytes.held()).toBe(100);
  other.release();
  await growing;
  expect(bytes.held()).toBe(70);
  share.release();
  share.release();
  expect(bytes.held()).toBe(0);
});

test('for a large claim of a tenant below its share as many of another are ended as it takes, down to their share', () => {
  const bytes = poolOf({ max: 100 });
  const ended: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) takeNow(bytes, 'acme', 20, () => void ended.push(name));
  takeNow(bytes, 'zoo', 35);
  expect([ended.length, bytes.held()]).toEqual([2, 95]);
  const more = bytes.take('zoo', { units: 30, ending });
  expect(more).toBeInstanceOf(Promise);
  waiting.push(more);
});

test('what is taken in the middle of a wait does not come back', async () => {
  const pool = poolOf({ max: 2 });
  const first = takeNow(pool, 'acme');
  const second = takeNow(pool, 'acme');
  const growing = first.grow(1);
  first.release();
  second.release();
  await growing;
  expect(pool.held()).toBe(0);
});

test('of a pool nobody waits for, there is one share or none', () => {
  const pool = poolOf({});
  const share = pool.tryTake('acme');
  expect(pool.tryTake('zoo')).toBeUndefined();
  share?.release();
  expect(pool.tryTake('zoo')).toBeDefined();
});

test('what one can do without is there while half of the pool is free, and gone with the share', () => {
  const bytes = poolOf({ max: 100 });
  const share = takeNow(bytes, 'acme', 20);
  expect([share.growIfPlentiful(31), share.growIfPlentiful(30), bytes.held()]).toEqual([false, true, 50]);
  share.release();
  expect([share.growIfPlentiful(1), bytes.held()]).toEqual([false, 0]);
});

test('whoever is ended while it waits for more is told so at once', async () => {
  const bytes = poolOf({ max: 100 });
  const share = takeNow(bytes, 'acme', 100);
  const growing = share.grow(1);
  takeNow(bytes, 'zoo', 10);
  await expect(growing).rejects.toMatchObject({ kind: 'timeout', message: 'evicted' });
});

test('of tenants with as many units the one whose claim came first is next', async () => {
  const places = poolOf({ max: 1 });
  const held = takeNow(places, 'acme');
  const served: string[] = [];
  const take = async (tenant: string) => {
    const place = await places.take(tenant, { ending });
    served.push(tenant);
    place.release();
  };
  const claims = ['acme', 'zoo', 'acme', 'zoo', 'bar'].map(take);
  held.release();
  await Promise.all(claims);
  expect(served).toEqual(['acme', 'zoo', 'acme', 'zoo', 'bar']);
});
