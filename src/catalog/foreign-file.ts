import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { AppError } from '../errors';

/** `Slui` in ASCII. */
export const APPLICATION_ID = 0x536c7569;

// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const SCHEMA_COOKIE_AT = 40;
const APPLICATION_ID_AT = 68;

/**
 * Refuses an SQLite file of another program before SQLite opens it: opening for writing switches a file to WAL, for good. A
 * file whose header says nothing, since it is new or its header is still in its log, is for the migration to judge.
 *
 * @throws AppError `unavailable`
 */
export function refuseForeignFile(path: string): void {
  const header = Buffer.alloc(HEADER_BYTES);
  if (!existsSync(path) || !readHeader(path, header)) return;
  if (isOurs(header.readInt32BE(APPLICATION_ID_AT), header.readInt32BE(SCHEMA_COOKIE_AT) > 0)) return;
  throw foreignDatabase();
}

/** A file of SQLite says whose it is; one without tables is new. */
export function isOurs(applicationId: number, hasTables: boolean): boolean {
  return applicationId === APPLICATION_ID || (applicationId === 0 && !hasTables);
}

export function foreignDatabase(): AppError {
  return new AppError(
    'unavailable',
    'The database belongs to another program: DATABASE_URL must name one of Sluice, or a new one.',
  );
}

/** @returns false when the file is no database, or an empty one, or cannot be read: SQLite says what is wrong. */
function readHeader(path: string, header: Buffer): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return readSync(file, header) === HEADER_BYTES && header.toString('latin1', 0, MAGIC.length) === MAGIC;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
