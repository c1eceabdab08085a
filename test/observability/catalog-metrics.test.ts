import { Registry } from 'prom-client';
import { addUsageMetrics } from '../../src/observability/catalog-metrics';
import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';

test('the metrics say what waits to be freed, and how busy the connections to the database are', async () => {
  let now = Math.floor(Date.now() / 1000);
  const server = await startTestServer({ env: { REAP_INTERVAL_SECONDS: '3600' }, parts: { now: () => now } });
  const client = createClient(server.url);
  const { expires_at } = (await client.upload({ file: textFile('x'), purpose: 'batch' })).json;
  await client.upload({ file: textFile('y'), purpose: 'user_data' });
  now = expires_at;
  const lines = (await (await fetch(`${server.url}/metrics`)).text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'sluice_blobs{state="doomed"} 0',
      'sluice_blobs_overdue_seconds{state="doomed"} 0',
      'sluice_reaper_backlog{what="expired_files"} 1',
      'sluice_reaper_backlog{what="blobs"} 0',
      'sluice_database_connections{pool="writer",state="waiting"} 0',
      expect.stringMatching(/^sluice_database_connections\{pool="reader",state="used"\} \d$/),
    ]),
  );
  await server.close();
});

test('the metrics say what each tenant uses, and what its quota allows where it has one', async () => {
  const server = await startTestServer({ env: { TENANT_MAX_BYTES: '100' } });
  await createClient(server.url).upload({ file: textFile('12345'), purpose: 'user_data' });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text.split('\n').filter((line) => line.startsWith('sluice_tenant_'))).toEqual([
    'sluice_tenant_files{tenant="default"} 1',
    'sluice_tenant_bytes{tenant="default"} 5',
    'sluice_tenant_max_bytes{tenant="default"} 100',
  ]);
  await server.close();
});

test('there are no values of usage while the catalog is away, and all other metrics', async () => {
  const registry = new Registry();
  const quota = { maxFiles: 1, maxBytes: 1 };
  const readUsages = jest.fn().mockRejectedValueOnce(new Error('away'));
  addUsageMetrics(registry, readUsages, () => quota);
  const values = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('sluice_'));
  expect(await values()).toEqual([]);
  readUsages.mockResolvedValue([{ tenant: 'a', files: 1, bytes: 2 }]);
  expect(await values()).toHaveLength(4);
  // one statement for each scrape
  expect(readUsages).toHaveBeenCalledTimes(2);
});
