import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '../../generated/operations';
import { ConfigError, parseConfig } from '../../src/config/config';
import { createClient, textFile } from '../support/client';
import { openRaw } from '../support/raw';
import { PAIRS, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const KEY = 'sk-acme-secret-0123456789';
const OTHER = 'sk-zoo-secret-9876543210';
const MEMORY = { DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:' };

describe.each(PAIRS)('a server with keys on the %s pair', (pair) => {
  test('lets nobody in to any operation without one of them', async () => {
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${KEY}x`,
      `Bearer ${KEY.slice(0, -1)}`,
      `Bearer ${KEY.toUpperCase()}`,
      `Basic ${KEY}`,
      KEY,
      `Bearer acme:${KEY}`,
      `Bearer "${KEY}"`,
      `Bearer ${KEY} ${KEY}`,
      `Bearer ${'x'.repeat(10_000)}`,
    ];
    for (const { method, path } of Object.values(operations)) {
      // each a server of its own: after ten wrong keys the answer is 429
      const server = await startTestServer({ pair, env: { API_KEYS: `acme:${KEY}` } });
      for (const authorization of wrong) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const answer = await createClient(server.url, headers).request(
          method.toUpperCase(),
          path.replace(/\{.*\}/, 'x'),
        );
        expect([method, path, authorization, answer.status]).toEqual([method, path, authorization, 401]);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        if (method !== 'head') expect(answer.json.error.code).toBe('invalid_api_key');
      }
      expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
      await server.close();
    }
  });

  test('writes none of them to its log, whatever is asked and however it fails', async () => {
    const server = await startTestServer({ pair, env: { API_KEYS: `acme:${KEY},zoo:${OTHER}`, LOG_LEVEL: 'trace' } });
    for (const key of [KEY, `${KEY}-nearly`, OTHER]) {
      const client = createClient(server.url, { authorization: `Bearer ${key}` });
      const { json } = await client.upload({ file: textFile('x'), purpose: 'user_data' });
      await client.upload({ file: textFile('x'), purpose: 'nonsense' });
      await client.list('?limit=0');
      await client.content(json.id ?? 'x');
      await client.remove(json.id ?? 'x');
      const connection = await openRaw(server.url);
      connection.write(`GET /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nbroken\r\n\r\n`);
      expect((await connection.answer()).status).toBe(400);
      connection.close();
      // broken behind its head, in one packet with it
      const broken = await openRaw(server.url);
      const type = 'Content-Type: multipart/form-data; boundary=b';
      const head = `Host: localhost\r\nAuthorization: Bearer ${key}\r\n${type}\r\nTransfer-Encoding: chunked`;
      broken.write(`POST /v1/files HTTP/1.1\r\n${head}\r\n\r\nzz\r\n`);
      expect([400, 401]).toContain((await broken.answer()).status);
      broken.close();
    }
    await server.close();
    const log = JSON.stringify(server.log);
    // the bytes of a buffer would not read as text
    expect(log).not.toMatch(/rawPacket|"Buffer"/);
    expect(server.log.length).toBeGreaterThan(12);
    expect(log).not.toContain('secret');
    expect(log).not.toMatch(/authorization|bearer/i);
  });
});

describe('API_KEYS_FILE', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('holds a pair a line, with comments, and opens as API_KEYS does', async () => {
    const path = join(folder, 'keys');
    await writeFile(path, `# who may come in\nacme:${KEY}\r\n\n  zoo:${OTHER}  \n`);
    const server = await startTestServer({ pair: 'memory', env: { API_KEYS_FILE: path } });
    const acme = createClient(server.url, { authorization: `Bearer ${KEY}` });
    const zoo = createClient(server.url, { authorization: `bearer   ${OTHER}` });
    const { id } = (await acme.upload({ file: textFile('x'), purpose: 'user_data' })).json;
    expect((await acme.get(id)).status).toBe(200);
    expect((await zoo.get(id)).status).toBe(404);
    await server.close();
  });

  test('with a fault is refused at start, and the fault repeats no key', async () => {
    const path = join(folder, 'keys');
    for (const content of [
      `acme ${KEY}`,
      `acme:${KEY}\nacme:short`,
      `ac me:${KEY}`,
      '',
      '# nobody',
      `a:${KEY}\nb:${KEY}`,
    ]) {
      await writeFile(path, content);
      let faults: readonly string[] = [];
      try {
        parseConfig({ ...MEMORY, API_KEYS_FILE: path });
      } catch (error) {
        faults = error instanceof ConfigError ? error.faults : [String(error)];
      }
      expect([content, faults]).toEqual([content, [expect.stringMatching(/^API_KEYS/)]]);
      expect(faults.join()).not.toContain(KEY);
    }
  });

  test('that is not there is refused at start', () => {
    expect(() => parseConfig({ ...MEMORY, API_KEYS_FILE: join(folder, 'none') })).toThrow(ConfigError);
  });
});

/** Request headers, and whether they can only be a program's of this machine. */
const ANONYMOUS: [string, Record<string, string>, number][] = [
  ['to localhost', { Host: 'localhost:8080' }, 200],
  ['to 127.0.0.1', { Host: '127.0.0.1:8080' }, 200],
  ['to 127.9.9.9', { Host: '127.9.9.9' }, 200],
  ['to [::1]', { Host: '[::1]:8080' }, 200],
  ['to LOCALHOST', { Host: 'LOCALHOST' }, 200],
  ['to a name that is pointed at 127.0.0.1 (DNS rebinding)', { Host: 'rebind.evil.example' }, 403],
  ['to localhost as a part of a name', { Host: 'localhost.evil.example' }, 403],
  ['to 127.0.0.1 as a part of a name', { Host: '127.0.0.1.evil.example' }, 403],
  ['to another address', { Host: '192.168.0.1:8080' }, 403],
  ['to 0.0.0.0', { Host: '0.0.0.0:8080' }, 403],
  ['to an IPv4 address in IPv6', { Host: '[::ffff:192.168.0.1]' }, 403],
  ['of our own page', { Host: 'localhost', Origin: 'http://localhost' }, 200],
  ['of our own page by its header', { Host: 'localhost', 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['that was typed into the address bar', { Host: 'localhost', 'Sec-Fetch-Site': 'none' }, 200],
  ['of another site', { Host: 'localhost', Origin: 'https://evil.example' }, 403],
  ['of another port', { Host: 'localhost:8080', Origin: 'http://localhost:3000' }, 403],
  ['of a page without an origin', { Host: 'localhost', Origin: 'null' }, 403],
  ['of a page over TLS', { Host: 'localhost', Origin: 'https://localhost' }, 403],
  ['that is cross-site', { Host: 'localhost', 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['that is same-site', { Host: 'localhost', 'Sec-Fetch-Site': 'same-site' }, 403],
];

describe('a server without keys', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ pair: 'memory' });
  });
  afterAll(() => server.close());

  test.each(ANONYMOUS)('answers a request %s', async (_name, headers, status) => {
    for (const target of ['/v1/files', '/metrics']) {
      const connection = await openRaw(server.url);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      connection.write(`GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
      const answer = await connection.answer();
      expect([target, answer.status]).toEqual([target, status]);
      connection.close();
    }
  });

  test('does not listen beyond loopback, and says what to do', () => {
    for (const HOST of ['0.0.0.0', '::', '192.168.0.1', 'example.com']) {
      let faults: readonly string[] = [];
      try {
        parseConfig({ ...MEMORY, HOST });
      } catch (error) {
        faults = (error as ConfigError).faults;
      }
      expect(faults).toEqual([expect.stringMatching(/^HOST: .*set API_KEYS=.*ALLOW_ANONYMOUS=true/)]);
    }
  });

  test('and with ALLOW_ANONYMOUS answers everyone', async () => {
    const open = await startTestServer({ pair: 'memory', env: { ALLOW_ANONYMOUS: 'true' } });
    const connection = await openRaw(open.url);
    connection.write('GET /v1/files HTTP/1.1\r\nHost: files.example\r\nOrigin: https://other.example\r\n\r\n');
    expect((await connection.answer()).status).toBe(200);
    connection.close();
    await open.close();
  });
});
