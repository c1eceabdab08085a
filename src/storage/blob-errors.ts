import { AppError, storageAway } from '../errors';

/** The error of `get` for an absent blob. */
export function noSuchBlob(cause?: unknown): AppError {
  return new AppError('not_found', 'No such blob.', { cause });
}

/** A key is written once: a second `put` is a fault of the program, not of the storage. */
export function blobExists(cause?: unknown): Error {
  return new Error('The blob exists already', { cause });
}

/**
 * Runs `clean`, which removes what a failed put has written.
 * @returns the error to reject with: `reason`, the put's own, unless bytes may be left.
 */
export async function errorAfterCleanup(reason: unknown, clean: () => Promise<void>): Promise<unknown> {
  try {
    await clean();
    return reason;
  } catch (error) {
    return storageAway(new AggregateError([reason, error], 'A put failed, and its bytes could not be removed'));
  }
}
