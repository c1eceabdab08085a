import { AppError } from '../../src/errors';
import { createPlaces } from '../../src/files/places';
import type { Place } from '../../src/files/places';

const ending = new AbortController();
const never = ending.signal;
const ignore = () => undefined;
/** What still waits when its test is over. */
const waiting: unknown[] = [];
afterAll(async () => {
  ending.abort(new Error('the tests are over'));
  await Promise.allSettled(waiting);
});

test('a tenant that is alone takes every place, and the next upload waits until one is free', async () => {
  const places = createPlaces({ max: 3, waitSeconds: 60 });
  const held = [1, 2, 3].map(() => places.take('acme', ignore, never) as Place);
  const next = places.take('acme', ignore, never);
  expect(next).toBeInstanceOf(Promise);
  held[1]?.release();
  held[1]?.release();
  (await next).release();
  const again = [places.take('acme', ignore, never), places.take('acme', ignore, never)];
  waiting.push(...again);
  expect(again.map((place) => place instanceof Promise)).toEqual([false, true]);
});

test('a tenant below its share takes the place of the slowest upload of the tenant with the most', () => {
  const places = createPlaces({ max: 4, waitSeconds: 60 });
  const ended: string[] = [];
  const hold = (tenant: string, name: string) =>
    places.take(tenant, (reason) => ended.push(`${name} ${reason.kind}`), never) as Place;
  hold('acme', 'quick').moved(1e9);
  hold('acme', 'slow').moved(1);
  hold('acme', 'quicker').moved(2e9);
  hold('acme', 'quickest').moved(3e9);
  hold('zoo', 'first');
  expect(ended).toEqual(['slow timeout']);
  hold('zoo', 'second');
  expect(ended).toHaveLength(2);
  // each has its share now
  const more = ['zoo', 'acme'].map((tenant) => places.take(tenant, ignore, never));
  waiting.push(...more);
  for (const place of more) expect(place).toBeInstanceOf(Promise);
});

test('of those that wait the tenant with the fewest uploads is next', async () => {
  const places = createPlaces({ max: 2, waitSeconds: 60 });
  const [first] = [places.take('acme', ignore, never) as Place, places.take('zoo', ignore, never)];
  const order: string[] = [];
  const wait = async (tenant: string) => {
    await places.take(tenant, ignore, never);
    order.push(tenant);
  };
  waiting.push(wait('zoo'), wait('acme'));
  first.release();
  await new Promise(setImmediate);
  expect(order).toEqual(['acme']);
});

test('whoever waits in vain is told so, and whoever goes away while it waits leaves nothing', async () => {
  const places = createPlaces({ max: 1, waitSeconds: 0.02 });
  const only = places.take('acme', ignore, never) as Place;
  await expect(places.take('acme', ignore, never)).rejects.toMatchObject({ kind: 'busy' });
  const gone = new AbortController();
  const leaving = places.take('acme', ignore, gone.signal);
  gone.abort(new AppError('client_gone', 'gone'));
  await expect(leaving).rejects.toMatchObject({ kind: 'client_gone' });
  only.release();
  expect(places.take('acme', ignore, never)).not.toBeInstanceOf(Promise);
});
