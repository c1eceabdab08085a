import { randomBytes } from 'node:crypto';
import { existsSync, promises as fs, rmSync } from 'node:fs';
import { codeOf } from './database-error';

/** What SQLite's log and index take to begin, and some commits of deletes. */
export const BALLAST_BYTES = 1024 * 1024;

/**
 * A file beside the database that only takes room. Deleting writes, too: when others have filled the disk to the brim,
 * it is thrown out, so that a database opens and deletes all the same.
 */
export interface Ballast {
  /** Makes the file where it is missing and there is room. */
  keep(): Promise<void>;
  /** @returns false when it was gone already. */
  release(): boolean;
}

export function createBallast(database: string): Ballast {
  const path = `${database}-ballast`;
  return { keep, release };

  async function keep(): Promise<void> {
    if (existsSync(path)) return;
    try {
      // no zeros, of which some file systems store nothing
      await fs.writeFile(path, randomBytes(BALLAST_BYTES), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // another process has made it, or there is no room: the next call tries again
      if (codeOf(error) !== 'EEXIST') release();
    }
  }

  function release(): boolean {
    if (!existsSync(path)) return false;
    rmSync(path, { force: true });
    return true;
  }
}
