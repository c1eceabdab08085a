import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '../../src/config/config';
import { SETTINGS } from '../../src/config/settings';
import { quotasOf } from '../../src/catalog/quota';

describe('the configuration', () => {
  test('of an empty environment is the default one: loopback, durable, no keys', () => {
    expect(parseConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      apiKeys: [],
      maxFileBytes: 512 * 1024 * 1024,
      hash: 'crc32',
      workers: 1,
    });
  });

  test('reports every fault at once, each with the name of its variable', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'loud', HOST: '0.0.0.0', STORAGE_URL: 'memory:', WORKERS: '2' });
    const names = new Set(faults.map((fault) => fault.split(':')[0]));
    expect(names).toEqual(new Set(['HOST', 'LOG_LEVEL', 'PORT', 'STORAGE_URL', 'WORKERS']));
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'mysql://x'],
    ['STORAGE_URL', 'ftp://x'],
    ['HASH', 'md5'],
    ['API_KEYS', 'no-colon'],
    ['API_KEYS', 'acme:short'],
    ['API_KEYS', 'a:12345678,b:12345678'],
    ['API_KEYS', '#acme:12345678'],
    ['API_KEYS', ','],
    ['API_KEYS_FILE', '/does/not/exist'],
    ['API_KEYS', 'acme:12345678 max_bytes=lots'],
    ['API_KEYS', 'acme:12345678 max_files'],
    ['API_KEYS', 'acme:12345678 colour=red'],
    ['API_KEYS', 'acme:12345678 max_files=1,acme:23456789 max_files=2'],
    ['TENANT_MAX_BYTES', 'lots'],
    ['TENANT_MAX_FILES', '1e3'],
    ['ALLOW_ANONYMOUS', 'perhaps'],
    ['MAX_FILE_BYTES', '0'],
    ['MAX_FILE_BYTES', '10 elephants'],
    ['UPLOAD_IDLE_SECONDS', '-1'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name}: `)]);
  });

  test('never repeats a key in a fault', () => {
    for (const API_KEYS of ['sk-very-secret', 'acme:12345678 secret', 'acme:12345678 max_bytes=secret']) {
      expect(faultsOf({ API_KEYS }).join()).not.toContain('secret');
    }
  });

  test.each([
    [{ DATABASE_URL: 'sqlite::memory:' }, 'DATABASE_URL'],
    [{ STORAGE_URL: 'memory:' }, 'STORAGE_URL'],
    [{ DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:', WORKERS: '2' }, 'WORKERS'],
    [{ HOST: '0.0.0.0' }, 'HOST'],
  ])('refuses the contradiction in %j', (env, name) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(`^${name}: `)]);
  });

  test.each([
    [{ DATABASE_URL: 'mysql://x', STORAGE_URL: 'memory:', WORKERS: '1' }, ['DATABASE_URL']],
    [{ API_KEYS: 'no-colon', HOST: '0.0.0.0', CORS_ORIGINS: '*' }, ['API_KEYS']],
    [{ API_KEYS_FILE: '/does/not/exist', HOST: '0.0.0.0' }, ['API_KEYS_FILE']],
    [{ ALLOW_ANONYMOUS: 'perhaps', HOST: '0.0.0.0' }, ['ALLOW_ANONYMOUS']],
  ])('lets what could not be read take part in no contradiction: %j', (env, names) => {
    expect(faultsOf(env as unknown as Record<string, string>).map((fault) => fault.split(':')[0])).toEqual(names);
  });

  test('takes an empty value for none, and leaves out the spaces around one', () => {
    expect(parseConfig({ PORT: ' 81 ', HASH: '', API_KEYS: ' ' })).toMatchObject({
      port: 81,
      hash: 'crc32',
      apiKeys: [],
    });
  });

  test('gives each tenant the quota of its key, and else the one for all', () => {
    const config = parseConfig({
      API_KEYS: 'acme:12345678 max_bytes=1KiB,acme:23456789,zoo:34567890 max_files=none max_bytes=5,other:45678901',
      TENANT_MAX_FILES: '7',
    });
    const quotaOf = quotasOf(config);
    expect(['acme', 'zoo', 'other'].map((tenant) => quotaOf(tenant))).toEqual([
      { maxBytes: 1024, maxFiles: 7 },
      { maxBytes: 5, maxFiles: Infinity },
      { maxBytes: Infinity, maxFiles: 7 },
    ]);
  });

  test('beyond loopback is fine with keys, or when it is said', () => {
    expect(faultsOf({ HOST: '0.0.0.0', API_KEYS: 'acme:sk-acme-12345' })).toEqual([]);
    expect(faultsOf({ HOST: '0.0.0.0', ALLOW_ANONYMOUS: 'true' })).toEqual([]);
  });

  test('takes an address of IPv6 with brackets or without', () => {
    expect(['::1', '[::1]'].map((HOST) => parseConfig({ HOST }).host)).toEqual(['::1', '::1']);
  });

  test('takes a line of the file of keys that begins with # for a comment to its end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
    const file = join(folder, 'keys');
    const bom = '\uFEFF';
    writeFileSync(file, `${bom}# of acme, and of zoo\r\n acme:sk-acme-12345\r\n#old:sk-old-12345,zoo:sk-zoo-12345\r\n`);
    expect(parseConfig({ API_KEYS_FILE: file }).apiKeys).toEqual([{ tenant: 'acme', key: 'sk-acme-12345' }]);
    rmSync(folder, { recursive: true });
  });

  test('is in the tables of docs/configuration.md as it is in the code', () => {
    const page = readFileSync(join(__dirname, '../../docs/configuration.md'), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => /^\| `[A-Z_]+` /.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const table = Object.values(SETTINGS).map((s) => [
      `\`${s.name}\``,
      s.default === '' ? '' : `\`${s.default}\``,
      s.sentence,
    ]);
    expect(new Set(rows)).toEqual(new Set(table));
    expect(rows).toHaveLength(table.length);
  });
});

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
