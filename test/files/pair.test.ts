import type { FileCatalog } from '../../src/catalog/file-catalog';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openCatalog } from '../../src/catalog/open';
import { storageReadOnly } from '../../src/errors';
import { adoptStore, joinPair } from '../../src/files/pair';
import type { BlobStore } from '../../src/storage/blob-store';
import { createMemoryStore } from '../../src/storage/memory';
import { addFile, NOW } from '../catalog/catalog-fixtures';
import { mintKey, putBytes, rejectionOf } from '../storage/blob-fixtures';

const newStore = () => createMemoryStore({ maxBytes: 2 ** 20 });

describe('catalog and store', () => {
  const opened: FileCatalog[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((catalog) => catalog.close())));

  async function newCatalog(): Promise<FileCatalog> {
    const catalog = await openCatalog(parseDatabaseUrl('sqlite::memory:'), { leaseSeconds: 60 });
    opened.push(catalog);
    return catalog;
  }
  /** A catalog with what another one says of its pair: a copy. */
  async function copyOf(catalog: FileCatalog): Promise<FileCatalog> {
    const half = await catalog.pairHalf();
    const copy = await newCatalog();
    if (half) await copy.raisePair(half.id, half.count - 1);
    expect(await copy.pairHalf()).toEqual(half);
    return copy;
  }
  const changes: (string | undefined)[] = [];
  const join = (store: BlobStore, catalog: FileCatalog) => joinPair(store, catalog, (fault) => changes.push(fault));
  beforeEach(() => void changes.splice(0));

  test('are joined when both are new, and their count rises with each start and each renewal', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    const pair = await join(store, catalog);
    const first = await catalog.pairHalf();
    await pair.renew();
    await join(store, catalog);
    const later = await catalog.pairHalf();
    expect(later?.id).toBe(first?.id);
    expect(later?.count).toBe((first?.count ?? 0) + 2);
    expect(JSON.parse((await store.readMark()) ?? '')).toEqual({ pair: later?.id, count: later?.count });
  });

  test('are joined when a version without marks made both and they know each other', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    await addStored(store, catalog);
    await join(store, catalog);
    expect(await store.readMark()).toBeDefined();
  });

  test('are joined by a second start where the first died between the two', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    await catalog.raisePair('an-id', -1);
    await join(store, catalog);
    expect((await catalog.pairHalf())?.id).toBe('an-id');
  });

  test('are refused when the store is empty and the catalog is not: a disk that is not mounted', async () => {
    const catalog = await newCatalog();
    await addFile(catalog);
    expect(await rejectionOf(join(newStore(), catalog))).toMatchObject({
      message: expect.stringMatching(/knows files, and .* is empty/),
    });
    await join(await storeOf(catalog), catalog);
    expect(await rejectionOf(join(newStore(), catalog))).toMatchObject({
      message: expect.stringMatching(
        /^The storage memory: .* is not the one that the catalog .* its disk may not be mounted.*sluice adopt/,
      ),
    });
  });

  test('are refused when the store holds files and the catalog is new', async () => {
    const store = newStore();
    await putBytes(store, mintKey(), Buffer.from('x'));
    expect(await rejectionOf(join(store, await newCatalog()))).toMatchObject({
      message: expect.stringMatching(/knows none of them/),
    });
    const marked = newStore();
    await join(marked, await newCatalog());
    expect(await rejectionOf(join(marked, await newCatalog()))).toMatchObject({
      message: expect.stringMatching(/^The catalog .* is new/),
    });
  });

  test('are refused when each belongs to another', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    await join(newStore(), catalog);
    await join(store, await newCatalog());
    expect(await rejectionOf(join(store, catalog))).toMatchObject({
      message: expect.stringMatching(/belong to others/),
    });
  });

  test('are refused when the catalog is a copy that is behind, until it is adopted', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    const pair = await join(store, catalog);
    const copy = await copyOf(catalog);
    await pair.renew();
    expect(await rejectionOf(join(store, copy))).toMatchObject({
      message: expect.stringMatching(/is behind .* a copy or was restored/),
    });

    expect((await adoptStore(store, copy)).difference).toMatch(/is behind .* stop the server that uses it\.$/);
    await join(store, copy);
    expect(changes).toEqual([]);
  });

  test('once the store has another owner, write and free nothing any more, and go on when it is theirs again', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    const { catalog: fenced, renew } = await join(store, catalog);
    const file = await addFile(fenced);
    await adoptStore(store, await copyOf(catalog));

    // a reaper looks by itself
    expect(await rejectionOf(fenced.claimDoomed(10, []))).toMatchObject({ kind: 'unavailable' });
    expect(changes).toEqual([expect.stringMatching(/is behind/)]);
    for (const call of [
      () => fenced.expire(NOW, 10),
      () => fenced.begin(mintKey()),
      () => fenced.commit({ ...file, blobKey: mintKey() }),
      () => fenced.addSmall({ ...file, blobKey: null }, []),
      () => fenced.remove(file.tenant, file.id, NOW),
      () => fenced.ping(),
    ]) {
      expect(await rejectionOf(call())).toMatchObject({ kind: 'unavailable' });
    }
    expect(await fenced.find(file.tenant, file.id, NOW)).toEqual(file);

    await adoptStore(store, catalog);
    await renew();
    expect(changes.at(-1)).toBeUndefined();
    await addFile(fenced);
  });

  test.each(['', '{"pair":', '{"pair":7}', '<html>'])(
    'are refused when the mark is damaged: %j, and adopt writes another',
    async (text) => {
      const [store, catalog] = [newStore(), await newCatalog()];
      await join(store, catalog);
      await store.writeMark(text);
      const { message } = (await rejectionOf(join(store, catalog))) as Error;
      expect(message).toMatch(/^The mark of the storage memory: .* is damaged: restore .* 'sluice adopt'\.$/);
      expect((await adoptStore(store, catalog)).difference).toMatch(/is damaged/);
      await join(store, catalog);
      expect(await store.readMark()).toContain((await catalog.pairHalf())?.id);
    },
  );

  test('cannot be written once a renewal could not, until a write succeeds', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    let isReadOnly = false;
    const writeMark = async (text: string) => {
      if (isReadOnly) throw storageReadOnly();
      await store.writeMark(text);
    };
    const pair = await join({ ...store, writeMark }, catalog);
    isReadOnly = true;
    await pair.checkWritable();
    expect(await rejectionOf(pair.renew())).toMatchObject({ message: 'The storage is read-only.' });
    expect(await rejectionOf(pair.checkWritable())).toMatchObject({ message: 'The storage is read-only.' });
    isReadOnly = false;
    await pair.checkWritable();
  });

  test('are told apart from a catalog that was adopted while the other raised its count', async () => {
    const [store, catalog] = [newStore(), await newCatalog()];
    const { renew } = await join(store, catalog);
    const copy = await copyOf(catalog);
    await adoptStore(store, copy);
    // what the owner of before had on its way
    const late = await catalog.raisePair('', 0);
    await store.writeMark(JSON.stringify({ pair: late.id, count: late.count }));
    await join(store, copy);
    await renew();
    expect(changes).toEqual([expect.stringMatching(/is behind/)]);
  });

  test('with a mark that cannot be read are refused', async () => {
    const store = newStore();
    for (const text of ['', '{', 'null', '{"pair":1}']) {
      await store.writeMark(text);
      expect(await rejectionOf(join(store, await newCatalog()))).toMatchObject({
        message: expect.stringMatching(/mark .* is damaged/),
      });
    }
  });
});

async function addStored(store: BlobStore, catalog: FileCatalog): Promise<void> {
  const { blobKey } = await addFile(catalog);
  await putBytes(store, blobKey ?? '', Buffer.from('x'));
}

/** A store that holds the blobs of the catalog's files. */
async function storeOf(catalog: FileCatalog): Promise<BlobStore> {
  const store = newStore();
  for await (const { blobKey } of catalog.eachFile()) await putBytes(store, blobKey ?? '', Buffer.from('x'));
  return store;
}
