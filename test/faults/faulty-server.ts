import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openBlobStore } from '../../src/storage/open';
import { parseStorageUrl } from '../../src/storage/storage-url';
import { faultyStore } from '../storage/faulty-store';
import type { FaultyStore } from '../storage/faulty-store';
import { createClient } from '../support/client';
import type { Client } from '../support/client';
import { startTestServer } from '../support/server';
import type { Pair } from '../support/server';
import { faultyCatalog } from './faulty-catalog';
import type { FaultyCatalog } from './faulty-catalog';

export interface FaultyServer {
  url: string;
  client: Client;
  store: FaultyStore;
  catalog: FaultyCatalog;
  log: Record<string, unknown>[];
  /** Keys that the store holds. */
  stored(): Promise<string[]>;
  /** Keys of the files that were not removed. */
  live(): Promise<string[]>;
  heal(): void;
  close(): Promise<void>;
}

/** A server on a real store and a real catalog, both of which break on request; leases of 2 s, a reaper each second. */
export async function startFaultyServer(pair: Pair, env: Record<string, string> = {}): Promise<FaultyServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
  const isMemory = pair === 'memory';
  const storage = parseStorageUrl(isMemory ? 'memory:?max=64MiB' : `file:${folder}/blobs`);
  const database = parseDatabaseUrl(isMemory ? 'sqlite::memory:' : `sqlite:${folder}/sluice.db`);
  const store = faultyStore(await openBlobStore(storage));
  const catalog = faultyCatalog(await openCatalog(database, { leaseSeconds: 2 }));
  const server = await startTestServer({
    pair,
    folder,
    env: { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', ...env },
    parts: { store, catalog },
  });
  return {
    url: server.url,
    client: createClient(server.url),
    store,
    catalog,
    log: server.log,
    stored,
    live,
    heal,
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };

  async function stored(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.list()) keys.push(key);
    return keys.toSorted();
  }

  async function live(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { blobKey } of catalog.eachFile()) if (blobKey !== null) keys.push(blobKey);
    return keys.toSorted();
  }

  function heal(): void {
    store.fail({});
    catalog.fail({});
  }
}
