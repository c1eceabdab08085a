import { parseConfig } from '../../src/config/config';
import { costsOf } from '../../src/commands/costs';

test('what a client may cost follows from the settings', () => {
  const costs = costsOf(parseConfig({ MAX_FIELD_BYTES: '2MiB', MAX_CONNECTIONS: '50', MAX_BUFFER_BYTES: '64MiB' }));
  expect(costs.slice(0, 2)).toEqual([
    'a connection: its head, 16 KiB (50 at most)',
    'a form: 2 MiB and its fields, 2 MiB (charged)',
  ]);
  expect(costs.slice(-2)).toEqual([
    'an answer that is not read: 256 KiB (charged)',
    'all that is charged, of all clients: MAX_BUFFER_BYTES, 64 MiB',
  ]);
  expect(costsOf(parseConfig({}))[0]).toBe('a connection: its head, 16 KiB (as many as descriptors allow)');
});
