import { openBlobStore } from '../../../src/storage/open';
import { parseStorageUrl } from '../../../src/storage/storage-url';
import { describeWithS3, ownS3Availability, startOwnS3, startS3 } from '../../engines/s3';
import type { TestS3 } from '../../engines/s3';
import { MIB, bytesOf, listed, mintKey, putBytes, readBytes, rejectionOf } from '../blob-fixtures';
import { describeBlobStore } from '../blob-store-suite';
import { describeWhere } from '../describe-where';
import { describeS3Faults } from './fault-suite';

const own = ownS3Availability();

describeWithS3('on a real S3 server', () => {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await startS3();
  }, 120_000);
  afterAll(() => s3?.remove());

  const open = (bucket: string, endpoint = s3.endpoint) =>
    openBlobStore(parseStorageUrl(`s3://${bucket}/a/prefix?endpoint=${endpoint}`));

  describeBlobStore('s3:', async () => ({ store: await open(await s3.createBucket()) }));

  describe('the S3 store', () => {
    it('says at start that a bucket is missing', async () => {
      const error = await rejectionOf(open('no-such-bucket'));
      expect(error).toMatchObject({
        message: expect.stringMatching(/^The bucket no-such-bucket cannot be used: NoSuchBucket/),
      });
    });

    it('says at start that nobody answers, and at which bucket', async () => {
      const url = 's3://bucket?endpoint=http://127.0.0.1:1&region=eu-west-1';
      expect(await rejectionOf(openBlobStore(parseStorageUrl(url)))).toMatchObject({
        message: expect.stringMatching(/^The bucket bucket cannot be used: .*ECONNREFUSED/),
      });
    }, 60_000);

    it('makes parts large enough for the largest blob, and states the memory for it', async () => {
      const bucket = await s3.createBucket();
      const settings = parseStorageUrl(`s3://${bucket}?endpoint=${s3.endpoint}&concurrency=2`);
      const small = await openBlobStore(settings, { maxBytes: 512 * MIB });
      const huge = await openBlobStore(settings, { maxBytes: 200_000 * MIB });
      expect(small.putMemoryBytes).toBe(3 * 8 * MIB);
      expect(huge.putMemoryBytes).toBe(3 * 20 * MIB);
      await Promise.all([small.close(), huge.close()]);
    });

    it('sees its own prefix alone', async () => {
      const bucket = await s3.createBucket();
      const stores = await Promise.all(
        ['a/', 'a/b', ''].map((prefix) =>
          openBlobStore(parseStorageUrl(`s3://${bucket}/${prefix}?endpoint=${s3.endpoint}`)),
        ),
      );
      const keys = stores.map(() => mintKey());
      for (const [index, store] of stores.entries()) await putBytes(store, keys[index] ?? '', bytesOf(index + 1));
      for (const [index, store] of stores.entries()) {
        expect(await listed(store)).toEqual([{ key: keys[index], bytes: index + 1 }]);
        await store.close();
      }
    });
  });

  describe('with a line that breaks', () => {
    describeS3Faults(() => s3);
  });

  describeWhere(own.isAvailable ? undefined : own.reason, 'when the server itself fails', () => {
    // One that is ours to break; the environment's is not.
    let dying: TestS3;
    beforeAll(async () => {
      dying = process.env['S3_TEST_ENDPOINT'] === undefined ? s3 : await startOwnS3();
    }, 120_000);
    afterAll(() => dying?.remove());

    it('says that the storage is full when a quota says so', async () => {
      const store = await open(await dying.createBucket(), dying.endpoint);
      await dying.start({ quotaBytes: 4 * MIB });
      for (const bytes of [6 * MIB, 30 * MIB]) {
        expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(bytes)))).toMatchObject({
          kind: 'unavailable',
          message: 'The storage is full.',
        });
      }
      expect(await listed(store)).toEqual([]);
      await dying.start({ quotaBytes: -1 });
      await store.close();
    }, 90_000);

    // Last: for half a minute Ceph waits for the gateway that was killed whenever a bucket is made.
    it('refuses a put during which it is killed, and a later delete frees what is left', async () => {
      const store = await open(await dying.createBucket(), dying.endpoint);
      const key = mintKey();
      async function* source() {
        for (let sent = 0; sent < 64; sent += 1) {
          if (sent === 40) await dying.kill();
          yield [bytesOf(MIB)];
        }
      }
      expect(await rejectionOf(putBytes(store, key, source()))).toMatchObject({
        kind: 'unavailable',
        cause: { errors: [expect.anything(), expect.anything()] },
      });
      await dying.start();
      await store.delete(key, { unfinished: true });
      expect(await listed(store)).toEqual([]);
      await putBytes(store, key, bytesOf(9 * MIB));
      expect((await readBytes(store, key)).equals(bytesOf(9 * MIB))).toBe(true);
      await store.close();
    }, 90_000);
  });
});
