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
  await until(async () => (await count('sluice_reaped_total{what="freed"}')) === '1', 'the reaper has been by');
  expect(await count('sluice_reaped_total{what="expired"}')).toBe('1');
  await server.close();
});

test('the metrics count refusals, bytes, calls of the engines, and say what runs and how much room there is', async () => {
  const server = await startTestServer({});
  const client = createClient(server.url);
  await client.upload({ file: textFile('x'.repeat(100_000)), purpose: 'user_data' });
  await client.upload({ file: textFile('x'), purpose: 'wrong' });
  const scrape = async () => (await fetch(`${server.url}/metrics`)).text();
  let text = '';
  await until(async () => {
    text = await scrape();
    return (
      /^sluice_refusals_total\{kind="invalid"\} 1$/m.test(text) &&
      Number(/^sluice_reaper_last_run_timestamp_seconds ([\d.]+)$/m.exec(text)?.[1]) > 1e9
    );
  }, 'the refusal is counted, and the reaper has been by');
  expect(Number(/^sluice_received_bytes_total (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(100_000);
  expect(Number(/^sluice_free_bytes\{disk="storage"\} (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(text).toMatch(/^sluice_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
  expect(text).toMatch(/^sluice_engine_duration_seconds_count\{engine="catalog",call="\w+"\} [1-9]/m);
  expect(text).toMatch(/^sluice_engine_duration_seconds_count\{engine="storage",call="put"\} 1$/m);
  expect(text).toMatch(/^sluice_sqlite_log_bytes \d+$/m);
  await server.close();
});
