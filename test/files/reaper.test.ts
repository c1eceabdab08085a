import { openCatalog } from '../../src/catalog/open';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { createReaper } from '../../src/files/reaper';
import { createMemoryStore } from '../../src/storage/memory';
import type { BlobStore } from '../../src/storage/blob-store';
import { NOW, addFiles } from '../catalog/catalog-fixtures';
import { listed, putBytes } from '../storage/blob-fixtures';
import { faultyStore } from '../storage/faulty-store';

const FILES = 600;

describe('the reaper', () => {
  let catalog: FileCatalog;
  let store: BlobStore;
  beforeEach(async () => {
    catalog = await openCatalog(parseDatabaseUrl('sqlite::memory:'), { leaseSeconds: 60 });
    store = createMemoryStore({ maxBytes: 1024 * 1024 });
    const files = await addFiles(catalog, FILES, { expiresAt: NOW - 1 });
    for (const { blobKey } of files) await putBytes(store, blobKey, Buffer.from('x'));
  });
  afterEach(async () => {
    await catalog.close();
    await store.close();
  });

  function reaperOf(options: { giveWay?: () => Promise<void>; onCleanupFailure?: (message: string) => void } = {}) {
    return createReaper(store, catalog, {
      runningKeys: () => [],
      onCleanupFailure: () => undefined,
      giveWay: async () => undefined,
      now: () => NOW,
      ...options,
    });
  }

  test('frees all that is due, in lots', async () => {
    expect(await reaperOf().run()).toEqual({ expired: FILES, freed: FILES });
    expect(await listed(store)).toEqual([]);
  });

  test('begins no lot before it may', async () => {
    const events: string[] = [];
    const giveWay = async () => {
      events.push('pause');
      await new Promise(setImmediate);
      events.push('on');
    };
    const { expire, claimDoomed } = catalog;
    catalog = {
      ...catalog,
      expire: (...given) => {
        events.push('lot');
        return expire(...given);
      },
      claimDoomed: (...given) => {
        events.push('lot');
        return claimDoomed(...given);
      },
    };
    expect(await reaperOf({ giveWay }).run()).toEqual({ expired: FILES, freed: FILES });
    const lots = ['lot', 'pause', 'on', 'lot', 'pause', 'on', 'lot'];
    expect(events).toEqual([...lots, ...lots]);
  });

  test('says once for a lot that its blobs could not be freed, and leaves their rows', async () => {
    const faulty = faultyStore(store);
    store = faulty;
    faulty.fail({ delete: true });
    const failures: string[] = [];
    const report = await reaperOf({ onCleanupFailure: (message) => failures.push(message) }).run();
    expect(report).toEqual({ expired: FILES, freed: 0 });
    expect(failures).toEqual([250, 250, 100].map((count) => expect.stringContaining(`(blobs: ${count})`)));
    const keys = (await listed(store)).map(({ key }) => key);
    expect((await catalog.knownBlobs(keys)).size).toBe(FILES);
  });

  test('ends with the lot that it is at', async () => {
    const stopping = new AbortController();
    const giveWay = async () => stopping.abort();
    expect(await reaperOf({ giveWay }).run(stopping.signal)).toEqual({ expired: 250, freed: 0 });
  });
});
