import type { Exchange } from '../../../src/http/connection/exchange';
import { createRouter } from '../../../src/http/contract/router';
import type { Answer } from '../../../src/http/connection/respond';

const PATHS: Readonly<Record<string, string>> = {
  '/users/': 'list',
  '/users/{user-id}/': 'read',
  '/users/me': 'me',
  '/files/{name}.{ext}': 'file',
  '/ranges/{from}-{to}/{x.y}': 'range',
  '/things/{id}:cancel': 'cancel',
  '/days/{year}-{month}-{day}': 'day',
  '/größe/{größe}': 'size',
  '/a b': 'space',
  '/(x)+': 'signs',
  '/': 'root',
};

const answer = (id: string, _: Exchange, _tenant: string, parameters: object) =>
  Promise.resolve({ id, ...parameters } as unknown as Answer);

/** What the router answers: the operation, and the parameters of the path. */
async function route(url: string): Promise<unknown> {
  const items = Object.entries(PATHS).map(([path, operationId]) => [path, { get: { operationId, responses: {} } }]);
  const referred = { '/referred/{id}': { $ref: '#/components/pathItems/Referred' } };
  const document = {
    openapi: '3.1.0',
    info: { title: 'Paths', version: '1' },
    paths: { ...Object.fromEntries(items), ...referred },
    components: { pathItems: { Referred: { get: { operationId: 'referred', responses: {} } } } },
  };
  const ids = [...Object.values(PATHS), 'referred'];
  const router = await createRouter(document, ids, answer);
  return router.route({ request: { method: 'GET', url } } as unknown as Exchange, 'default');
}

test.each<[url: string, id: string, parameters?: object]>([
  ['/users', 'list'],
  ['/users/', 'list'],
  ['/users/5/', 'read', { 'user-id': '5' }],
  ['/users/a%2Fb?c=d', 'read', { 'user-id': 'a/b' }],
  ['/users/me', 'me'],
  ['/files/a.b.txt', 'file', { name: 'a', ext: 'b.txt' }],
  ['/ranges/1-2/3', 'range', { from: '1', to: '2', 'x.y': '3' }],
  ['/things/7:cancel', 'cancel', { id: '7' }],
  ['/things/7:8:cancel', 'cancel', { id: '7:8' }],
  ['/days/2026-11-26', 'day', { year: '2026', month: '11', day: '26' }],
  ['/days/2026-11-26-27', 'day', { year: '2026', month: '11', day: '26-27' }],
  ['/gr%C3%B6%C3%9Fe/xl', 'size', { größe: 'xl' }],
  ['/a%20b', 'space'],
  ['/(x)+', 'signs'],
  ['/', 'root'],
  ['/referred/1', 'referred', { id: '1' }],
])('%s is %s', async (url, id, parameters = {}) => {
  expect(await route(url)).toEqual({ id, ...parameters });
});

test.each(['/users/5/6', '/files/a', '/x)+', '/users/%zz', '/days/2026-11', '/days/--'])('%s is none', async (url) => {
  await expect(route(url)).rejects.toMatchObject({ kind: expect.stringMatching(/^(not_found|invalid)$/) });
});

test('a long path of nothing but what stands between parameters is none, and read in linear time', async () => {
  // in cubic time it would take hours
  await expect(route(`/days/${'-'.repeat(100_000)}/1`)).rejects.toMatchObject({ kind: 'not_found' });
  await expect(route(`/days/${'1-'.repeat(50_000)}/1`)).rejects.toMatchObject({ kind: 'not_found' });
});

test('what a document says beside its routes does not reach the router, nor what no request can ask for', async () => {
  const document = {
    openapi: '3.1.0',
    security: [{ Unknown: [] }],
    paths: {
      '/a?b=1': { get: { operationId: 'withQuery' }, put: { operationId: 'put' } },
      '/a': { get: { operationId: 'plain', responses: { '200': { $ref: '#/gone' } } } },
      '/again': { get: { operationId: 'plain' } },
      '/circle': { $ref: '#/paths/~1circle' },
    },
  };
  const router = await createRouter(document, ['put', 'plain'], answer);
  const ask = (method: string, url: string) =>
    router.route({ request: { method, url } } as unknown as Exchange, 'default');
  expect(await ask('GET', '/a?b=1')).toEqual({ id: 'plain' });
  expect(await ask('PUT', '/a')).toEqual({ id: 'put' });
  await expect(ask('GET', '/again')).rejects.toMatchObject({ kind: 'not_implemented' });
  await expect(ask('GET', '/circle')).rejects.toMatchObject({ kind: 'not_found' });
});
