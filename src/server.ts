import type { Config } from './config';
import { createFiles } from './files/files';
import { verifyBlobs } from './files/verify';
import type { VerifyReport } from './files/verify';
import { filesApi } from './http/api';
import type { Api } from './http/api';
import { createApp } from './http/app';
import { createAuthenticator } from './http/auth';
import { createDrains } from './http/drain';
import { createIdleWatch } from './http/idle';
import { createListener } from './http/listener';
import { createOperations } from './http/operations';
import { createResponder } from './http/respond';
import { createRouter } from './http/router';
import type { FileCatalog } from './metadata/file-catalog';
import { openCatalog } from './metadata/database';
import { createMetrics } from './observability';
import type { Logger, Metrics } from './observability';
import type { BlobStore } from './storage/blob-store';
import { openBlobStore } from './storage/open';

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly startUp: StartUp;
  /**
   * Stops: no new uploads, running transfers get `shutdownGraceSeconds`, then they are cut and what they stored is
   * freed; database and storage are closed last.
   */
  close(): Promise<void>;
}

/** What the start-up line says; plain values, since a worker sends them to its supervisor. */
export interface StartUp {
  url: string;
  storage: string;
  database: string;
  access: 'API keys required' | 'no API keys: open to this machine' | 'no API keys: open to everyone';
}

/** What `startServer` is made of; tests put faulty ones, and another contract, here. */
export interface Parts {
  api?: Api;
  store?: BlobStore;
  catalog?: FileCatalog;
  now?: () => number;
}

/** Memory that the part buffers of all S3 uploads of a process may take together. */
const S3_BUFFER_BYTES = 512 * 1024 * 1024;
const DEFAULT_CONCURRENT_UPLOADS = 1000;

/** The composition root: the only place that knows every room of the house. @throws when a part cannot be opened. */
export async function startServer(config: Config, logger: Logger, parts: Parts = {}): Promise<RunningServer> {
  const { store, catalog } = await openParts(config, parts);
  const metrics = createMetrics({ runningUploads: () => files.uploads.runningCount() });
  const files = createFiles(store, counted(catalog, metrics), {
    maxFileBytes: config.maxFileBytes,
    maxConcurrentUploads: config.maxConcurrentUploads || concurrentUploadsFor(config, store),
    hash: config.hash,
    leaseSeconds: config.uploadLeaseSeconds,
    onTrouble: (message, error) => logger.warn({ err: error }, message),
    ...(parts.now && { now: parts.now }),
  });

  let isStopping = false;
  const idle = createIdleWatch(config.uploadIdleSeconds);
  const drains = createDrains(config.maxFileBytes);
  const responder = createResponder(drains, idle, () => isStopping);
  const { document, operations, createHandlers } = parts.api ?? filesApi;
  const handlers = createHandlers(files);
  const runOperation = createOperations(operations, handlers, config, idle);
  const router = await createRouter(document, Object.keys(handlers), runOperation);
  const app = createApp({
    document,
    router,
    authenticate: createAuthenticator(config),
    responder,
    logger,
    metrics,
    checkReadiness: files.checkReadiness,
    isStopping: () => isStopping,
  });
  const listener = createListener({ maxHeaderBytes: config.maxHeaderBytes, drains, ...app });
  const { port, family, address } = await listener.listen(config.host, config.port).catch(async (error: unknown) => {
    idle.close();
    await Promise.all([store.close(), catalog.close()]);
    throw error;
  });
  const chores = startChores();
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  const startUp: StartUp = {
    url,
    storage: store.description,
    database: catalog.description,
    access: accessOf(config),
  };

  let closing: Promise<void> | undefined;
  return { url, startUp, close: () => (closing ??= close()) };

  async function close(): Promise<void> {
    isStopping = true;
    const closed = listener.close();
    const grace = setTimeout(() => {
      logger.warn('the grace period is over: running transfers are cut');
      listener.destroy();
    }, config.shutdownGraceSeconds * 1000);
    await closed;
    clearTimeout(grace);
    await router.idle();
    await chores.stop();
    await files.uploads.close();
    idle.close();
    await Promise.all([store.close(), catalog.close()]);
  }

  /** Leases and the reaper: each run starts after the one before has ended, and a failure is only logged. */
  function startChores() {
    const stopping = new AbortController();
    const stops = [
      every(config.uploadLeaseSeconds / 3, () => files.uploads.renewLeases(), 'leases could not be renewed'),
      every(config.reapIntervalSeconds, () => reap(stopping.signal), 'the reaper failed', { atStart: true }),
    ];
    return {
      async stop() {
        // what a reaper has before it may take hours
        stopping.abort();
        await Promise.all(stops.map((stop) => stop()));
      },
    };
  }

  async function reap(signal: AbortSignal): Promise<void> {
    const { expired, freed } = await files.reaper.run(signal);
    metrics.reaped('expired', expired);
    metrics.reaped('freed', freed);
    if (expired + freed > 0) logger.info({ expired, freed }, 'reaped');
  }

  function every(seconds: number, chore: () => Promise<void>, failure: string, { atStart = false } = {}) {
    let running: Promise<void> | undefined;
    const run = () => {
      running ??= chore()
        .catch((error: unknown) => logger.warn({ err: error }, failure))
        .finally(() => {
          running = undefined;
        });
    };
    const timer = setInterval(run, seconds * 1000);
    if (atStart) run();
    return async () => {
      clearInterval(timer);
      await running;
    };
  }
}

/**
 * Checks every live blob and looks for bytes that belong to none, beside running servers or without them.
 * @throws when the database or the storage cannot be opened, or is away.
 */
export async function verify(config: Config): Promise<VerifyReport> {
  const { store, catalog } = await openParts(config);
  try {
    return await verifyBlobs(store, catalog);
  } finally {
    await Promise.all([store.close(), catalog.close()]);
  }
}

async function openParts(config: Config, parts: Parts = {}): Promise<{ store: BlobStore; catalog: FileCatalog }> {
  const store = parts.store ?? (await openBlobStore(config.storage, { maxBytes: config.maxFileBytes }));
  try {
    const options = { leaseSeconds: config.uploadLeaseSeconds };
    return { store, catalog: parts.catalog ?? (await openCatalog(config.database, options)) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The catalog, which tells the metrics what it makes visible. */
function counted(catalog: FileCatalog, metrics: Metrics): FileCatalog {
  return {
    ...catalog,
    async commit(file) {
      const isCommitted = await catalog.commit(file);
      if (isCommitted) metrics.uploadedBytes(file.bytes);
      return isCommitted;
    },
  };
}

function concurrentUploadsFor(config: Config, store: BlobStore): number {
  if (config.storage.kind !== 's3') return DEFAULT_CONCURRENT_UPLOADS;
  return Math.max(1, Math.floor(S3_BUFFER_BYTES / store.putMemoryBytes));
}

function accessOf({ apiKeys, allowsAnonymous }: Config): StartUp['access'] {
  if (apiKeys.length > 0) return 'API keys required';
  return allowsAnonymous ? 'no API keys: open to everyone' : 'no API keys: open to this machine';
}
