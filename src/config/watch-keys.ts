import { unwatchFile, watchFile } from 'node:fs';
import { hasRepeatedKey, readKeysFile, tenantOfTwoQuotas } from './api-keys';
import type { ApiKey } from './api-keys';
import type { Config } from './config';
import type { Logger } from '../observability/logger';

/** Looked at, and not notified of: a mount over a network and the links of Kubernetes' secrets tell nobody of a change. */
const LOOK_MS = 400;

export interface KeysWatch {
  /** Reads the file again now. */
  reread(): void;
  close(): void;
}

/**
 * Reads API_KEYS_FILE again whenever it changes, and tells `onKeys` all keys, those of API_KEYS included. A file that has
 * a fault changes nothing, and is logged with its line.
 */
export function watchKeys(config: Config, logger: Logger, onKeys: (keys: readonly ApiKey[]) => void): KeysWatch {
  const { apiKeysFile, inlineApiKeys } = config;
  if (apiKeysFile === '') return { reread: () => undefined, close: () => undefined };
  let known = config.apiKeys;
  watchFile(apiKeysFile, { persistent: false, interval: LOOK_MS }, reread);
  // what was written between the first look at it and this one
  reread();
  return { reread, close: () => unwatchFile(apiKeysFile, reread) };

  function reread(): void {
    try {
      const keys = [...inlineApiKeys, ...readKeysFile(apiKeysFile)];
      if (hasRepeatedKey(keys)) throw new Error('the same key is given twice, API_KEYS included.');
      if (keys.some(({ key }) => key === config.metricsKey)) throw new Error('METRICS_KEY is among its keys.');
      const unclear = tenantOfTwoQuotas(keys);
      if (unclear) throw new Error(`the keys of '${unclear}' have different quotas, API_KEYS included.`);
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
