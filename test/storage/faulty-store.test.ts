import { createMemoryStore } from '../../src/storage/memory';
import { MIB, batchesOf, bytesOf, listed, mintKey, putBytes, readBytes, rejectionOf, sourceOf } from './blob-fixtures';
import { describeBlobStore } from './blob-store-suite';
import { faultyStore } from './faulty-store';

describeBlobStore('a faulty store without faults', async () => ({
  store: faultyStore(createMemoryStore({ maxBytes: 64 * MIB })),
}));

describe('a faulty store', () => {
  const store = faultyStore(createMemoryStore({ maxBytes: 64 * MIB }));
  const bytes = bytesOf(3 * MIB);
  const AWAY = { kind: 'unavailable' };

  afterEach(async () => {
    store.fail({});
    for (const { key } of await listed(store)) await store.delete(key);
  });

  it.each([{ putBatch: 1 }, { putBatch: 3 }, { putSync: true }])(
    'fails a put with %j, and nothing is left',
    async (faults) => {
      store.fail(faults);
      expect(await rejectionOf(putBytes(store, mintKey(), sourceOf(batchesOf(bytes))))).toMatchObject(AWAY);
      expect(await listed(store)).toEqual([]);
    },
  );

  it('stores a blob and says that it failed', async () => {
    store.fail({ putAnswer: true });
    expect(await rejectionOf(putBytes(store, mintKey(), bytes))).toMatchObject(AWAY);
    expect(await listed(store)).toHaveLength(1);
  });

  it('breaks a read after its bytes, and every other call', async () => {
    const key = mintKey();
    await putBytes(store, key, bytes);
    store.fail({ readBytes: 2 * MIB + 1 });
    expect(await rejectionOf(readBytes(store, key))).toMatchObject(AWAY);
    const error = new Error('of the caller');
    store.fail({ get: true, delete: true, list: true, ping: true, error });
    for (const call of [() => store.get(key), () => store.delete(key), () => listed(store), () => store.ping()]) {
      expect(await rejectionOf(call())).toBe(error);
    }
    store.fail({});
    expect((await readBytes(store, key)).equals(bytes)).toBe(true);
  });
});
