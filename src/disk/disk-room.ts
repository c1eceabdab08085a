import { promises as fs } from 'node:fs';
import { storageFull, storageReadOnly } from '../errors';

/** Free inodes: an upload takes one, and deleting takes some. */
const MIN_FREE_FILES = 1000;

/**
 * Checks that the disk of `folder` has room for another upload: `minFreeBytes` and some inodes stay free, since deleting
 * writes, too. With 0 only a full disk is refused.
 *
 * @returns how many bytes are free.
 * @throws AppError `unavailable` when there is no room, or the folder cannot be written; the system's error when there is
 * no such folder.
 */
export async function checkDiskRoom(folder: string, minFreeBytes: number): Promise<number> {
  await fs.access(folder, fs.constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const isReadOnly = error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS';
    throw isReadOnly ? storageReadOnly(error) : error;
  });
  const { bsize, blocks, bavail, files, ffree } = await fs.statfs(folder);
  // a file system without a limit reports 0 of 0
  const isShortOfBytes = blocks > 0 && (bavail === 0 || bavail * bsize < minFreeBytes);
  const isShortOfFiles = files > 0 && ffree < (minFreeBytes > 0 ? MIN_FREE_FILES : 1);
  if (isShortOfBytes || isShortOfFiles) throw storageFull();
  return blocks > 0 ? bavail * bsize : Infinity;
}
