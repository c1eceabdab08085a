import { startFakeS3 } from '../engines/fake-s3';
import type { FakeS3 } from '../engines/fake-s3';
import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { gaugesOf } from '../support/unread';
import { until } from '../support/until';

const MIB = 1024 * 1024;

let s3: FakeS3;
let server: TestServer;
beforeAll(async () => {
  s3 = await startFakeS3(20);
  // of parts of 8 MiB three at once
  server = await startTestServer({ env: { STORAGE_URL: s3.storageUrl, MAX_BUFFER_BYTES: '24MiB' } });
});
afterAll(async () => {
  await server.close();
  await s3.close();
});

test.each([
  ['200 small uploads', 200, 20_000],
  ['12 uploads of two parts, which need four times the memory that there is,', 12, 9 * MIB],
])(
  '%s to S3 at once all succeed, and give their memory back',
  async (_what, count, bytes) => {
    const client = createClient(server.url);
    // an upload that waits for memory is refused after 30 s: all of them together stay well below
    const file = textFile(new Uint8Array(bytes));
    const answers = await Promise.all(
      Array.from({ length: count }, () => client.upload({ file, purpose: 'user_data' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await until(async () => (await gaugesOf(server.url, ['sluice_buffer_bytes'])).join() === '0', 'all is given back');
  },
  120_000,
);
