import { isLoopback } from '../loopback';
import { hasRepeatedKey, tenantOfTwoQuotas } from './api-keys';
import type { ApiKey } from './api-keys';
import type { Settings } from './settings';

/** What single settings are right about and together are wrong about: a sentence each, with the variable's name. */
export function contradictions(
  { database, storage, ...config }: Partial<Settings>,
  apiKeys: ApiKey[] | undefined,
): string[] {
  const faults: string[] = [];
  const hasMemoryCatalog = database?.kind === 'sqlite' && database.filename === ':memory:';
  const hasMemoryStore = storage?.kind === 'memory';
  if (hasMemoryCatalog && storage && !hasMemoryStore) {
    faults.push(
      'DATABASE_URL: a catalog in memory forgets every file of a durable store when the server stops; ' +
        'use STORAGE_URL=memory: with it, or a durable DATABASE_URL.',
    );
  }
  if (hasMemoryStore && database && !hasMemoryCatalog) {
    faults.push(
      'STORAGE_URL: bytes in memory are lost when the server stops while a durable catalog goes on listing them; ' +
        'use DATABASE_URL=sqlite::memory: with it, or a durable STORAGE_URL.',
    );
  }
  if ((config.workers ?? 1) > 1 && (hasMemoryCatalog || hasMemoryStore)) {
    faults.push('WORKERS: processes cannot share what is in memory; use WORKERS=1, or a durable database and storage.');
  }
  const { host = '127.0.0.1' } = config;
  if (apiKeys?.length === 0 && config.allowsAnonymous === false && !isLoopback(host)) {
    faults.push(
      `HOST: without keys everyone who reaches ${host} could read and delete all files; set API_KEYS=tenant:key, ` +
        'or ALLOW_ANONYMOUS=true if that is meant.',
    );
  }
  if (apiKeys && hasRepeatedKey(apiKeys)) {
    faults.push('API_KEYS: the same key is given twice, API_KEYS_FILE included.');
  }
  const unclear = tenantOfTwoQuotas(apiKeys ?? []);
  if (unclear) faults.push(`API_KEYS: the keys of '${unclear}' have different quotas, API_KEYS_FILE included.`);
  if (apiKeys?.some(({ key }) => key === config.metricsKey)) {
    faults.push('METRICS_KEY: it is a key of API_KEYS, too; it needs a key of its own.');
  }
  if (config.corsOrigins?.includes('*') && apiKeys?.length === 0 && config.allowsAnonymous === false) {
    faults.push(
      'CORS_ORIGINS: without keys * would let every web page read and delete all files; set API_KEYS=tenant:key, ' +
        'name the origins, or set ALLOW_ANONYMOUS=true if that is meant.',
    );
  }
  return faults;
}
