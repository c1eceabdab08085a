import { availableParallelism } from 'node:os';
import { parseDatabaseUrl } from '../catalog/database-url';
import { HASHES } from '../files/digest';
import { LOG_LEVELS } from '../observability/logger';
import { parseStorageUrl } from '../storage/storage-url';
import { parseApiKeys, readKeysFile } from './api-keys';
import type { ApiKey } from './api-keys';
import { defaultBufferBytes, defaultMaxConnections } from './machine';
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

interface Setting<T> {
  name: string;
  /** As it would be written in the environment. */
  default: string;
  parse: (text: string) => T;
  sentence: string;
}

/** Every variable, in the order of `--help`; docs/configuration.md has them, too. */
export const SETTINGS = {
  host: setting('HOST', '127.0.0.1', address).says(
    'The address to listen on. An address that is not loopback needs API keys.',
  ),
  port: setting('PORT', '8080', integer(0, 65_535)).says('The port to listen on; 0 takes a free one.'),
  database: setting('DATABASE_URL', 'sqlite:./data/sluice.db', parseDatabaseUrl).says(
    'The catalog: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.',
  ),
  storage: setting('STORAGE_URL', 'file:./data/blobs', parseStorageUrl).says(
    'The storage: `file:PATH`, `memory:?max=1GiB` or `s3://bucket/prefix?region=…&endpoint=…`.',
  ),
  hash: setting('HASH', 'crc32', oneOf(HASHES)).says(
    'The checksum of each file: `crc32`, or `sha256`, which doubles the CPU of the whole upload.',
  ),
  apiKeys: setting('API_KEYS', '', parseApiKeys).says(
    '`tenant:key` pairs, separated by commas. Without keys, every client is the tenant `default`.',
  ),
  apiKeysFile: setting('API_KEYS_FILE', '', keysFile).says(
    'A file with more such pairs. It is read again when it changes. `#` begins a comment; `tenant:key max_bytes=9GiB max_files=9` sets a quota.',
  ),
  /** Empty for none. */
  metricsKey: setting('METRICS_KEY', '', keyOrNone).says('The key for `/metrics`. A key of API_KEYS does not open it.'),
  allowsAnonymous: setting('ALLOW_ANONYMOUS', 'false', flag).says(
    'Serve other machines and web pages even without API keys.',
  ),
  /** Origins, or `*` alone for all. */
  corsOrigins: setting('CORS_ORIGINS', '', origins).says(
    'The web pages that may call the API from a browser: origins such as `https://app.example.com`, separated by commas, or `*`.',
  ),
  /** Addresses and networks, as `proxy-addr` takes them. */
  trustedProxies: setting('TRUSTED_PROXIES', '', networks).says(
    'The proxies whose `X-Forwarded-For` is trusted: addresses or networks (`10.0.0.0/8`, `loopback`), separated by commas.',
  ),
  /** Infinity for no limit, as below. */
  tenantMaxBytes: setting('TENANT_MAX_BYTES', 'none', unlessNone(bytes(0))).says(
    'How many bytes the files of one tenant may have together. More uploads are answered 403. `none`: no quota.',
  ),
  tenantMaxFiles: setting('TENANT_MAX_FILES', 'none', unlessNone(integer(0, Number.MAX_SAFE_INTEGER))).says(
    'How many files one tenant may have. More uploads are answered 403. `none`: no quota.',
  ),
  maxFileBytes: setting('MAX_FILE_BYTES', '512MiB', bytes(1)).says('The largest file; a larger one is answered 413.'),
  smallFileBytes: setting('SMALL_FILE_BYTES', '16KiB', bytes(0, 2 ** 20)).says(
    'Files up to this size are kept in the catalog, not in the storage. At most 1 MiB; 0 keeps all in the storage.',
  ),
  /** 0 for no such rule. */
  minFreeBytes: setting('MIN_FREE_BYTES', '64MiB', bytes(0)).says(
    'The space that stays free on the disks of catalog and storage. With less free space, uploads are answered 503; deletes still work.',
  ),
  maxUploadBytes: setting('MAX_UPLOAD_BYTES', '8GiB', bytes(1)).says(
    'The largest file that is uploaded in parts (Uploads API); a larger one is answered 413.',
  ),
  maxPartBytes: setting('MAX_PART_BYTES', '64MiB', bytes(1)).says(
    'The largest part of such a file; a larger one is answered 413.',
  ),
  uploadSessionSeconds: setting('UPLOAD_SESSION_SECONDS', '86400', integer(60, 30 * 86_400)).says(
    'How long an upload in parts may take. Then it expires, and its parts are deleted.',
  ),
  maxFieldBytes: setting('MAX_FIELD_BYTES', '64KiB', bytes(1, 2 ** 30)).says(
    'The largest form field that is not a file.',
  ),
  maxJsonBytes: setting('MAX_JSON_BYTES', '1MiB', bytes(1, 2 ** 26)).says(
    'The largest JSON body; a larger one is answered 413.',
  ),
  maxParts: setting('MAX_PARTS', '100', integer(1, 100_000)).says('How many parts one form may have.'),
  maxHeaderBytes: setting('MAX_HEADER_BYTES', '16KiB', bytes(1024, 2 ** 20)).says(
    'The largest request head (request line and headers); a larger one is answered 431.',
  ),
  maxConcurrentUploads: setting('MAX_CONCURRENT_UPLOADS', 'auto', orAuto(integer(1, 1_000_000), 1000)).says(
    'How many uploads one process takes at once. More uploads wait, and are then answered 503. `auto`: 1000.',
  ),
  /** Bytes a second; 0 for no such rule. */
  minUploadRate: setting('MIN_UPLOAD_RATE', '1KiB', bytes(0)).says(
    'The lowest average speed of an upload after its first minute, in bytes a second. A slower one is answered 408. 0: no limit.',
  ),
  minDownloadRate: setting('MIN_DOWNLOAD_RATE', '1KiB', bytes(0)).says(
    'The lowest average speed of a download after its first minute, in bytes a second. A slower one is cut. 0: no limit.',
  ),
  maxBufferBytes: setting('MAX_BUFFER_BYTES', 'auto', orAuto(bytes(1024 * 1024), defaultBufferBytes())).says(
    'How many bytes one process buffers for all clients together. More requests wait, and are then answered 503. `auto`: a quarter of the memory, at most 512 MiB.',
  ),
  maxConnections: setting('MAX_CONNECTIONS', 'auto', orAuto(integer(1, 1_000_000), defaultMaxConnections())).says(
    'How many connections one process keeps open. More connections are closed. `auto`: as many as the limit of file descriptors allows.',
  ),
  uploadIdleSeconds: setting('UPLOAD_IDLE_SECONDS', '60', integer(1, 86_400)).says(
    'When a transfer moves less than 1 KiB in this time, it ends: an upload is answered 408, a download is cut.',
  ),
  uploadLeaseSeconds: setting('UPLOAD_LEASE_SECONDS', '60', integer(2, 86_400)).says(
    'How long after a crash the reaper waits before it deletes the unfinished uploads of that process.',
  ),
  reapIntervalSeconds: setting('REAP_INTERVAL_SECONDS', '60', integer(1, 86_400)).says(
    'How often the reaper deletes expired files and the bytes of broken uploads. It also runs at start.',
  ),
  shutdownGraceSeconds: setting('SHUTDOWN_GRACE_SECONDS', '30', integer(0, 86_400)).says(
    'How long running transfers may go on after SIGTERM.',
  ),
  page: setting('PAGE', 'on', oneOf(['on', 'off'] as const)).says(
    'Whether `/` is a web page to upload, list and delete files: `on` or `off`.',
  ),
  logLevel: setting('LOG_LEVEL', 'info', oneOf(LOG_LEVELS)).says(
    `One of ${LOG_LEVELS.map((l) => `\`${l}\``).join(', ')}.`,
  ),
  workers: setting('WORKERS', '1', orAuto(integer(1, 256), availableParallelism())).says(
    'How many processes share the port. `auto`: one for each core.',
  ),
} as const;

/** What the settings are parsed to. */
export type Settings = { [Key in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Key]['parse']> };

function setting<T>(name: string, fallback: string, parse: (text: string) => T) {
  return { says: (sentence: string): Setting<T> => ({ name, default: fallback, parse, sentence }) };
}

function keysFile(path: string): { path: string; keys: ApiKey[] } {
  return { path, keys: readKeysFile(path) };
}
