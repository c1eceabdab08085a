import { openConnections } from './database';
import type { Connections } from './database';
import { asAppError, codeOf } from './database-error';
import type { DatabaseSettings } from './database-url';
import type { CatalogOptions, FileCatalog } from './file-catalog';
import { migrate } from './migrations';
import { createSqlCatalog } from './sql-catalog';

/**
 * Opens the catalog and brings its schema up to date; many processes may do so at once.
 * @throws AppError `unavailable` with a sentence for the operator when the database cannot be used; `cause` says why.
 */
export async function openCatalog(settings: DatabaseSettings, options: CatalogOptions): Promise<FileCatalog> {
  let connections: Connections | undefined;
  try {
    const { writer } = (connections = openConnections(settings));
    await retryWhileBusy(settings, () => migrate(writer));
    return createSqlCatalog(settings, connections, options);
  } catch (error) {
    await connections?.close();
    throw asAppError(error);
  }
}

/** Processes that start at once on an empty file turn it into WAL together, where SQLite refuses instead of waiting. */
async function retryWhileBusy(settings: DatabaseSettings, work: () => Promise<void>): Promise<void> {
  if (settings.kind !== 'sqlite') return work();
  const deadline = performance.now() + 1000 * settings.busyTimeoutSeconds;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || performance.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 20 + 80 * Math.random()));
    }
  }
}
