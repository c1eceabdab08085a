import { costsOf } from '../../src/commands/costs';
import { helpText } from '../../src/commands/help';
import { parseConfig } from '../../src/config/config';

test('what clients may cost follows from the settings, and is added up', () => {
  const costs = costsOf(
    parseConfig({
      MAX_FIELD_BYTES: '2MiB',
      MAX_CONNECTIONS: '6400',
      MAX_BUFFER_BYTES: '64MiB',
      MAX_JSON_BYTES: '4MiB',
    }),
  );
  expect(costs.slice(0, 3)).toEqual([
    'connection: a head of 16 KiB; with at most 6400 of them (MAX_CONNECTIONS) 100 MiB',
    'form: 2 MiB, and its fields up to 2 MiB (counted)',
    'JSON body: the bytes received, up to 4 MiB (counted)',
  ]);
  expect(costs.slice(-3)).toEqual([
    'answer that the client does not read: 256 KiB (counted)',
    'everything that is counted, of all clients: 64 MiB (MAX_BUFFER_BYTES)',
    'sum, without the process itself: 100 MiB + 256 MiB + 64 MiB = 420 MiB',
  ]);
});

test('of several workers each may cost that', () => {
  const costs = costsOf(parseConfig({ WORKERS: '4', MAX_CONNECTIONS: '64', MAX_BUFFER_BYTES: '1MiB' }));
  expect(costs.at(-1)).toBe(
    'sum, without the process itself: 1 MiB + 256 MiB + 1 MiB = 258 MiB, for each of 4 workers',
  );
});

test('the help adds up what the environment says, and the defaults where that has a fault', () => {
  expect(helpText({ MAX_BUFFER_BYTES: '77MiB' })).toContain('of all clients: 77 MiB (MAX_BUFFER_BYTES)');
  const faulty = helpText({ MAX_BUFFER_BYTES: '77MiB', PORT: 'abc' });
  expect(faulty).toContain('with the defaults, because the environment has a fault:');
  expect(faulty).not.toContain('77 MiB');
});
