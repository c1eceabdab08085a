import { promises as fs } from 'node:fs';
import { storageFull, storageReadOnly } from '../errors';

/** So many files must still be possible: an upload takes one, and what frees room takes some. */
const MIN_FREE_FILES = 1000;

/**
 * Checks that the disk of `folder` has room for another upload: `minFreeBytes` and some inodes stay free, so that
 * deleting, which writes too, never fails for want of room. With 0 only a disk that is full to the brim is refused.
 *
 * @returns how many bytes are free.
 * @throws AppError `unavailable` when it has not; or when the folder cannot be written; the system's error when it is not there.
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
