import { promises as fs } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/config';
import { counted } from '../counted';
import { makeFolders } from '../disk/make-folders';
import { reasonOf } from '../errors';
import { faultOfPair } from '../files/pair-halves';
import { withPair } from '../open-pair';
import { absentData } from './absent-data';
import { copyPair } from './copy-pair';
import type { BackupReport } from './copy-pair';
import { fail, print } from './output';

/**
 * Copies catalog and blobs into a new folder while servers run; a server can run on that folder.
 * Exit code 0 when all is copied, 1 when files had lost their bytes before, 2 when there is no backup.
 */
export async function runBackup(config: Config, folder: string): Promise<void> {
  const absent = absentData(config);
  if (absent.length > 0) return fail(['There is nothing to back up.', ...absent], 2);
  try {
    const { files, bytes, missing } = await backUp(config, folder);
    for (const id of missing) print(`missing: the storage has no bytes of ${id}`);
    print(`${counted(files, 'file')}, ${counted(bytes, 'byte')} in ${folder}`);
    if (missing.length > 0) process.exitCode = 1;
  } catch (error) {
    fail([`There is no backup: ${reasonOf(error)}`], 2);
  }
}

async function backUp(config: Config, folder: string): Promise<BackupReport> {
  if (config.database.kind !== 'sqlite') {
    throw new Error("a catalog in Postgres is backed up by pg_dump, before the bucket: see 'docs/operations.md'");
  }
  const target = resolve(folder);
  makeFolders(target);
  if ((await fs.readdir(target)).length > 0) throw new Error(`the folder ${target} is not empty`);
  return withPair(config, async (pair) => {
    const fault = await faultOfPair(pair.store, pair.catalog);
    if (fault !== undefined) throw new Error(fault);
    return copyPair(pair, config, target);
  });
}
