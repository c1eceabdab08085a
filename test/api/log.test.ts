import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({});
});
afterAll(() => server.close());

test('the log line of a refused request has the kind and the field, and nothing that the client sent', async () => {
  const client = createClient(server.url);
  await client.upload({ file: textFile('x'), purpose: 'sk-secret' });
  await client.upload({ file: textFile('x'), purpose: 'user_data' });
  const lines = () => server.log.filter((line) => line['operation'] === 'upload_file_v1_files_post');
  await until(() => lines().length === 2, 'both requests are logged');
  expect(lines().map((line) => [line['status'], line['refusal'], line['param']])).toEqual([
    [400, 'invalid', 'purpose'],
    [200, undefined, undefined],
  ]);
  expect(JSON.stringify(server.log)).not.toContain('sk-secret');
});
