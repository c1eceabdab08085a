import { unwatchFile, watchFile } from 'node:fs';
import { faultsAmong, readKeysFile } from './api-keys';
import type { ApiKey } from './api-keys';
import type { Config } from './config';
import type { Logger } from '../observability/logger';

/** The file is polled: network mounts and the symbolic links of Kubernetes' secrets report no change. */
const POLL_MS = 400;

/**
 * Reads API_KEYS_FILE again whenever it changes, and passes all keys to `onKeys`, those of API_KEYS included. A file with a
 * fault changes nothing, and the fault is logged.
 *
 * @returns `reread`, which reads the file again now, and `close`.
 */
export function watchKeys(config: Config, logger: Logger, onKeys: (keys: readonly ApiKey[]) => void) {
  const { apiKeysFile, inlineApiKeys } = config;
  if (apiKeysFile === '') return { reread: () => undefined, close: () => undefined };
  let known = config.apiKeys;
  watchFile(apiKeysFile, { persistent: false, interval: POLL_MS }, reread);
  // it may have changed since the configuration was read
  reread();
  return { reread, close: () => unwatchFile(apiKeysFile, reread) };

  function reread(): void {
    try {
      const keys = [...inlineApiKeys, ...readKeysFile(apiKeysFile)];
      const [fault] = faultsAmong(keys, config.metricsKey);
      if (fault !== undefined) throw new Error(fault);
      if (JSON.stringify(keys) === JSON.stringify(known)) return;
      known = keys;
      onKeys(keys);
      logger.info({ keys: keys.length }, 'API_KEYS_FILE was read again');
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      logger.error(`API_KEYS_FILE: ${fault} The keys read before stay in force.`);
    }
  }
}
