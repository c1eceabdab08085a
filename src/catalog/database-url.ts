import { checkParameters } from '../url-parameters';

/** What `DATABASE_URL` says, checked. */
export type DatabaseSettings = SqliteSettings | PostgresSettings;

export interface SqliteSettings {
  kind: 'sqlite';
  /** A path, or `:memory:`. */
  filename: string;
  /** How long a statement waits for another process's write. */
  busyTimeoutSeconds: number;
  description: string;
}

export interface PostgresSettings {
  kind: 'postgres';
  /** What the driver reads; holds the password. */
  connectionString: string;
  /** Connections of one process. */
  poolMax: number;
  connectTimeoutSeconds: number;
  /** How long one statement may take, and how long one waits for a connection of the pool. */
  statementTimeoutSeconds: number;
  /** Host, port and database; no user, no password. */
  description: string;
}

/**
 * Reads `sqlite:PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with settings as query parameters.
 * @throws Error with one sentence for the operator, which never repeats a password.
 */
export function parseDatabaseUrl(url: string): DatabaseSettings {
  if (url.startsWith('sqlite:')) return parseSqlite(url.slice('sqlite:'.length));
  if (/^postgres(ql)?:/.test(url)) return parsePostgres(url);
  throw new Error("it must begin with 'sqlite:' or 'postgres://'");
}

function parseSqlite(rest: string): SqliteSettings {
  const [filename = '', ...query] = rest.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  if (filename === '') throw new Error("the path of the database is missing: write 'sqlite:./data/sluice.db'");
  if (filename.startsWith('//')) {
    throw new Error(
      "write a path behind 'sqlite:' as it is, without '//': 'sqlite:./relative.db' or 'sqlite:/absolute.db'",
    );
  }
  if (filename.includes('\0')) throw new Error('a path cannot hold a NUL');
  if (filename.startsWith(':') && filename !== ':memory:') {
    throw new Error("the only database that is not a file is 'sqlite::memory:'");
  }
  checkParameters(parameters, ['busyTimeoutSeconds']);
  return {
    kind: 'sqlite',
    filename,
    busyTimeoutSeconds: seconds(parameters, 'busyTimeoutSeconds', 10),
    description: `sqlite:${filename}`,
  };
}

/** Parameters of libpq that the driver reads too. One that it would ignore is refused. */
const LIBPQ = [
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'application_name',
  'fallback_application_name',
  'options',
  'host',
];
const OURS = ['poolMax', 'connectTimeoutSeconds', 'statementTimeoutSeconds'];
/** `no-verify` is the driver's own. libpq's `allow` and `prefer` may end without encryption, which the driver cannot do. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'];

function parsePostgres(text: string): PostgresSettings {
  if (!/^postgres(ql)?:\/\//.test(text)) throw new Error("'//' must follow 'postgres:'");
  const url = parseUrl(text);
  const parameters = url.searchParams;
  checkParameters(parameters, [...OURS, ...LIBPQ]);
  readSslMode(parameters);
  const database = url.pathname.slice(1);
  if (database === '') throw new Error("the name of the database is missing: 'postgres://host/NAME'");
  const host = parameters.get('host') ?? url.hostname;
  if (host === '') throw new Error("the host is missing: 'postgres://HOST/name', or '?host=/folder/of/the/socket'");
  const settings = {
    poolMax: wholeNumber(parameters, 'poolMax', 10, 1, 1000),
    connectTimeoutSeconds: seconds(parameters, 'connectTimeoutSeconds', 5),
    statementTimeoutSeconds: seconds(parameters, 'statementTimeoutSeconds', 30),
  };
  for (const name of OURS) parameters.delete(name);
  const port = url.port === '' ? '' : `:${url.port}`;
  return {
    kind: 'postgres',
    connectionString: url.href,
    ...settings,
    description: `postgres://${host}${port}/${database}`,
  };
}

/** Makes `sslmode` mean what it means to libpq: by itself the driver verifies the server in every mode. */
function readSslMode(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  const rootcert = parameters.get('sslrootcert');
  if (mode === null) {
    const file = ['sslcert', 'sslkey', 'sslrootcert'].find((name) => parameters.has(name));
    if (file !== undefined) throw new Error(`${file} needs sslmode beside it`);
    return;
  }
  if (!SSL_MODES.includes(mode)) throw new Error(`sslmode must be one of ${SSL_MODES.join(', ')}`);
  if (rootcert === 'system') {
    if (mode !== 'verify-full') throw new Error('sslrootcert=system needs sslmode=verify-full');
    // without a file the driver takes the certificates of Node
    parameters.delete('sslrootcert');
  } else if (rootcert === null && mode === 'verify-ca') {
    throw new Error('sslmode=verify-ca needs sslrootcert=FILE');
  } else if (rootcert === null && mode === 'verify-full') {
    throw new Error('sslmode=verify-full needs sslrootcert=FILE, or sslrootcert=system for public certificates');
  }
  if (mode !== 'no-verify') parameters.set('uselibpqcompat', 'true');
}

/** The URL's own error would repeat the text, and with it the password. */
function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (url.hash !== '') throw new Error('#');
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    throw new Error("it is not a URL: 'postgres://user:password@host:5432/name', with odd characters percent-encoded");
  }
}

function wholeNumber(parameters: URLSearchParams, name: string, fallback: number, least: number, most: number): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) throw new Error(`${name} must be a whole number from ${least} to ${most}`);
  return value;
}

function seconds(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(value > 0 && value <= 3600)) {
    throw new Error(`${name} must be a number of seconds, more than 0 and at most 3600`);
  }
  return value;
}
