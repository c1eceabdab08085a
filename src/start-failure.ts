import { isNativeError } from 'node:util/types';
import type { DatabaseSettings } from './catalog/database-url';
import type { Config } from './config/config';
import { reasonOf } from './errors';
import type { StorageSettings } from './storage/storage-url';

/** What a start needs. `pair`: database and storage belong together; its error is a sentence already. */
export type Part = 'address' | 'database' | 'storage' | 'pair';

/** Why the server cannot start: a sentence or two for the operator, which say what is in the way and what to do. */
export class StartFailure extends Error {
  constructor(part: Part, config: Config, cause: unknown) {
    super(explain(part, config, cause), { cause });
    this.name = 'StartFailure';
  }
}

function explain(part: Part, config: Config, cause: unknown): string {
  const codes = codesOf(cause);
  const explanations = {
    address: () => codes.map((code) => ADDRESS[code]?.(config.host, config.port)).find(Boolean),
    database: () => explainDatabase(codes, config.database),
    storage: () => explainStorage(codes, config.storage, cause),
    pair: () => undefined,
  };
  return explanations[part]() ?? reasonOf(cause);
}

const ADDRESS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} of ${host} is taken by another program. Stop it, or set PORT to a free one.`,
  EACCES: (_host, port) =>
    `This user is not allowed to listen on port ${port}. Set PORT to 1024 or more, or give the process CAP_NET_BIND_SERVICE.`,
  EADDRNOTAVAIL: (host) => `This machine has no address ${host}. Set HOST to one that it has, or to 0.0.0.0 for all.`,
  ENOTFOUND: (host) => `The name ${host} has no address. Correct HOST.`,
  EAI_AGAIN: (host) => `The name ${host} has no address. Correct HOST.`,
};

const SILENT = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'TimeoutError']);
const UNKNOWN_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const FOLDER = new Set(['EACCES', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS']);

function explainDatabase(codes: readonly string[], settings: DatabaseSettings): string | undefined {
  const where = settings.description;
  for (const code of codes) {
    if (settings.kind === 'sqlite') {
      if (FOLDER.has(code)) {
        return `The database '${settings.filename}' cannot be created (${code}). Correct DATABASE_URL, or give this user the right to write there.`;
      }
      const sentence = SQLITE[code];
      if (sentence) return sentence(settings.filename);
    } else {
      if (SILENT.has(code)) {
        return `Nothing answers at ${where} (${code}). Start the database, or correct DATABASE_URL.`;
      }
      if (UNKNOWN_NAME.has(code)) return `The host of ${where} has no address (${code}). Correct DATABASE_URL.`;
      const sentence = POSTGRES[code];
      if (sentence) return sentence(where);
    }
  }
  return undefined;
}

const SQLITE: Readonly<Record<string, (file: string) => string>> = {
  SQLITE_NOTADB: (file) =>
    `'${file}' is not an SQLite database. Correct DATABASE_URL, or restore the file from a backup.`,
  SQLITE_CORRUPT: (file) => `The database '${file}' is damaged. Restore it from a backup.`,
  SQLITE_CANTOPEN: (file) =>
    `The database '${file}' cannot be opened. Correct DATABASE_URL, or give this user the right to read and write it.`,
  SQLITE_READONLY: (file) =>
    `The database '${file}' cannot be written. Give this user the right to write it and its folder.`,
  SQLITE_BUSY: (file) => `The database '${file}' is locked by another program. Stop that program.`,
};

const POSTGRES: Readonly<Record<string, (where: string) => string>> = {
  '28P01': (where) => `The database ${where} refuses the password. Correct DATABASE_URL.`,
  '28000': (where) =>
    `The database ${where} does not accept this user. Correct DATABASE_URL, or pg_hba.conf of the server.`,
  '3D000': (where) => `There is no database ${where}. Create it, or correct DATABASE_URL.`,
  '42501': (where) => `The user is not allowed to create tables in ${where}. Grant it CREATE on the schema.`,
  '42P07': (where) =>
    `In ${where} another program has a table of the same name. Correct DATABASE_URL: it needs a database of its own.`,
  '53300': (where) =>
    `The database ${where} has no connection left. Raise its max_connections, or lower poolMax in DATABASE_URL.`,
  '57P03': (where) => `The database ${where} is still starting. Start Sluice again in a moment.`,
};

function explainStorage(codes: readonly string[], settings: StorageSettings, cause: unknown): string | undefined {
  if (settings.kind === 'file') {
    const code = codes.find((known) => FOLDER.has(known));
    return code === undefined
      ? undefined
      : `The folder '${settings.root}' cannot be used (${code}). Correct STORAGE_URL, or give this user the right to write there.`;
  }
  if (settings.kind !== 's3') return undefined;
  const { bucket, endpoint = 'AWS' } = settings;
  for (const code of codes) {
    if (SILENT.has(code)) {
      return `Nothing answers at ${endpoint} (${code}). Start the S3 server, or correct STORAGE_URL.`;
    }
    if (UNKNOWN_NAME.has(code)) {
      return `The host of the bucket '${bucket}' has no address (${code}). Correct STORAGE_URL.`;
    }
    if (REGION.has(code)) {
      const region = regionOf(cause);
      return `The bucket '${bucket}' is in another region${region ? `, ${region}` : ''}. Set it in STORAGE_URL: region=${region ?? '…'}.`;
    }
    const sentence = S3[code];
    if (sentence) return sentence(bucket, endpoint);
  }
  if (!/region is missing/i.test(reasonOf(cause))) return undefined;
  return 'S3 needs a region. Add region=… to STORAGE_URL, or set AWS_REGION.';
}

const REGION = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);

const S3: Readonly<Record<string, (bucket: string, endpoint: string) => string>> = {
  NoSuchBucket: (bucket, endpoint) =>
    `There is no bucket '${bucket}' at ${endpoint}. Create it, or correct STORAGE_URL.`,
  AccessDenied: (bucket) =>
    `These credentials do not allow writing to the bucket '${bucket}'. Give them the permissions of docs/deployment.md.`,
  InvalidAccessKeyId: refusedCredentials,
  SignatureDoesNotMatch: refusedCredentials,
  ExpiredToken: refusedCredentials,
  RequestTimeTooSkewed: (_bucket, endpoint) =>
    `The clocks of this machine and of the S3 server at ${endpoint} differ too much. Set the clock of this machine.`,
  CredentialsProviderError: () =>
    'There are no credentials for S3. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run it with a profile or a role.',
};

function refusedCredentials(_bucket: string, endpoint: string): string {
  return `The S3 server at ${endpoint} refuses the credentials. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
}

/** The answer of S3 names the region of the bucket. */
function regionOf(cause: unknown): string | undefined {
  return chainOf(cause)
    .map((error) => (error as { Region?: unknown }).Region)
    .find((text) => typeof text === 'string');
}

/** The codes and names of an error and of its causes, the outermost first. */
function codesOf(error: unknown): string[] {
  return chainOf(error).flatMap(({ code, name, message }: NodeJS.ErrnoException) => {
    // the driver of Postgres has no code for a host that does not answer
    const known = code ?? (/^timeout expired$|connection timeout$/.test(message) ? 'ETIMEDOUT' : undefined);
    return known === undefined ? [name] : [known, name];
  });
}

function chainOf(error: unknown): Error[] {
  if (!isNativeError(error)) return [];
  const behind = 'errors' in error ? (error.errors as unknown[]) : [error.cause];
  return [error, ...behind.flatMap(chainOf)];
}
