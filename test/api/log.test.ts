import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({});
});
afterAll(() => server.close());

test('the log line of a refused request has the words that the client was told', async () => {
  const client = createClient(server.url);
  const { message } = (await client.upload({ file: textFile('x'), purpose: 'wrong' })).json.error;
  await client.upload({ file: textFile('x'), purpose: 'user_data' });
  const lines = () => server.log.filter((line) => line['operation'] === 'upload_file_v1_files_post');
  await until(() => lines().length === 2, 'both requests are logged');
  expect(lines().map((line) => [line['status'], line['refusal']])).toEqual([
    [400, message],
    [200, undefined],
  ]);
  expect(message).toContain("'wrong' is not one of");
});
