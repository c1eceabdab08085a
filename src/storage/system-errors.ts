import { constants } from 'node:os';
import { isAppError, storageAway, storageFull, storageReadOnly } from '../errors';
import { blobExists } from './blob-errors';

/** Awaits `work`, and translates its errors with `storageError`. */
export async function asStorageError<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw storageError(error);
  });
}

/** The error that the caller of a store gets for a system's error, which becomes its cause. */
export function storageError(cause: unknown): Error {
  if (isAppError(cause)) return cause;
  if (isErrno(cause, 'EEXIST')) return blobExists(cause);
  if (isErrno(cause, 'ENOSPC', 'EDQUOT', 'EFBIG')) return storageFull(cause);
  if (isErrno(cause, 'EROFS')) return storageReadOnly(cause);
  return storageAway(cause);
}

type Errno = keyof typeof constants.errno;

/** By number: libuv has no name for some, such as EDQUOT. */
export function isErrno(error: unknown, ...codes: Errno[]): boolean {
  const errno = typeof error === 'object' && error !== null && 'errno' in error ? error.errno : undefined;
  return codes.some((code) => errno === -constants.errno[code]);
}
