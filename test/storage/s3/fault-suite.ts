import { once } from 'node:events';

import type { BlobStore } from '../../../src/storage/blob-store';
import { createS3Store } from '../../../src/storage/s3/store';
import type { S3Options } from '../../../src/storage/s3/client';
import { parseStorageUrl } from '../../../src/storage/storage-url';
import type { S3Faults, S3Proxy } from '../../engines/s3-proxy';
import { startS3Proxy } from '../../engines/s3-proxy';
import {
  MIB,
  batchesOf,
  bytesOf,
  failingSource,
  listed,
  mintKey,
  putBytes,
  readBytes,
  rejectionOf,
} from '../blob-fixtures';

const AWAY = { kind: 'unavailable', message: 'The storage is not available.' };
const SMALL = bytesOf(100_000);
const LARGE = bytesOf(25 * MIB);

/** Faults between a store and a real S3 server, which `at` names once it has started. */
export function describeS3Faults(at: () => { endpoint: string; createBucket(): Promise<string> }): void {
  let proxy: S3Proxy;
  let bucket: string;
  let store: BlobStore;
  let key: string;

  async function openStore(options: Partial<S3Options> = {}): Promise<BlobStore> {
    const settings = parseStorageUrl(`s3://${bucket}?endpoint=${proxy.endpoint}`);
    if (settings.kind !== 's3') throw new Error('not S3');
    return createS3Store({ ...settings, ...options });
  }

  beforeAll(async () => {
    proxy = await startS3Proxy(at().endpoint);
    bucket = await at().createBucket();
    store = await openStore();
  });
  afterAll(async () => {
    await store.close();
    await proxy.close();
  });
  beforeEach(() => {
    key = mintKey();
    proxy.fail(() => undefined);
  });

  /** Heals the connection. Neither an object nor a multipart upload may be there. */
  async function leftBehind(): Promise<unknown> {
    proxy.fail(() => undefined);
    return listed(store);
  }

  describe('when S3 stumbles', () => {
    const stumbles: [string, Buffer, S3Faults][] = [
      [
        'a part gets 503 twice',
        LARGE,
        (op, before) => (op === 'UploadPart' && before < 2 ? { answer: 503 } : undefined),
      ],
      [
        'a part is cut',
        LARGE,
        (op, before) => (op === 'UploadPart' && before === 1 ? { cutRequestAfter: MIB } : undefined),
      ],
      [
        'the answer to a part is lost',
        LARGE,
        (op, before) => (op === 'UploadPart' && before === 1 ? { losesAnswer: true } : undefined),
      ],
      ['every operation gets 500 once', LARGE, (_op, before) => (before === 0 ? { answer: 500 } : undefined)],
      [
        'completing gets no answer, but happens',
        LARGE,
        (op, before) => (op === 'CompleteMultipartUpload' && before === 0 ? { losesAnswer: true } : undefined),
      ],
      [
        'a single put gets 503',
        SMALL,
        (op, before) => (op === 'PutObject' && before === 0 ? { answer: 503 } : undefined),
      ],
      [
        'a single put gets no answer, but happens',
        SMALL,
        (op, before) => (op === 'PutObject' && before === 0 ? { losesAnswer: true } : undefined),
      ],
    ];
    it.each(stumbles)('a put goes on: %s', async (_name, bytes, faults) => {
      proxy.fail(faults);
      await putBytes(store, key, bytes);
      expect((await readBytes(store, key)).equals(bytes)).toBe(true);
      await store.delete(key);
      expect(await leftBehind()).toEqual([]);
    });

    it('a delete and a ping go on', async () => {
      await putBytes(store, key, SMALL);
      proxy.fail((_op, before) => (before === 0 ? { answer: 503 } : undefined));
      await store.ping();
      await store.delete(key, { unfinished: true });
      expect(await leftBehind()).toEqual([]);
    });
  });

  describe('when S3 goes on failing', () => {
    let brief: BlobStore;
    beforeAll(async () => {
      proxy.fail(() => undefined);
      brief = await openStore({ maxAttempts: 2 });
    });
    afterAll(() => brief.close());

    const failures: [string, Buffer, S3Faults][] = [
      ['beginning gets 500', LARGE, (op) => (op === 'CreateMultipartUpload' ? { answer: 500 } : undefined)],
      [
        'beginning gets no answer, but happens',
        LARGE,
        (op) => (op === 'CreateMultipartUpload' ? { losesAnswer: true } : undefined),
      ],
      [
        'the second part gets 500',
        LARGE,
        (op, before) => (op === 'UploadPart' && before >= 1 ? { answer: 500 } : undefined),
      ],
      ['parts are cut', LARGE, (op) => (op === 'UploadPart' ? { cutRequestAfter: MIB } : undefined)],
      [
        'completing gets no answer, but happens',
        LARGE,
        (op) => (op === 'CompleteMultipartUpload' || op === 'HeadObject' ? { losesAnswer: true } : undefined),
      ],
      [
        'a single put gets no answer, but happens',
        SMALL,
        (op) => (op === 'PutObject' ? { losesAnswer: true } : undefined),
      ],
    ];
    it.each(failures)('a put is refused and leaves nothing: %s', async (_name, bytes, faults) => {
      proxy.fail(faults);
      expect(await rejectionOf(putBytes(brief, key, bytes))).toMatchObject(AWAY);
      expect(await leftBehind()).toEqual([]);
    });

    it('a part that is refused ends the put, though its source has more', async () => {
      let pulled = 0;
      async function* endless() {
        for (;;) {
          pulled += MIB;
          yield [LARGE.subarray(0, MIB)];
        }
      }
      proxy.fail((op) => (op === 'UploadPart' ? { answer: 403 } : undefined));
      expect(await rejectionOf(putBytes(brief, key, endless()))).toMatchObject(AWAY);
      // What `putMemoryBytes` allows, and the batch that asked for more.
      expect(pulled).toBeLessThanOrEqual(brief.putMemoryBytes + MIB);
      expect(await leftBehind()).toEqual([]);
    });

    it('says so when it cannot clean up, and a later delete does', async () => {
      const error = new Error('the source failed');
      proxy.fail((op) => (op === 'AbortMultipartUpload' ? { answer: 403 } : undefined));
      const rejection = await rejectionOf(putBytes(brief, key, failingSource(batchesOf(LARGE), error)));
      expect(rejection).toMatchObject({ ...AWAY, cause: { errors: [error, expect.anything()] } });
      expect(await leftBehind()).toEqual([{ key, bytes: undefined }]);
      await brief.delete(key);
      expect(await leftBehind()).toEqual([{ key, bytes: undefined }]);
      await brief.delete(key, { unfinished: true });
      expect(await leftBehind()).toEqual([]);
    });

    const deletes: [string, S3Faults, string[]][] = [
      ['as one, when the server can', () => undefined, ['DeleteObjects', 'DeleteObjects']],
      [
        'each alone, when the server knows no such request, which is asked for once',
        (op) => (op === 'DeleteObjects' ? { answer: 501 } : undefined),
        ['DeleteObjects', ...Array<string>(6).fill('DeleteObject')],
      ],
      [
        'each alone, and the request is tried again, when both were refused',
        (op, before) => (op === 'DeleteObjects' ? { answer: 400 } : before === 0 ? { answer: 403 } : undefined),
        [
          'DeleteObjects',
          'DeleteObject',
          'DeleteObject',
          'DeleteObject',
          'DeleteObjects',
          ...Array<string>(3).fill('DeleteObject'),
        ],
      ],
    ];
    it.each(deletes)('many are deleted %s', async (_how, faults, operations) => {
      const fresh = await openStore({ maxAttempts: 2 });
      const blobs = [mintKey(), mintKey(), mintKey()].map((name) => ({ key: name }));
      proxy.fail(faults);
      await fresh.deleteAll(blobs);
      await fresh.deleteAll(blobs);
      expect(proxy.operations).toEqual(operations);
      await fresh.close();
    });

    it('what could not be deleted with many is named', async () => {
      const keys = [mintKey(), mintKey()];
      for (const name of keys) await putBytes(brief, name, SMALL);
      proxy.fail((op) => (op === 'DeleteObjects' ? { answer: 500 } : undefined));
      const left = await brief.deleteAll(keys.map((name) => ({ key: name })));
      expect([...left.keys()]).toEqual(keys);
      expect([...left.values()]).toMatchObject([AWAY, AWAY]);
      proxy.fail((op) => (op === 'DeleteObjects' ? { answer: 200 } : undefined));
      expect([...(await brief.deleteAll(keys.map((name) => ({ key: name })))).keys()]).toEqual(keys);
      proxy.fail(() => undefined);
      expect([...(await brief.deleteAll(keys.map((name) => ({ key: name }))))]).toEqual([]);
      expect(await leftBehind()).toEqual([]);
    });

    it('searches for unfinished uploads only when asked to', async () => {
      await brief.delete(key);
      expect(proxy.operations).toEqual(['DeleteObject']);
    });

    it('every other call is refused as unavailable', async () => {
      proxy.fail(() => ({ answer: 403 }));
      for (const call of [() => brief.ping(), () => brief.delete(key), () => brief.get(key), () => listed(brief)]) {
        expect(await rejectionOf(call())).toMatchObject(AWAY);
      }
    });
  });

  describe('when S3 falls silent', () => {
    let impatient: BlobStore;
    beforeAll(async () => {
      proxy.fail(() => undefined);
      impatient = await openStore({ stallMs: 300, maxAttempts: 2 });
    });
    afterAll(() => impatient.close());

    it('a put takes no more of its source than it may hold, and ends', async () => {
      let pulled = 0;
      function* counted() {
        for (const batch of batchesOf(bytesOf(64 * MIB))) {
          pulled += MIB;
          yield batch;
        }
      }
      async function* source() {
        yield* counted();
      }
      proxy.fail((op) => (op === 'UploadPart' ? { hangs: true } : undefined));
      expect(await rejectionOf(putBytes(impatient, key, source()))).toMatchObject(AWAY);
      expect(pulled).toBeLessThanOrEqual(impatient.putMemoryBytes + MIB);
      expect(await leftBehind()).toEqual([]);
    });

    it('a signal ends a put at once', async () => {
      const reason = new Error('shutting down');
      const controller = new AbortController();
      proxy.fail((op) => {
        if (op !== 'UploadPart') return undefined;
        controller.abort(reason);
        return { hangs: true };
      });
      expect(await rejectionOf(putBytes(store, key, LARGE, controller.signal))).toBe(reason);
      expect(await leftBehind()).toEqual([]);
    });

    it.each([
      ['CompleteMultipartUpload', LARGE],
      ['PutObject', SMALL],
    ])('a signal during %s waits for its answer: it could still happen after the cleaning', async (last, bytes) => {
      const reason = new Error('the client has gone');
      const controller = new AbortController();
      proxy.fail((op) => {
        if (op !== last) return undefined;
        setImmediate(() => controller.abort(reason));
        return { delayMs: 500 };
      });
      expect(await rejectionOf(putBytes(store, key, bytes, controller.signal))).toBe(reason);
      expect(proxy.operations.at(-1)).toBe('DeleteObject');
      await proxy.idle();
      expect(await leftBehind()).toEqual([]);
    });

    it('a download breaks, when it is cut and when it stalls', async () => {
      await putBytes(store, key, LARGE);
      for (const fault of [{ cutAnswerAfter: MIB }, { stallAnswerAfter: MIB }]) {
        proxy.fail((op) => (op === 'GetObject' ? fault : undefined));
        expect(await rejectionOf(readBytes(impatient, key))).toMatchObject(AWAY);
      }
      await store.delete(key);
    });

    it('a reader that takes its time is not S3 falling silent', async () => {
      await putBytes(store, key, LARGE);
      const stream = await impatient.get(key);
      await once(stream, 'readable');
      const closed = jest.fn();
      stream.once('close', closed);
      await new Promise((done) => setTimeout(done, 1000));
      expect(closed).not.toHaveBeenCalled();
      const chunks: Buffer[] = await stream.toArray();
      expect(Buffer.concat(chunks).equals(LARGE)).toBe(true);
      await store.delete(key);
    });
  });

  describe('when a bit turns over on the way', () => {
    it.each([
      ['sha256', SMALL],
      ['sha256', LARGE],
      ['md5', SMALL],
    ] as const)('a server that checks refuses what does not fit its %s', async (checksum, bytes) => {
      const checked = await openStore({ checksum });
      proxy.fail((op) => (op === 'PutObject' || op === 'UploadPart' ? { corrupts: true } : undefined));
      expect(await rejectionOf(putBytes(checked, key, bytes))).toMatchObject(AWAY);
      expect(await leftBehind()).toEqual([]);
      await checked.close();
    });
  });
}
