import { randomBytes } from 'node:crypto';
import { existsSync, promises as fs, rmSync } from 'node:fs';
import { codeOf } from './database-error';

/** Enough for SQLite to make its log and index, and to commit some deletes. */
export const BALLAST_BYTES = 1024 * 1024;

/**
 * A file beside the database that reserves space on its disk. Deleting rows writes, too: when the disk is full, this file
 * is deleted, so that the database can open and delete.
 */
export function createBallast(database: string) {
  const path = `${database}-ballast`;
  return { keep, release };

  /** Makes the file where it is missing and there is room. */
  async function keep(): Promise<void> {
    if (existsSync(path)) return;
    try {
      // random bytes: some file systems do not store zeros
      await fs.writeFile(path, randomBytes(BALLAST_BYTES), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // EEXIST: another process has made it. Otherwise there is no room, and the next call tries again.
      if (codeOf(error) !== 'EEXIST') release();
    }
  }

  /** @returns false when the file was deleted before. */
  function release(): boolean {
    if (!existsSync(path)) return false;
    rmSync(path, { force: true });
    return true;
  }
}
