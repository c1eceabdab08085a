import { isNativeError } from 'node:util/types';
import type { Knex } from 'knex';
import { AppError, isAppError, storageFull, storageReadOnly } from '../errors';

/**
 * What a failed statement means to the caller: a statement or a value that the engine refuses is our own fault and stays
 * as it is; for anything else, such as a lost connection, a lock or a full disk, the database is not available.
 */
export function asAppError(error: unknown): unknown {
  if (isAppError(error) || isOurFault(error)) return error;
  if (isDamage(error)) return new AppError('internal', 'The database is damaged.', { cause: error });
  if (isFull(error)) return storageFull(error);
  if (READ_ONLY_CODES.has(codeOf(error))) return storageReadOnly(error);
  return new AppError('unavailable', 'The database is not available.', { cause: error });
}

/** knex puts the statement before the engine's message, which operators read: it becomes a property, which the log has. */
export function keepStatementsApart(database: Knex): Knex {
  return database.on('query-error', (error: Error & { statement?: string }, { sql }: { sql: string }) => {
    const prefix = `${sql} - `;
    if (!error.message.startsWith(prefix)) return;
    error.message = error.message.slice(prefix.length);
    error.statement = sql;
  });
}

export function isFull(error: unknown): boolean {
  return FULL_CODES.has(codeOf(error));
}

/** A part of the database cannot be read, or it is none: what it says of files cannot be believed any more. */
export function isDamage(error: unknown): boolean {
  return DAMAGE_CODES.has(codeOf(error));
}

/** SQLite's, Postgres's and the file system's. */
const FULL_CODES = new Set(['SQLITE_FULL', '53100', 'ENOSPC', 'EDQUOT']);
const DAMAGE_CODES = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'XX001', 'XX002']);
const READ_ONLY_CODES = new Set(['SQLITE_READONLY', '25006', 'EROFS']);

const OUR_SQLITE_CODE = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG)$/;
/** Classes of SQLSTATE: cardinality, data, constraints, names of statements and cursors, syntax and access. */
const OUR_SQLSTATE_CLASS = /^(21|22|23|26|34|42|0A)[0-9A-Z]{3}$/;

export function isOurFault(error: unknown): boolean {
  const code = codeOf(error);
  if (isNativeError(error) && ['TypeError', 'RangeError'].includes(error.name)) return true;
  return OUR_SQLITE_CODE.test(code) || OUR_SQLSTATE_CLASS.test(code);
}

/** SQLite's `SQLITE_…`, an SQLSTATE or a code of Node; empty when there is none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
