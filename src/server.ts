import type { Config } from './config/config';
import { startBackgroundJobs } from './files/chores';
import { createFiles } from './files/files';
import { joinPair } from './files/pair';
import { createHttpServer } from './http/http-server';
import type { Api } from './http/http-server';
import type { FileCatalog } from './catalog/file-catalog';
import { addDiskMetrics, createEngineMetrics } from './observability/engine-metrics';
import type { Logger } from './observability/logger';
import { createMetrics } from './observability/metrics';
import { quotasOf } from './catalog/quota';
import { createAccountant } from './shares/accountant';
import { addShareMetrics } from './shares/metrics';
import { addCatalogMetrics, addUsageMetrics } from './observability/catalog-metrics';
import { StartFailure } from './start-failure';
import type { BlobStore } from './storage/blob-store';
import { openPair } from './open-pair';
import { watchKeys } from './config/watch-keys';

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly startUp: StartUp;
  /**
   * Stops: no new uploads, running transfers get `shutdownGraceSeconds`, then they are cut and what they stored is
   * freed; database and storage are closed last.
   */
  close(): Promise<void>;
  /** Reads API_KEYS_FILE again now, as it does by itself when the file changes. */
  rereadKeys(): void;
}

/** What the start-up line says; plain values, since a worker sends them to its supervisor. */
export interface StartUp {
  url: string;
  storage: string;
  database: string;
  access: 'API keys required' | 'no API keys: open to this machine' | 'no API keys: open to everyone';
}

/** What tests put in place of what the configuration says: faulty engines, another contract, another clock. */
export interface Overrides {
  api?: Api;
  store?: BlobStore;
  catalog?: FileCatalog;
  /** Seconds since 1970. */
  now?: () => number;
}

/** How often the counts of the pair are raised: a copy of the catalog that is older is recognized. */
const PAIR_SECONDS = 60;

/** The composition root: the only place that knows every room of the house. @throws StartFailure when a part cannot be opened. */
export async function startServer(config: Config, logger: Logger, overrides: Overrides = {}): Promise<RunningServer> {
  const metrics = createMetrics();
  const opened = await openPair(config, overrides);
  const measured = createEngineMetrics(metrics.registry);
  const store = measured('storage', opened.store);
  const catalog = measured('catalog', opened.catalog);
  const pair = await joinPair(store, catalog, (fault) => {
    if (fault === undefined) logger.info('catalog and storage belong together again');
    else logger.error(`the server stops writing and deleting: ${fault}`);
  }).catch((error: unknown) => closePair(new StartFailure('pair', config, error)));
  const now = overrides.now ?? (() => Math.floor(Date.now() / 1000));
  let quotas = quotasOf(config);
  const quotaOf = (tenant: string) => quotas(tenant);
  const accountant = createAccountant({ ...config, maxUploads: config.maxConcurrentUploads });
  addDiskMetrics(metrics.registry, config);
  addShareMetrics(metrics.registry, accountant);
  addCatalogMetrics(metrics.registry, catalog, now);
  addUsageMetrics(metrics.registry, catalog.usages, quotaOf);
  const warn = (message: string, error: unknown) => logger.warn({ err: error }, message);
  const files = createFiles(store, pair.catalog, {
    ...config,
    ...accountant,
    places: accountant.uploads,
    // a catalog beside `memory:` is in memory, too, where only the store is bounded
    smallFileBytes: config.storage.kind === 'memory' ? 0 : config.smallFileBytes,
    sessionSeconds: config.uploadSessionSeconds,
    leaseSeconds: config.uploadLeaseSeconds,
    checkWritable: pair.checkWritable,
    quotaOf,
    onKept: metrics.uploadedBytes,
    onCleanupFailure: warn,
    now,
  });

  const http = await createHttpServer(files, {
    config,
    logger,
    metrics,
    accountant,
    ...(overrides.api && { api: overrides.api }),
  }).catch(closePair);
  const { port, family, address } = await http.listen(config.host, config.port).catch(async (error: unknown) => {
    await http.close();
    return closePair(new StartFailure('address', config, error));
  });
  const renewSeconds = config.uploadLeaseSeconds / 3;
  const renewFailure = 'the leases of running uploads could not be renewed';
  const pairFailure = 'the check that catalog and storage belong together failed';
  const jobs = startBackgroundJobs(
    [
      { everySeconds: renewSeconds, run: renewLeases, failure: renewFailure },
      { everySeconds: PAIR_SECONDS, run: pair.renew, failure: pairFailure },
      { everySeconds: config.reapIntervalSeconds, atStart: true, run: reap, failure: 'the reaper failed' },
    ],
    warn,
  );
  const keys = watchKeys(config, logger, (apiKeys) => {
    http.setApiKeys(apiKeys);
    quotas = quotasOf({ ...config, apiKeys });
  });
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  const startUp = { url, storage: store.description, database: catalog.description, access: accessOf(config) };

  let closing: Promise<void> | undefined;
  return { url, startUp, close: () => (closing ??= close()), rereadKeys: keys.reread };

  async function closePair(error: unknown): Promise<never> {
    await Promise.all([store.close(), catalog.close()]);
    throw error;
  }

  async function close(): Promise<void> {
    keys.close();
    const closed = http.close();
    const grace = setTimeout(() => {
      logger.warn('SHUTDOWN_GRACE_SECONDS have passed: running transfers are cut');
      http.destroy();
    }, config.shutdownGraceSeconds * 1000);
    await closed;
    clearTimeout(grace);
    await jobs.stop();
    await files.uploads.close();
    await Promise.all([store.close(), catalog.close()]);
  }

  async function reap(signal: AbortSignal): Promise<void> {
    const { expired, freed } = await files.reaper.run(signal);
    metrics.reaped('expired', expired);
    metrics.reaped('freed', freed);
    metrics.reaperRan();
    if (expired + freed > 0) logger.info({ expired, freed }, 'the reaper freed files');
  }

  async function renewLeases(): Promise<void> {
    try {
      await files.uploads.renewLeases();
    } catch (error) {
      metrics.leasesNotRenewed();
      throw error;
    }
  }
}

function accessOf({ apiKeys, allowsAnonymous }: Config): StartUp['access'] {
  if (apiKeys.length > 0) return 'API keys required';
  return allowsAnonymous ? 'no API keys: open to everyone' : 'no API keys: open to this machine';
}
