import { availableParallelism } from 'node:os';
import { hasRepeatedKey, parseApiKeys, readKeysFile, tenantOfTwoQuotas } from './api-keys';
import type { ApiKey } from './api-keys';
import { HASHES } from './files/digest';
import { parseDatabaseUrl } from './catalog/database-url';
import { parseStorageUrl } from './storage/storage-url';
import {
  address,
  bytes,
  flag,
  integer,
  keyOrNone,
  networks,
  oneOf,
  orAuto,
  origins,
  unlessNone,
} from './setting-values';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Setting<T> {
  name: string;
  /** As it would be written in the environment. */
  default: string;
  parse: (text: string) => T;
  sentence: string;
}

/** Every variable, in the order of `--help`; docs/configuration.md has them, too. */
export const SETTINGS = {
  host: setting('HOST', '127.0.0.1', address, 'The address to listen on. Beyond loopback, keys are required.'),
  port: setting('PORT', '8080', integer(0, 65_535), 'The port to listen on; 0 takes a free one.'),
  database: setting(
    'DATABASE_URL',
    'sqlite:./data/sluice.db',
    parseDatabaseUrl,
    'The catalog: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.',
  ),
  storage: setting(
    'STORAGE_URL',
    'file:./data/blobs',
    parseStorageUrl,
    'The bytes: `file:PATH`, `memory:?max=1GiB` or `s3://bucket/prefix?region=…&endpoint=…`.',
  ),
  hash: setting(
    'HASH',
    'crc32',
    oneOf(HASHES),
    'The checksum kept with each file: `crc32`, or `sha256` at twice the CPU of the whole upload.',
  ),
  apiKeys: setting(
    'API_KEYS',
    '',
    parseApiKeys,
    '`tenant:key` pairs, separated by commas. Empty: everyone is the tenant `default`.',
  ),
  apiKeysFile: setting(
    'API_KEYS_FILE',
    '',
    keysFile,
    'A file of more such pairs, read again when it changes; `#` begins a comment. `tenant:key max_bytes=9GiB max_files=9` sets a quota.',
  ),
  /** Empty for none. */
  metricsKey: setting('METRICS_KEY', '', keyOrNone, 'The key that opens `/metrics`; a key of API_KEYS does not.'),
  allowsAnonymous: setting(
    'ALLOW_ANONYMOUS',
    'false',
    flag,
    'Without keys: serve other machines and web pages all the same.',
  ),
  /** Origins, or `*` alone for all. */
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    origins,
    'Web pages that may call the API from a browser: origins such as `https://app.example.com`, separated by commas, or `*`.',
  ),
  /** Addresses and networks, as `proxy-addr` takes them. */
  trustedProxies: setting(
    'TRUSTED_PROXIES',
    '',
    networks,
    'Addresses or networks (`10.0.0.0/8`, `loopback`) whose `X-Forwarded-For` is believed, separated by commas.',
  ),
  /** Infinity for no limit, as below. */
  tenantMaxBytes: setting(
    'TENANT_MAX_BYTES',
    'none',
    unlessNone(bytes(0)),
    'The bytes that all files of one tenant may have; more are 403. `none`: no quota.',
  ),
  tenantMaxFiles: setting(
    'TENANT_MAX_FILES',
    'none',
    unlessNone(integer(0, Number.MAX_SAFE_INTEGER)),
    'The files that one tenant may have; more are 403. `none`: no quota.',
  ),
  maxFileBytes: setting('MAX_FILE_BYTES', '512MiB', bytes(1), 'The largest file; more is 413.'),
  smallFileBytes: setting(
    'SMALL_FILE_BYTES',
    '16KiB',
    bytes(0, 2 ** 20),
    'A file of at most so many bytes is kept in its row of the catalog, not in the storage; 0 for none. At most 1 MiB.',
  ),
  /** 0 for no such rule. */
  minFreeBytes: setting(
    'MIN_FREE_BYTES',
    '64MiB',
    bytes(0),
    'What stays free on the disks of catalog and files: below it uploads are 503, and deleting goes on.',
  ),
  maxUploadBytes: setting(
    'MAX_UPLOAD_BYTES',
    '8GiB',
    bytes(1),
    'The largest file in parts (Uploads API); more is 413.',
  ),
  maxPartBytes: setting('MAX_PART_BYTES', '64MiB', bytes(1), 'The largest part of such a file; more is 413.'),
  uploadSessionSeconds: setting(
    'UPLOAD_SESSION_SECONDS',
    '86400',
    integer(60, 30 * 86_400),
    'How long an upload in parts may take before it expires and its parts are freed.',
  ),
  maxFieldBytes: setting('MAX_FIELD_BYTES', '64KiB', bytes(1, 2 ** 30), 'The largest form field that is not a file.'),
  maxJsonBytes: setting('MAX_JSON_BYTES', '1MiB', bytes(1, 2 ** 26), 'The largest body of JSON; more is 413.'),
  maxParts: setting('MAX_PARTS', '100', integer(1, 100_000), 'How many parts one form may have.'),
  maxHeaderBytes: setting('MAX_HEADER_BYTES', '16KiB', bytes(1024, 2 ** 20), 'The largest request head; more is 431.'),
  /** 0 stands for the default. */
  maxConcurrentUploads: setting(
    'MAX_CONCURRENT_UPLOADS',
    'auto',
    orAuto(integer(1, 1_000_000), 0),
    'Uploads at once in one process; more wait, then are 503. `auto`: 1000.',
  ),
  /** Bytes a second; 0 for no such rule. */
  minUploadRate: setting(
    'MIN_UPLOAD_RATE',
    '1KiB',
    bytes(0),
    'An upload that brings fewer bytes a second, on average after its first minute, is answered 408.',
  ),
  minDownloadRate: setting(
    'MIN_DOWNLOAD_RATE',
    '1KiB',
    bytes(0),
    'A download whose client takes fewer bytes a second, on average after its first minute, is cut.',
  ),
  /** 0 stands for the default, which follows from the memory of the machine. */
  maxBufferBytes: setting(
    'MAX_BUFFER_BYTES',
    'auto',
    orAuto(bytes(1024 * 1024), 0),
    'What one process holds in memory for all its clients; who comes beyond waits, then gets 503. `auto`: a quarter of the memory, at most 512 MiB.',
  ),
  /** 0 stands for the default, which follows from the limit of descriptors. */
  maxConnections: setting(
    'MAX_CONNECTIONS',
    'auto',
    orAuto(integer(1, 1_000_000), 0),
    'Connections at once in one process; more are closed. `auto`: what the limit of descriptors leaves beside files.',
  ),
  uploadIdleSeconds: setting(
    'UPLOAD_IDLE_SECONDS',
    '60',
    integer(1, 86_400),
    'A transfer that moves less than 1 KiB in this time is cut; an upload is answered 408.',
  ),
  uploadLeaseSeconds: setting(
    'UPLOAD_LEASE_SECONDS',
    '60',
    integer(2, 86_400),
    'How long the bytes of a process that died are kept before the reaper frees them.',
  ),
  reapIntervalSeconds: setting(
    'REAP_INTERVAL_SECONDS',
    '60',
    integer(1, 86_400),
    'How often expired files and what broken uploads left are freed; also at start.',
  ),
  shutdownGraceSeconds: setting(
    'SHUTDOWN_GRACE_SECONDS',
    '30',
    integer(0, 86_400),
    'On SIGTERM, how long running transfers may take to end.',
  ),
  page: setting(
    'PAGE',
    'on',
    oneOf(['on', 'off'] as const),
    'The page for people at `/`, which uploads, lists and deletes; `off` takes it away.',
  ),
  logLevel: setting('LOG_LEVEL', 'info', oneOf(LOG_LEVELS), `One of ${LOG_LEVELS.map((l) => `\`${l}\``).join(', ')}.`),
  workers: setting(
    'WORKERS',
    '1',
    orAuto(integer(1, 256), availableParallelism()),
    'Processes that share the port; `auto` takes one for each core.',
  ),
} as const;

type Settings = { [Key in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Key]['parse']> };

/** What the environment says, parsed and checked. Produced by `parseConfig` alone. */
export interface Config extends Omit<Settings, 'apiKeysFile'> {
  /** Of API_KEYS and of API_KEYS_FILE, as it was at start. */
  apiKeys: ApiKey[];
  inlineApiKeys: ApiKey[];
  /** A path; empty for none. */
  apiKeysFile: string;
}

/** Every fault of an environment, each a sentence that begins with the variable's name. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** @throws ConfigError with all faults at once. */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const settings = readSettings(env, faults);
  const inFile = settings.apiKeysFile?.keys;
  // what could not be read is not there, and takes part in no contradiction
  const apiKeys = settings.apiKeys && inFile && [...settings.apiKeys, ...inFile];
  faults.push(...contradictions(settings, apiKeys));
  if (faults.length > 0 || !apiKeys) throw new ConfigError(faults);
  const { apiKeys: inlineApiKeys, apiKeysFile, ...others } = settings as Settings;
  return { ...others, apiKeys, inlineApiKeys, apiKeysFile: apiKeysFile.path };
}

/** What could be read; the rest is a fault. An empty value (`API_KEYS= npm start`) means the same as none. */
function readSettings(env: NodeJS.ProcessEnv, faults: string[]): Partial<Settings> {
  const values: Record<string, unknown> = {};
  for (const [key, { name, default: fallback, parse }] of Object.entries(SETTINGS)) {
    try {
      values[key] = parse(env[name]?.trim() || fallback);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  return values;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function contradictions({ database, storage, ...config }: Partial<Settings>, apiKeys: ApiKey[] | undefined): string[] {
  const faults: string[] = [];
  const hasMemoryCatalog = database?.kind === 'sqlite' && database.filename === ':memory:';
  const hasMemoryStore = storage?.kind === 'memory';
  if (hasMemoryCatalog && storage && !hasMemoryStore) {
    faults.push(
      'DATABASE_URL: a catalog in memory forgets every file of a durable store when the server stops; ' +
        'use STORAGE_URL=memory: with it, or a durable DATABASE_URL.',
    );
  }
  if (hasMemoryStore && database && !hasMemoryCatalog) {
    faults.push(
      'STORAGE_URL: bytes in memory are lost when the server stops while a durable catalog goes on listing them; ' +
        'use DATABASE_URL=sqlite::memory: with it, or a durable STORAGE_URL.',
    );
  }
  if ((config.workers ?? 1) > 1 && (hasMemoryCatalog || hasMemoryStore)) {
    faults.push('WORKERS: processes cannot share what is in memory; use WORKERS=1, or a durable database and storage.');
  }
  const { host = '127.0.0.1' } = config;
  if (apiKeys?.length === 0 && config.allowsAnonymous === false && !isLoopback(host)) {
    faults.push(
      `HOST: without keys everyone who reaches ${host} could read and delete all files; set API_KEYS=tenant:key, ` +
        'or ALLOW_ANONYMOUS=true if that is meant.',
    );
  }
  if (apiKeys && hasRepeatedKey(apiKeys)) {
    faults.push('API_KEYS: the same key is given twice, API_KEYS_FILE included.');
  }
  const unclear = tenantOfTwoQuotas(apiKeys ?? []);
  if (unclear) faults.push(`API_KEYS: the keys of '${unclear}' have different quotas, API_KEYS_FILE included.`);
  if (apiKeys?.some(({ key }) => key === config.metricsKey)) {
    faults.push('METRICS_KEY: it is a key of API_KEYS, too; it needs a key of its own.');
  }
  if (config.corsOrigins?.includes('*') && apiKeys?.length === 0 && config.allowsAnonymous === false) {
    faults.push(
      'CORS_ORIGINS: without keys * would let every web page read and delete all files; set API_KEYS=tenant:key, ' +
        'name the origins, or set ALLOW_ANONYMOUS=true if that is meant.',
    );
  }
  return faults;
}

function setting<T>(name: string, fallback: string, parse: (text: string) => T, sentence: string): Setting<T> {
  return { name, default: fallback, parse, sentence };
}

function keysFile(path: string): { path: string; keys: ApiKey[] } {
  return { path, keys: readKeysFile(path) };
}
