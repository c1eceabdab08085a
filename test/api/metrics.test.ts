import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';
import { until } from '../support/until';

test('the metrics count the bytes of files that were committed, what expired, and what was freed', async () => {
  let now = Math.floor(Date.now() / 1000);
  const server = await startTestServer({ env: { REAP_INTERVAL_SECONDS: '1' }, parts: { now: () => now } });
  const client = createClient(server.url);
  const count = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length + 1);
  };
  const { expires_at } = (await client.upload({ file: textFile('x'.repeat(1000)), purpose: 'batch' })).json;
  await client.upload({ file: textFile('x'.repeat(200)), purpose: 'user_data' });
  await client.upload({ file: textFile('x'.repeat(30)), purpose: 'wrong' });
  expect(await count('sluice_uploaded_bytes_total')).toBe('1200');
  now = expires_at;
  await until(async () => (await count('sluice_reaped_total{what="expired"}')) === '1', 'the reaper has been by');
  expect(await count('sluice_reaped_total{what="freed"}')).toBe('1');
  await server.close();
});
