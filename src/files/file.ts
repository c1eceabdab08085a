import { v7 } from 'uuid';
import { AppError } from '../errors';

/** How long a `batch` file lives without a policy: OpenAI's 30 days. */
const BATCH_LIFETIME_SECONDS = 2_592_000;

/** In UTF-8: percent-encoded in `Content-Disposition` a name must stay below what clients accept as a header. */
const MAX_FILENAME_BYTES = 1024;

const FILE_ID = /^file-[0-9a-f]{32}$/;
const UPLOAD_ID = /^upload_[0-9a-f]{32}$/;

/**
 * `prefix` and a UUIDv7 (RFC 9562): it sorts by time, rises within a process even when the clock is set back, and has 74
 * random bits, so that it cannot be guessed.
 */
export function newId(prefix: 'file-' | 'upload_' | 'part_'): string {
  return `${prefix}${v7().replaceAll('-', '')}`;
}

/** Whether `id` can be one of a file. Anything else never reaches SQL. */
export function isFileId(id: string): boolean {
  return FILE_ID.test(id);
}

export function isUploadId(id: string): boolean {
  return UPLOAD_ID.test(id);
}

/** When a file expires, in seconds since 1970; null for never. */
export function expiryOf(purpose: string, createdAt: number, expiresAfterSeconds: number | undefined): number | null {
  if (expiresAfterSeconds !== undefined) return createdAt + expiresAfterSeconds;
  return purpose === 'batch' ? createdAt + BATCH_LIFETIME_SECONDS : null;
}

/**
 * The name to keep: the last part of a path, `upload` when nothing is left.
 * @throws AppError `invalid` for control characters (C0, DEL, C1) and for a name over 1,024 bytes.
 */
export function filenameOf(name: string, param: string): string {
  // Postgres cannot hold NUL; the others control terminals, and take six bytes each in JSON
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

/** In OpenAI's words. Of the id only so much is repeated as an id can have. */
export function noSuch(object: 'File' | 'Upload', id: string): AppError {
  return new AppError('not_found', `No such ${object} object: ${id.slice(0, 64).toWellFormed()}`, { param: 'id' });
}

/** @param param the field that says how large the file is, or that holds it. */
export function fileTooLarge(maxBytes: number, param: string): AppError {
  return new AppError('too_large', `The file is larger than the limit of ${maxBytes} bytes.`, { param });
}
