import { AppError } from '../../src/errors';
import type { FileCatalog } from '../../src/catalog/file-catalog';

type Call =
  | 'begin'
  | 'renew'
  | 'commit'
  | 'forget'
  | 'doom'
  | 'find'
  | 'readSmall'
  | 'list'
  | 'remove'
  | 'claimDoomed'
  | 'ping';

/** `refused`: nothing happens; `answer lost`: it happens, and the caller is told that the database is away. */
export type CatalogFaults = Partial<Record<Call, 'refused' | 'answer lost'>>;

export interface FaultyCatalog extends FileCatalog {
  /** Replaces all faults; `{}` heals the catalog. */
  fail(faults: CatalogFaults): void;
}

/** A real catalog that breaks on request, as when the line to a database is cut before a statement or behind it. */
export function faultyCatalog(catalog: FileCatalog): FaultyCatalog {
  let faults: CatalogFaults = {};

  async function through<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const fault = faults[call];
    const result = fault === 'refused' ? undefined : await work();
    if (fault === undefined) return result as T;
    throw new AppError('unavailable', 'The database is not available.', { cause: new Error(`injected: ${call}`) });
  }

  return {
    description: `faulty ${catalog.description}`,
    fail(next) {
      faults = next;
    },
    uploads: catalog.uploads,
    begin: (key) => through('begin', () => catalog.begin(key)),
    renew: (keys) => through('renew', () => catalog.renew(keys)),
    addSmall: (file, content, quota) => through('commit', () => catalog.addSmall(file, content, quota)),
    readSmall: (file, range) => through('readSmall', () => catalog.readSmall(file, range)),
    commit: (file, quota) => through('commit', () => catalog.commit(file, quota)),
    forget: (key) => through('forget', () => catalog.forget(key)),
    doom: (key) => through('doom', () => catalog.doom(key)),
    find: (tenant, id, now) => through('find', () => catalog.find(tenant, id, now)),
    list: (tenant, page) => through('list', () => catalog.list(tenant, page)),
    remove: (tenant, id, now) => through('remove', () => catalog.remove(tenant, id, now)),
    expire: (now, limit) => catalog.expire(now, limit),
    claimDoomed: (limit, exclude) => through('claimDoomed', () => catalog.claimDoomed(limit, exclude)),
    usage: (tenant) => catalog.usage(tenant),
    usages: (limit) => catalog.usages(limit),
    backlog: (now, limit) => catalog.backlog(now, limit),
    pools: () => catalog.pools(),
    miscounts: () => catalog.miscounts(),
    eachFile: () => catalog.eachFile(),
    eachLiveBlob: () => catalog.eachLiveBlob(),
    knownBlobs: (keys) => catalog.knownBlobs(keys),
    hold: (seconds) => catalog.hold(seconds),
    copyTo: (path) => catalog.copyTo(path),
    pairHalf: () => catalog.pairHalf(),
    raisePair: (id, above) => catalog.raisePair(id, above),
    ping: () => through('ping', () => catalog.ping()),
    checkRoom: () => catalog.checkRoom(),
    close: () => catalog.close(),
  };
}
