import { dirname } from 'node:path';
import { checkDiskRoom } from '../disk/disk-room';
import { isAppError } from '../errors';
import { BALLAST_BYTES, createBallast } from './ballast';
import { openConnections } from './database';
import { asAppError, codeOf } from './database-error';
import type { DatabaseSettings } from './database-url';
import type { CatalogOptions, FileCatalog } from './file-catalog';
import { migrate } from './schema/migrate';
import { createSqlCatalog } from './sql-catalog';

/**
 * Opens the catalog and brings its schema up to date; many processes may do so at once.
 * @throws AppError `unavailable` with a sentence for the operator when the database cannot be used; `cause` says why.
 */
export async function openCatalog(settings: DatabaseSettings, options: CatalogOptions): Promise<FileCatalog> {
  const opened = open(settings, options).catch(async (error: unknown) => {
    if (!(await makeRoomToOpen(settings))) throw error;
    return open(settings, options);
  });
  return opened.catch((error: unknown) => {
    throw asAppError(error);
  });
}

async function open(settings: DatabaseSettings, options: CatalogOptions): Promise<FileCatalog> {
  const connections = openConnections(settings);
  try {
    await retryWhileBusy(settings, () => migrate(connections.writer));
    return createSqlCatalog(settings, connections, options);
  } catch (error) {
    await connections.close();
    throw error;
  }
}

/** On a full disk SQLite cannot make its log. */
async function makeRoomToOpen(settings: DatabaseSettings): Promise<boolean> {
  if (settings.kind !== 'sqlite' || settings.filename === ':memory:') return false;
  const isFull = await checkDiskRoom(dirname(settings.filename), BALLAST_BYTES).then(
    () => false,
    (error: unknown) => isAppError(error),
  );
  return isFull && createBallast(settings.filename).release();
}

/** When several processes switch a new file to WAL at once, SQLite refuses with SQLITE_BUSY instead of waiting. */
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
