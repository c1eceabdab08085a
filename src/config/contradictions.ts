import { isLoopback } from '../loopback';
import { faultsAmong } from './api-keys';
import type { ApiKey } from './api-keys';
import type { Settings } from './settings';

/** What is wrong with settings that are right one by one: a sentence for each fault, with the variable's name. */
export function contradictions(settings: Partial<Settings>, apiKeys: ApiKey[] | undefined): string[] {
  const { database, storage, ...config } = settings;
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
  for (const fault of faultsAmong(apiKeys ?? [], config.metricsKey)) faults.push(`API_KEYS: ${fault}`);
  if (config.corsOrigins?.includes('*') && apiKeys?.length === 0 && config.allowsAnonymous === false) {
    faults.push(
      'CORS_ORIGINS: without keys * would let every web page read and delete all files; set API_KEYS=tenant:key, ' +
        'name the origins, or set ALLOW_ANONYMOUS=true if that is meant.',
    );
  }
  return faults;
}
