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
