import type { ApiKey } from '../config/api-keys';
import type { Config } from '../config/config';
import type { Files } from '../files/files';
import type { Logger } from '../observability/logger';
import type { Metrics } from '../observability/metrics';
import type { Accountant } from '../shares/accountant';
import { createApp } from './app';
import { createAsset } from './assets';
import { createAuthenticator } from './auth';
import { createIdleWatch } from './connection/idle-watch';
import { createListener } from './connection/listener';
import { createResponder } from './connection/respond';
import { createDrains } from './connection/unread-body';
import type { Api } from './contract/api';
import { createRouter } from './contract/router';
import { createOperationRunner } from './contract/run-operation';
import { docsAssets } from './docs';
import { filesApi } from './handlers';
import { createHome } from './home';
import { createRemoteAddress } from './remote-address';

export type { Api } from './contract/api';

interface HttpServerOptions {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  accountant: Accountant;
  /** Another contract, for tests. */
  api?: Api;
}

/** The API over HTTP: the one door to this folder. */
export async function createHttpServer(files: Files, options: HttpServerOptions) {
  const { config, logger, metrics, accountant } = options;
  const { document, operations, createHandlers } = options.api ?? filesApi;
  const home = await createHome(config.page === 'on');
  if (config.page === 'on' && !home.hasPage) {
    logger.warn('the page is not built: / shows no web page until npm run build has run');
  }
  const contract = createAsset('/openapi.json', 'application/json; charset=utf-8', JSON.stringify(document));
  const docs = await docsAssets(config.apiKeys.length > 0);
  const handlers = createHandlers(files, config);
  const idle = createIdleWatch(config.uploadIdleSeconds);
  const { buffers, jsonBodies } = accountant;
  const runOperation = createOperationRunner(operations, handlers, { ...config, buffers, jsonBodies, idle });
  const router = await createRouter(document, Object.keys(handlers), runOperation).catch((error: unknown) => {
    idle.close();
    throw error;
  });
  let hasStopped = false;
  const isStopping = () => hasStopped;
  const drains = createDrains(config.maxFileBytes, accountant);
  const addressOf = createRemoteAddress(config.trustedProxies);
  const authenticator = createAuthenticator(config, addressOf);
  const app = createApp({
    assets: { openapi: [contract], docs, home: home.assets },
    home,
    router,
    authenticator,
    addressOf,
    corsOrigins: config.corsOrigins,
    responder: createResponder({ drains, idle, buffers, minDownloadRate: config.minDownloadRate, isStopping }),
    logger,
    metrics,
    checkReadiness: files.checkReadiness,
    isStopping,
  });
  const listener = createListener({
    maxHeaderBytes: config.maxHeaderBytes,
    maxConnections: config.maxConnections,
    onDropped: (count) => logger.warn({ count }, 'connections were closed: MAX_CONNECTIONS is reached'),
    drains,
    ...app,
  });

  return {
    listen: listener.listen,
    async close(): Promise<void> {
      hasStopped = true;
      await listener.close();
      await router.whenIdle();
      idle.close();
    },
    destroy: listener.destroy,
    /** Replaces the keys. Requests with another are ended: an upload with 401, a download is cut. */
    setApiKeys(apiKeys: readonly ApiKey[]): void {
      authenticator.setKeys(apiKeys);
      app.endRevoked();
    },
  };
}
