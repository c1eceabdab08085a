import { v7 } from 'uuid';
import { AppError } from '../errors';

/** Seconds a `batch` file lives when the client names no policy: OpenAI's 30 days. */
const BATCH_LIFETIME_SECONDS = 2_592_000;

/** A name's UTF-8 bytes: percent-encoded in `Content-Disposition` they must stay below what clients take as a header. */
const MAX_FILENAME_BYTES = 1024;

const FILE_ID = /^file-[0-9a-f]{32}$/;
const UPLOAD_ID = /^upload_[0-9a-f]{32}$/;

/**
 * `prefix` and a UUIDv7 (RFC 9562): sorts by time, strictly rising within a process even when the clock is set back,
 * and carries 74 random bits, so that it cannot be guessed.
 */
export function newId(prefix: 'file-' | 'upload_' | 'part_'): string {
  return `${prefix}${v7().replaceAll('-', '')}`;
}

/** Whether `id` could have been minted here; whatever else never reaches SQL. */
export function isFileId(id: string): boolean {
  return FILE_ID.test(id);
}

export function isUploadId(id: string): boolean {
  return UPLOAD_ID.test(id);
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

/** In OpenAI's words. The id is repeated, but never more of it than an id has. */
export function noSuch(object: 'File' | 'Upload', id: string): AppError {
  return new AppError('not_found', `No such ${object} object: ${id.slice(0, 64).toWellFormed()}`, { param: 'id' });
}

/** @param param the field that says how large the file is, or that holds it. */
export function fileTooLarge(maxBytes: number, param: string): AppError {
  return new AppError('too_large', `The file is larger than the limit of ${maxBytes} bytes.`, { param });
}
