import { readFileSync } from 'node:fs';
import type { Quota } from '../catalog/quota';
import { bytes, integer, unlessNone } from './setting-values';

/** A key and the tenant whose files it opens. */
export interface ApiKey {
  tenant: string;
  key: string;
  /** Where the tenant's own limits differ from those of all. */
  quota?: Partial<Quota>;
}

/** Reads API_KEYS: pairs separated by commas or ends of lines. @throws Error that names the pair, and never repeats it. */
export function parseApiKeys(value: string): ApiKey[] {
  return value === '' ? [] : parsePairs(value, (_line, number) => `pair ${number}`);
}

/** The keys of a file; none for an empty path. @throws Error that names the line, and never repeats it. */
export function readKeysFile(path: string): ApiKey[] {
  if (path === '') return [];
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new Error(`'${path}' cannot be read (${code}).`, { cause: error });
  }
  if (content.trim() === '') throw new Error(`'${path}' is empty.`);
  return parsePairs(content, (line) => `line ${line} of '${path}'`);
}

/** What is wrong with keys that are right one by one: a sentence for each fault, which follows a variable's name. */
export function faultsAmong(apiKeys: readonly ApiKey[], metricsKey: string | undefined): string[] {
  const tenant = tenantOfTwoQuotas(apiKeys);
  return [
    new Set(apiKeys.map(({ key }) => key)).size < apiKeys.length &&
      'the same key is given twice, in API_KEYS and API_KEYS_FILE together.',
    tenant !== undefined && `the keys of '${tenant}' have different quotas, in API_KEYS and API_KEYS_FILE together.`,
    apiKeys.some(({ key }) => key === metricsKey) &&
      'METRICS_KEY is among its keys, in API_KEYS and API_KEYS_FILE together; it needs a key of its own.',
  ].filter((fault) => fault !== false);
}

/** A tenant whose keys have different quotas; undefined when there is none. */
function tenantOfTwoQuotas(apiKeys: readonly ApiKey[]): string | undefined {
  const known = new Map<string, string>();
  for (const { tenant, quota } of apiKeys) {
    if (!quota) continue;
    const text = JSON.stringify([String(quota.maxBytes), String(quota.maxFiles)]);
    if ((known.get(tenant) ?? text) !== text) return tenant;
    known.set(tenant, text);
  }
  return undefined;
}

/** @param placeOf names a pair by its line and its number, both counted from 1. */
function parsePairs(content: string, placeOf: (line: number, number: number) => string): ApiKey[] {
  const pairs = content
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    // a comment goes to the end of its line, commas included
    .filter(({ text }) => !text.trim().startsWith('#'))
    .flatMap(({ text, line }) => text.split(',').map((pair) => ({ text: pair.trim(), line })))
    .filter(({ text }) => text !== '');
  // no keys would let everyone in, and whoever sets the variable does not mean that
  if (pairs.length === 0) throw new Error('there is no tenant:key pair in it.');
  return pairs.map(({ text, line }, index) => parsePair(text, placeOf(line, index + 1)));
}

/** The first colon separates tenant and key. No error repeats what may be a secret. */
function parsePair(text: string, place: string): ApiKey {
  const [tenantAndKey = '', ...options] = text.split(/\s+/);
  const match = /^([A-Za-z0-9._-]{1,64}):([\x21-\x7e]{8,512})$/.exec(tenantAndKey);
  if (!match?.[1] || !match[2]) {
    throw new Error(
      `${place} is not tenant:key (a tenant of letters, digits, '.', '_', '-'; a key of 8 to 512 characters without spaces).`,
    );
  }
  const quota = parseQuota(options, place);
  return { tenant: match[1], key: match[2], ...(quota && { quota }) };
}

function parseQuota(options: readonly string[], place: string): Partial<Quota> | undefined {
  if (options.length === 0) return undefined;
  const quota: Partial<Quota> = {};
  for (const option of options) {
    const [name, value = ''] = option.split('=', 2);
    try {
      if (name === 'max_bytes') quota.maxBytes = unlessNone(bytes(0))(value);
      else if (name === 'max_files') quota.maxFiles = unlessNone(integer(0, Number.MAX_SAFE_INTEGER))(value);
      else throw new Error('unknown');
    } catch {
      throw new Error(`behind the key, ${place} has neither max_bytes=SIZE nor max_files=NUMBER.`);
    }
  }
  return quota;
}
