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
    'a connection: its head, 16 KiB; 6400 at most (MAX_CONNECTIONS), 100 MiB',
    'a form: 2 MiB and its fields, 2 MiB (charged)',
    'a body of JSON: what has come, 4 MiB at most (charged)',
  ]);
  expect(costs.slice(-3)).toEqual([
    'an answer that is not read: 256 KiB (charged)',
    'all that is charged, of all clients: 64 MiB (MAX_BUFFER_BYTES)',
    'the sum, beside the process itself: 100 MiB + 256 MiB + 64 MiB = 420 MiB',
  ]);
});

test('of several workers each may cost that', () => {
  const costs = costsOf(parseConfig({ WORKERS: '4', MAX_CONNECTIONS: '64', MAX_BUFFER_BYTES: '1MiB' }));
  expect(costs.at(-1)).toBe(
    'the sum, beside the process itself: 1 MiB + 256 MiB + 1 MiB = 258 MiB, for each of 4 workers',
  );
});

test('the help adds up what the environment says, and the defaults where that has a fault', () => {
  expect(helpText({ MAX_BUFFER_BYTES: '77MiB' })).toContain('of all clients: 77 MiB (MAX_BUFFER_BYTES)');
  const faulty = helpText({ MAX_BUFFER_BYTES: '77MiB', PORT: 'abc' });
  expect(faulty).toContain('by the defaults, since the environment has a fault:');
  expect(faulty).not.toContain('77 MiB');
});
