import { v7 } from 'uuid';
import { AppError } from '../errors';

/** Seconds a `batch` file lives when the client names no policy: OpenAI's 30 days. */
export const BATCH_LIFETIME_SECONDS = 2_592_000;

/** A name's UTF-8 bytes: percent-encoded in `Content-Disposition` they must stay below what clients take as a header. */
export const MAX_FILENAME_BYTES = 1024;

const FILE_ID = /^file-[0-9a-f]{32}$/;

/**
 * `file-` and a UUIDv7 (RFC 9562): sorts by the time of the commit, strictly rising within a process even
 * when the clock is set back, and carries 74 random bits, so that it cannot be guessed.
 */
export function newFileId(): string {
  return `file-${v7().replaceAll('-', '')}`;
}

/** Whether `id` could have been minted here; whatever else never reaches SQL. */
export function isFileId(id: string): boolean {
  return FILE_ID.test(id);
}

/** When a file ends, in seconds since 1970, or null for never. */
export function expiryOf(purpose: string, createdAt: number, expiresAfterSeconds: number | undefined): number | null {
  if (expiresAfterSeconds !== undefined) return createdAt + expiresAfterSeconds;
  return purpose === 'batch' ? createdAt + BATCH_LIFETIME_SECONDS : null;
}

/**
 * The name to keep: of a path its last part, `upload` when nothing is left.
 * @throws AppError `invalid` for control characters (C0, DEL, C1) and for a name over 1,024 bytes.
 */
export function filenameOf(name: string, param: string): string {
  // Postgres cannot hold NUL; the others act on terminals, and take six bytes each in JSON
  if (/\p{Cc}/u.test(name)) {
    throw new AppError('invalid', `The name of '${param}' holds a NUL or another control character.`, { param });
  }
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  if (last === '' || last === '.' || last === '..') return 'upload';
  if (Buffer.byteLength(last) > MAX_FILENAME_BYTES) {
    throw new AppError('invalid', `The name of '${param}' is longer than ${MAX_FILENAME_BYTES} bytes.`, { param });
  }
  return last.toWellFormed();
}
