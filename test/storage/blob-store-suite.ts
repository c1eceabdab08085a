import { once } from 'node:events';

import { isAppError } from '../../src/errors';
import type { BlobSource, BlobStore } from '../../src/storage/blob-store';
import {
  KIB,
  MIB,
  batchesOf,
  bytesOf,
  deferred,
  failingSource,
  listed,
  mintKey,
  putBytes,
  readBytes,
  rejectionOf,
  silentSource,
  sourceOf,
} from './blob-fixtures';

export interface OpenedStore {
  store: BlobStore;
  /** Removes what the store left, after `store.close()`. */
  remove?: () => Promise<void>;
}

/** Every promise of `BlobStore`, as a case. The store is opened once, and starts empty. */
export function describeBlobStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} keeps the promises of a blob store`, () => {
    let opened: OpenedStore;
    let store: BlobStore;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    }, 60_000);

    afterAll(async () => {
      await opened?.store.close();
      await opened?.remove?.();
    });

    /** Nothing of `key` can be read or found. */
    async function expectNothingOf(key: string): Promise<void> {
      expect(await rejectionOf(store.get(key))).toMatchObject({ kind: 'not_found' });
      expect((await listed(store)).map((blob) => blob.key)).not.toContain(key);
    }

    describe('put and get', () => {
      const sizes = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 17 * MIB + 5];
      it.each(sizes)('give back %i bytes as they came', async (length) => {
        const key = mintKey();
        const bytes = bytesOf(length);
        await putBytes(store, key, bytes);
        expect((await readBytes(store, key)).equals(bytes)).toBe(true);
        expect(await listed(store)).toContainEqual({ key, bytes: length });
        await store.delete(key);
      });

      it.each([
        ['one byte each', 20 * KIB, 1, MIB],
        ['100 bytes each, 10,000 in a batch', 2 * MIB, 100, MIB],
        ['2 KiB each, 1,500 in a batch', 4 * MIB, 2 * KIB, 3000 * KIB],
        ['of a byte, a batch for each', 3000, 1, 1],
        ['of odd sizes', 3 * MIB + 7, 65_521, MIB - 3],
      ])('take slices %s', async (_name, length, sliceBytes, batchBytes) => {
        const key = mintKey();
        const bytes = bytesOf(length);
        await putBytes(store, key, sourceOf(batchesOf(bytes, sliceBytes, batchBytes)));
        expect((await readBytes(store, key)).equals(bytes)).toBe(true);
        await store.delete(key);
      });

      it('take batches and slices of nothing', async () => {
        const key = mintKey();
        await putBytes(store, key, sourceOf([[], [Buffer.alloc(0)], [Buffer.from('ab'), Buffer.alloc(0)], []]));
        expect(String(await readBytes(store, key))).toBe('ab');
        await store.delete(key);
      });

      it('keep many puts apart that run at once', async () => {
        const blobs = Array.from({ length: 24 }, (_, index) => ({ key: mintKey(), bytes: bytesOf(100_000 + index) }));
        await Promise.all(blobs.map(({ key, bytes }) => putBytes(store, key, bytes)));
        for (const { key, bytes } of blobs) expect((await readBytes(store, key)).equals(bytes)).toBe(true);
        await Promise.all(blobs.map(({ key }) => store.delete(key)));
        expect(await listed(store)).toEqual([]);
      });
    });

    describe('put', () => {
      it('writes a key once: a second put rejects and leaves the first as it is', async () => {
        const key = mintKey();
        await putBytes(store, key, Buffer.from('first'));
        expect(await rejectionOf(putBytes(store, key, Buffer.from('second')))).toBeInstanceOf(Error);
        expect(String(await readBytes(store, key))).toBe('first');
        await store.delete(key);
      });

      it.each(['', 'short', '../../etc/passwd', 'A'.repeat(32), `${'a'.repeat(31)}/`, `${'a'.repeat(32)}\n`])(
        'refuses the key %j, and so do get and delete',
        async (key) => {
          expect(await rejectionOf(putBytes(store, key, Buffer.from('x')))).toBeInstanceOf(Error);
          expect(await rejectionOf(store.get(key))).toBeInstanceOf(Error);
          expect(await rejectionOf(store.delete(key))).toBeInstanceOf(Error);
        },
      );

      it.each([0, 1, 20])('rejects with the very error of a source that fails after %i MiB', async (mebibytes) => {
        const key = mintKey();
        const error = new Error('the source failed');
        const batches = batchesOf(bytesOf(mebibytes * MIB));
        expect(await rejectionOf(putBytes(store, key, failingSource(batches, error)))).toBe(error);
        await expectNothingOf(key);
      });

      it.each([0, 1, 20])(
        'rejects with the reason of a signal while the source is silent after %i MiB',
        async (mebibytes) => {
          const key = mintKey();
          const reason = new Error('the client has gone');
          const controller = new AbortController();
          const { source, isSilent } = silentSource(batchesOf(bytesOf(mebibytes * MIB)));
          const put = rejectionOf(putBytes(store, key, source, controller.signal));
          await isSilent;
          controller.abort(reason);
          expect(await put).toBe(reason);
          await expectNothingOf(key);
        },
      );

      it('rejects with the reason of a signal that fired before, and asks the source for nothing', async () => {
        const key = mintKey();
        const reason = new Error('too late');
        let pulls = 0;
        const source: BlobSource = {
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              pulls += 1;
              return { done: true, value: undefined };
            },
          }),
        };
        expect(await rejectionOf(putBytes(store, key, source, AbortSignal.abort(reason)))).toBe(reason);
        expect(pulls).toBe(0);
        await expectNothingOf(key);
      });

      it('frees the source when it fails in the middle', async () => {
        const freed = deferred();
        const controller = new AbortController();
        async function* source(): BlobSource {
          try {
            for (;;) {
              yield [Buffer.from('more')];
              controller.abort(new Error('enough'));
            }
          } finally {
            freed.resolve();
          }
        }
        expect(await rejectionOf(putBytes(store, mintKey(), source(), controller.signal))).toMatchObject({
          message: 'enough',
        });
        await freed.promise;
      });

      it('pulls one batch at a time, and nothing after the end', async () => {
        const key = mintKey();
        let running = 0;
        let most = 0;
        let pulls = 0;
        const batches = [...batchesOf(bytesOf(10 * MIB))];
        const source: BlobSource = {
          [Symbol.asyncIterator]: () => ({
            next: async () => {
              running += 1;
              most = Math.max(most, running);
              await new Promise(setImmediate);
              running -= 1;
              const value = batches[pulls];
              pulls += 1;
              return value === undefined ? { done: true, value } : { done: false, value };
            },
          }),
        };
        await putBytes(store, key, source);
        expect(most).toBe(1);
        expect(pulls).toBe(batches.length + 1);
        await store.delete(key);
      });

      it('writes to no buffer of the source', async () => {
        const key = mintKey();
        const bytes = bytesOf(9 * MIB);
        await putBytes(store, key, sourceOf(batchesOf(bytes, 1000)));
        expect(bytes.equals(bytesOf(9 * MIB))).toBe(true);
        await store.delete(key);
      });
    });

    describe('get', () => {
      const key = mintKey();
      const bytes = bytesOf(9 * MIB + 11);
      const last = bytes.length - 1;

      beforeAll(() => putBytes(store, key, bytes), 60_000);
      afterAll(() => store.delete(key));

      it.each([
        [0, 0],
        [0, last],
        [last, last],
        [1, 64 * KIB],
        [MIB - 1, MIB],
        [MIB, 2 * MIB - 1],
        [8 * MIB - 1, 8 * MIB + 1],
        [3, last - 3],
      ])('gives the range %i to %i, both inclusive', async (start, end) => {
        expect((await readBytes(store, key, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true);
      });

      it('rejects not_found before the first byte', async () => {
        expect(isAppError(await rejectionOf(store.get(mintKey())), 'not_found')).toBe(true);
        expect(isAppError(await rejectionOf(store.get(mintKey(), { start: 0, end: 1 })), 'not_found')).toBe(true);
      });

      it('rejects a range beyond the end, which only a damaged blob has', async () => {
        for (const start of [0, last, last + 1]) {
          const rejection = await rejectionOf(store.get(key, { start, end: last + 1 }));
          expect(isAppError(rejection)).toBe(false);
          expect(rejection).toHaveProperty('message');
        }
      });

      it('serves readers that run at once', async () => {
        const reads = await Promise.all(Array.from({ length: 4 }, () => readBytes(store, key)));
        expect(reads.every((read) => read.equals(bytes))).toBe(true);
      });

      it('ends quietly when its stream is destroyed, read or unread', async () => {
        for (const readFirst of [false, true]) {
          const stream = await store.get(key);
          if (readFirst) await once(stream, 'readable');
          stream.destroy();
          await once(stream, 'close');
        }
        expect((await readBytes(store, key, { start: 5, end: 9 })).equals(bytes.subarray(5, 10))).toBe(true);
      });
    });

    describe('delete', () => {
      it('is fine with nothing to delete, also when it looks for what is unfinished', async () => {
        await store.delete(mintKey());
        await store.delete(mintKey(), { unfinished: true });
      });

      it('removes a blob, and its key stays free of it', async () => {
        const key = mintKey();
        await putBytes(store, key, Buffer.from('gone'));
        await store.delete(key, { unfinished: true });
        await expectNothingOf(key);
        await store.delete(key);
      });

      it('lets a read that has begun finish', async () => {
        const key = mintKey();
        const bytes = bytesOf(3 * MIB);
        await putBytes(store, key, bytes);
        const stream = await store.get(key);
        const chunks = stream[Symbol.asyncIterator]();
        const first = Buffer.from((await chunks.next()).value);
        await store.delete(key);
        const rest: Buffer[] = [first];
        for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) rest.push(next.value);
        expect(Buffer.concat(rest).equals(bytes)).toBe(true);
        await expectNothingOf(key);
      });
    });

    describe('deleteAll', () => {
      it('removes what is named, whether it is there or not, and nothing else', async () => {
        const keys = Array.from({ length: 40 }, mintKey);
        const kept = keys.slice(30);
        await Promise.all(keys.map((key) => putBytes(store, key, Buffer.from(key))));
        const gone = [...keys.slice(0, 30), mintKey(), mintKey()];
        const failures = await store.deleteAll(gone.map((key, index) => ({ key, unfinished: index % 10 === 0 })));
        expect([...failures]).toEqual([]);
        expect((await listed(store)).map(({ key }) => key).toSorted()).toEqual(kept.toSorted());
        expect([...(await store.deleteAll(kept.map((key) => ({ key }))))]).toEqual([]);
        expect(await listed(store)).toEqual([]);
      });

      it('is fine with nothing and with one, and refuses what is no key', async () => {
        expect([...(await store.deleteAll([])), ...(await store.deleteAll([{ key: mintKey() }]))]).toEqual([]);
        const bad = Promise.resolve().then(() => store.deleteAll([{ key: mintKey() }, { key: '../../etc/passwd' }]));
        expect(await rejectionOf(bad)).toBeInstanceOf(Error);
      });
    });

    it('keeps a mark beside the blobs, which is replaced as a whole and is no blob', async () => {
      expect(await store.readMark()).toBeUndefined();
      for (const text of ['a first mark', 'another, ü', 'x']) {
        await store.writeMark(text);
        expect(await store.readMark()).toBe(text);
      }
      expect(await listed(store)).toEqual([]);
    });

    it('has room', async () => {
      await store.checkRoom();
    });

    it('answers a ping', async () => {
      await store.ping();
    });

    it('says what it is, and what one put may cost', () => {
      expect(store.description).not.toBe('');
      expect(store.putMemoryBytes).toBeGreaterThanOrEqual(0);
    });

    it('holds nothing that nobody asked it to keep', async () => {
      expect(await listed(store)).toEqual([]);
    });
  });
}
