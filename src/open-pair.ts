import type { FileCatalog } from './catalog/file-catalog';
import { openCatalog } from './catalog/open';
import type { Config } from './config/config';
import type { BlobStore } from './storage/blob-store';
import { StartFailure } from './start-failure';
import type { Part } from './start-failure';
import { openBlobStore } from './storage/open';

export interface OpenPair {
  store: BlobStore;
  catalog: FileCatalog;
}

/** Opens what the configuration names, or takes what is given. @throws when one cannot be opened; the other is closed then. */
export async function openPair(config: Config, given: Partial<OpenPair> = {}): Promise<OpenPair> {
  const { minFreeBytes, maxFileBytes: maxBytes, uploadLeaseSeconds: leaseSeconds } = config;
  const failed = (part: Part) => (error: unknown) => {
    throw new StartFailure(part, config, error);
  };
  const store =
    given.store ?? (await openBlobStore(config.storage, { maxBytes, minFreeBytes }).catch(failed('storage')));
  try {
    const options = { leaseSeconds, minFreeBytes };
    const open = () => openCatalog(config.database, options).catch(failed('database'));
    return { store, catalog: given.catalog ?? (await open()) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Opens the pair for `work` and closes it behind it. @throws when one cannot be opened, or what `work` throws. */
export async function withPair<Result>(config: Config, work: (pair: OpenPair) => Promise<Result>): Promise<Result> {
  const pair = await openPair(config);
  try {
    return await work(pair);
  } finally {
    await Promise.all([pair.store.close(), pair.catalog.close()]);
  }
}
