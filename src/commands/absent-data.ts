import { existsSync } from 'node:fs';
import type { Config } from '../config/config';

/** A line for each of catalog and storage that does not exist. Opening would create it, and every blob would be an orphan. */
export function absentData({ database, storage }: Config): string[] {
  return [
    database.kind === 'sqlite' && !existsSync(database.filename) && `  DATABASE_URL: there is no ${database.filename}`,
    storage.kind === 'file' && !existsSync(storage.root) && `  STORAGE_URL: there is no ${storage.root}`,
  ].filter((fault) => fault !== false);
}
