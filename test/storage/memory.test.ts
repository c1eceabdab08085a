import type { BlobStore } from '../../src/storage/blob-store';
import { createMemoryStore } from '../../src/storage/memory';
import {
  KIB,
  MIB,
  batchesOf,
  bytesOf,
  failingSource,
  listed,
  mintKey,
  putBytes,
  readBytes,
  rejectionOf,
  silentSource,
  sourceOf,
} from './blob-fixtures';
import { describeBlobStore } from './blob-store-suite';

describeBlobStore('memory:', async () => ({ store: createMemoryStore({ maxBytes: 64 * MIB }) }));

const FULL = { kind: 'unavailable', message: 'The storage is full.' };

describe('the memory store', () => {
  let store: BlobStore;
  beforeEach(() => {
    store = createMemoryStore({ maxBytes: 4 * MIB });
  });

  /** Resolves when all but a few KiB can be taken at once, so that nothing is still held. */
  async function takeAll(): Promise<void> {
    const key = mintKey();
    await putBytes(store, key, bytesOf(4 * MIB - KIB));
    await store.delete(key);
  }

  it('takes what fits to the last byte, with 512 bytes for each blob, and no more', async () => {
    await putBytes(store, mintKey(), bytesOf(3 * MIB));
    expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(MIB - KIB + 1)))).toMatchObject(FULL);
    await putBytes(store, mintKey(), bytesOf(MIB - KIB));
    expect(await rejectionOf(putBytes(store, mintKey(), Buffer.alloc(0)))).toMatchObject(FULL);
    expect(await rejectionOf(store.checkRoom())).toMatchObject(FULL);
    expect(await listed(store)).toHaveLength(2);
  });

  it('counts puts that run at once together', async () => {
    const first = new AbortController();
    const { source, isSilent } = silentSource(batchesOf(bytesOf(3 * MIB)));
    const running = rejectionOf(putBytes(store, mintKey(), source, first.signal));
    await isSilent;
    expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(2 * MIB)))).toMatchObject(FULL);
    first.abort(new Error('enough'));
    await running;
    await expect(takeAll()).resolves.toBeUndefined();
  });

  it('frees all that a put took when its source fails, when it is full, and on delete', async () => {
    await rejectionOf(putBytes(store, mintKey(), failingSource(batchesOf(bytesOf(3 * MIB)), new Error('broken'))));
    await expect(takeAll()).resolves.toBeUndefined();
    expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(9 * MIB)))).toMatchObject(FULL);
    await expect(takeAll()).resolves.toBeUndefined();
  });

  it('holds a deleted blob only until its last reader is done', async () => {
    const key = mintKey();
    await putBytes(store, key, bytesOf(3 * MIB));
    const [one, two] = [await store.get(key), await store.get(key, { start: 0, end: 5 })];
    await store.delete(key);
    expect(await rejectionOf(putBytes(store, mintKey(), bytesOf(2 * MIB)))).toMatchObject(FULL);
    for (const stream of [one, two]) await new Promise((closed) => stream.on('close', closed).destroy());
    await expect(takeAll()).resolves.toBeUndefined();
  });

  it('frees a blob that is deleted while it is written, once its put has ended', async () => {
    const key = mintKey();
    const controller = new AbortController();
    const { source, isSilent } = silentSource(batchesOf(bytesOf(3 * MIB)));
    const put = rejectionOf(putBytes(store, key, source, controller.signal));
    await isSilent;
    await store.delete(key);
    expect(await listed(store)).toEqual([]);
    controller.abort(new Error('reaped'));
    await put;
    await expect(takeAll()).resolves.toBeUndefined();
  });

  it('keeps bytes of its own: what the source does with its buffers later changes nothing', async () => {
    const key = mintKey();
    const bytes = bytesOf(100);
    await putBytes(store, key, sourceOf([[bytes]]));
    bytes.fill(0);
    expect((await readBytes(store, key)).equals(bytesOf(100))).toBe(true);
  });

  it('holds a blob in buffers of its exact size, whatever it is cut from', async () => {
    const key = mintKey();
    const slice = Buffer.alloc(64 * KIB).subarray(0, 10);
    await putBytes(store, key, sourceOf([[slice], [slice.subarray(0, 1)]]));
    const chunks: Buffer[] = await (await store.get(key)).toArray();
    expect(chunks.map((chunk) => chunk.buffer.byteLength)).toEqual([11]);
  });
});
