import { spawnSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { describeWithPostgres, startPostgres } from '../engines/postgres';
import type { TestPostgres } from '../engines/postgres';

/** libpq's table (https://www.postgresql.org/docs/current/libpq-ssl.html), against a certificate for `localhost` that nobody has signed. */
describeWithPostgres('sslmode against a server with a self-signed certificate', () => {
  let postgres: TestPostgres;
  let url: URL;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-tls-'));
    postgres = await startPostgres();
    url = new URL(await postgres.createDatabase());
    await useTls();
  }, 120_000);
  afterAll(async () => {
    await postgres?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  async function useTls(): Promise<void> {
    const [cert, key, other] = ['server.crt', 'server.key', 'other.crt'].map((name) => join(folder, name));
    for (const [certificate, keyFile] of [
      [other, join(folder, 'other.key')],
      [cert, key],
    ]) {
      const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
      const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile ?? '', '-out', certificate ?? ''];
      const made = spawnSync('openssl', [...args, ...names]);
      if (made.status !== 0) throw new Error(`openssl: ${made.error?.message ?? made.stderr.toString()}`);
    }
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const data = (await client.query<{ data_directory: string }>('show data_directory')).rows[0]?.data_directory ?? '';
    await client.query('alter system set ssl = on');
    const { uid, gid } = await stat(data);
    for (const name of ['server.crt', 'server.key']) {
      await copyFile(join(folder, name), join(data, name));
      await chmod(join(data, name), 0o600);
      await chown(join(data, name), uid, gid);
    }
    await client.end();
    await postgres.restart();
  }

  async function isTaken(host: string, query: string): Promise<boolean> {
    url.hostname = host;
    const settings = parseDatabaseUrl(
      `${url.href}?${query.replace('CA', join(folder, 'server.crt')).replace('OTHER', join(folder, 'other.crt'))}`,
    );
    try {
      await (await openCatalog(settings, { leaseSeconds: 60 })).close();
      return true;
    } catch (error) {
      expect(String((error as Error).cause)).toMatch(/certificate/i);
      return false;
    }
  }

  test.each([
    ['disable', '127.0.0.1', 'sslmode=disable', true],
    ['require: encrypted, and nobody is verified', '127.0.0.1', 'sslmode=require', true],
    ['require with a root: its chain is verified', '127.0.0.1', 'sslmode=require&sslrootcert=CA', true],
    ['require with another root', '127.0.0.1', 'sslmode=require&sslrootcert=OTHER', false],
    ['verify-ca: the chain, and not the name', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA', true],
    ['verify-ca with another root', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=OTHER', false],
    ['verify-full: the name, too', 'localhost', 'sslmode=verify-full&sslrootcert=CA', true],
    ['verify-full with another name', '127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', false],
    ['verify-full with public certificates', 'localhost', 'sslmode=verify-full&sslrootcert=system', false],
  ])('%s', async (_what, host, query, expected) => {
    expect(await isTaken(host, query)).toBe(expected);
  });
});
