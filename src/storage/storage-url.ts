import { fileURLToPath } from 'node:url';
import { checkParameters } from '../url-parameters';

/** Which store `STORAGE_URL` names, without opening it. */
export type StorageSettings =
  | { kind: 'file'; root: string }
  | { kind: 'memory'; maxBytes: number }
  | ({ kind: 's3' } & S3Settings);

/** The checksum by which S3 checks what it has received. */
export type S3Checksum = (typeof S3_CHECKSUMS)[number];
const S3_CHECKSUMS = ['crc32', 'sha256', 'md5', 'none'] as const;

export interface S3Settings {
  bucket: string;
  /** What keys begin with; empty, or ending with a slash. */
  prefix: string;
  /** Undefined: from the environment or the profile, as AWS tools do. */
  region: string | undefined;
  /** Undefined: AWS itself. */
  endpoint: string | undefined;
  forcePathStyle: boolean;
  /** Undefined: chosen by the endpoint. */
  checksum: S3Checksum | undefined;
  /** The least bytes of one part; parts grow when `maxBytes` needs more than 10,000 of them. */
  partBytes: number;
  /** How many parts of one put may be in flight. */
  concurrency: number;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/**
 * Reads `file:PATH`, `memory:?max=1GiB` or `s3://bucket/prefix?region=…&endpoint=…`.
 * @throws Error with one sentence that says what is wrong and what to write; it never repeats a secret.
 */
export function parseStorageUrl(text: string): StorageSettings {
  const scheme = /^([a-z0-9]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') return parseFile(text);
  if (scheme === 'memory') return parseMemory(text);
  if (scheme === 's3') return parseS3(text);
  throw new Error('write file:PATH, memory:?max=SIZE or s3://BUCKET/PREFIX');
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: MIB,
  gib: GIB,
  tib: 1024 * GIB,
};

/** Bytes of `1GiB`, `512MiB`, `64 KiB`, `5GB` (decimal) or plain `1048576`. @throws Error that shows how to write it. */
export function parseByteSize(text: string): number {
  const [, digits, unit] = /^(\d+) ?([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[(unit ?? '').toLowerCase()];
  const bytes = Number(digits) * (factor ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) {
    throw new Error(
      `'${text}' is not a size. Write bytes, or a whole number with KiB, MiB, GiB, KB, MB or GB, such as 512MiB.`,
    );
  }
  return bytes;
}

function parseFile(text: string): StorageSettings {
  const rest = text.slice('file:'.length);
  if (rest.includes('?')) throw new Error('file: takes no parameters');
  if (!rest.startsWith('//')) {
    if (rest === '') throw new Error('file: needs a folder, such as file:./data/blobs');
    return { kind: 'file', root: rest };
  }
  try {
    return { kind: 'file', root: fileURLToPath(text) };
  } catch (cause) {
    throw new Error('file:// needs an absolute path, such as file:///var/lib/sluice/blobs', { cause });
  }
}

function parseMemory(text: string): StorageSettings {
  const [, rest = '', query = ''] = /^memory:([^?]*)\??(.*)$/is.exec(text) ?? [];
  if (rest !== '') throw new Error('memory: has no path; write memory:?max=1GiB');
  const parameters = readParameters(query, ['max']);
  const maxBytes = size(parameters, 'max') ?? GIB;
  if (maxBytes === 0) throw new Error('max is 0, and nothing could be stored; write memory:?max=1GiB');
  return { kind: 'memory', maxBytes };
}

const S3_PARAMETERS = ['region', 'endpoint', 'forcePathStyle', 'checksum', 'partSize', 'concurrency'];
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

function parseS3(text: string): StorageSettings {
  const [, authority, path = '', query = ''] = /^s3:\/\/([^/?#]*)([^?#]*)\??(.*)$/is.exec(text) ?? [];
  if (authority === undefined || authority === '') throw new Error('s3:// needs a bucket, such as s3://bucket/prefix');
  if (authority.includes('@')) {
    throw new Error(
      's3:// takes no keys; give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role',
    );
  }
  if (authority.includes(':')) throw new Error('s3:// takes a bucket, not a host; write endpoint=https://host:port');
  if (!BUCKET.test(authority)) throw new Error(`"${authority}" is not the name of a bucket`);
  const parameters = readParameters(query, S3_PARAMETERS);
  const prefix = withoutOuterSlashes(decoded(path));
  const partBytes = size(parameters, 'partSize') ?? 8 * MIB;
  if (partBytes < 5 * MIB || partBytes > 5 * GIB) throw new Error('partSize lies between 5MiB and 5GiB');
  const concurrency = Number(parameters.get('concurrency') ?? 3);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new Error('concurrency is a whole number from 1 to 64');
  }
  const address = endpoint(parameters.get('endpoint'));
  const isPathStyle = oneOf(parameters, 'forcePathStyle', ['true', 'false']);
  return {
    kind: 's3',
    bucket: authority,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: parameters.get('region'),
    endpoint: address,
    // AWS wants the bucket in the host name; few other servers have a DNS name for each bucket.
    forcePathStyle: isPathStyle === undefined ? address !== undefined : isPathStyle === 'true',
    checksum: oneOf(parameters, 'checksum', S3_CHECKSUMS),
    partBytes,
    concurrency,
  };
}

function endpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new Error('endpoint is an address such as https://s3.example.com, without keys');
  }
  return text;
}

function readParameters(query: string, known: readonly string[]): Map<string, string> {
  const parameters = new URLSearchParams(query);
  checkParameters(parameters, known);
  for (const [name, value] of parameters) if (value === '') throw new Error(`'${name}' is empty`);
  return new Map(parameters);
}

function size(parameters: Map<string, string>, name: string): number | undefined {
  const text = parameters.get(name);
  return text === undefined ? undefined : parseByteSize(text);
}

function oneOf<T extends string>(parameters: Map<string, string>, name: string, known: readonly T[]): T | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  const value = known.find((one) => one === text);
  if (value === undefined) throw new Error(`${name} is one of ${known.join(', ')}`);
  return value;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new Error('a percent sign in the prefix is written %25', { cause });
  }
}

function withoutOuterSlashes(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}
