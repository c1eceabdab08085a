import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Knex } from 'knex';
import { openConnections } from '../../src/catalog/database';
import type { Connections } from '../../src/catalog/database';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { migrate } from '../../src/catalog/schema/migrate';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import { createRunner } from '../../src/catalog/run-statements';
import { createSqlCatalog } from '../../src/catalog/sql-catalog';
import { addFile, addFiles, aFile, mintKey, NOW, walk } from './catalog-fixtures';
import { rejectionOf } from '../storage/blob-fixtures';
import { until } from '../support/until';
import { runScript } from './processes';

const LEASE = { leaseSeconds: 60 };

describe('the catalog on SQLite', () => {
  let folder: string;
  let url: string;
  let opened: { close: () => Promise<void> }[];

  beforeEach(() => {
    opened = [];
    folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'));
    url = `sqlite:${join(folder, 'new', 'data', 'sluice.db')}`;
  });

  afterEach(async () => {
    await Promise.all(opened.map((each) => each.close()));
    rmSync(folder, { recursive: true });
  });

  async function open(text = url): Promise<FileCatalog> {
    const catalog = await openCatalog(parseDatabaseUrl(text), LEASE);
    opened.push(catalog);
    return catalog;
  }

  function connect(text = url): Connections {
    const connections = openConnections(parseDatabaseUrl(text));
    const close = (): Promise<void> => (closing ??= connections.close());
    let closing: Promise<void> | undefined;
    opened.push({ close });
    return { ...connections, close };
  }

  const path = () => url.slice('sqlite:'.length);

  it('keeps its file and its folder to its own user', async () => {
    const catalog = await open();
    await addFile(catalog);
    const modes = [path(), `${path()}-wal`, `${path()}-shm`].map((file) => statSync(file).mode & 0o777);
    const folders = [dirname(path()), join(folder, 'new')].map((name) => statSync(name).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect(folders).toEqual([0o700, 0o700]);
  });

  it('folds its log back while commits go on, so that the log does not grow with what is written', async () => {
    const catalog = await open();
    const content = [Buffer.alloc(16 * 1024, 'x')];
    const add = async () => {
      await catalog.addSmall({ ...aFile({ bytes: 16 * 1024 }), blobKey: null }, content);
    };
    for (let round = 0; round < 8; round += 1) await Promise.all(Array.from({ length: 512 }, add));
    expect(statSync(`${path()}-wal`).size).toBeLessThan(60 * 1024 * 1024);
    expect(statSync(path()).size).toBeGreaterThan(32 * 1024 * 1024);
  });

  it.each(['-wal', '-shm'])(
    'writes no more when its %s is removed, and has all that it committed in the database',
    async (end) => {
      const catalog = await open();
      const [first, second] = [mintKey(), mintKey()];
      await catalog.begin(first);
      rmSync(path() + end);
      await expect(catalog.begin(second)).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.ping()).rejects.toMatchObject({ kind: 'unavailable' });
      // what a start after a crash finds
      let copies = 0;
      const known = async () => {
        const copy = join(folder, `copy-${(copies += 1)}.db`);
        copyFileSync(path(), copy);
        // a copy that was made while the log was copied cannot be read
        const found = await open(`sqlite:${copy}`).catch(() => undefined);
        return (await found?.knownBlobs([first, second]).catch(() => undefined))?.has(first) ?? false;
      };
      await until(known, 'it was copied from the log');
    },
  );

  it('leaves the modes of a file and a folder that are there', async () => {
    mkdirSync(dirname(path()), { recursive: true });
    writeFileSync(path(), '');
    chmodSync(path(), 0o640);
    chmodSync(dirname(path()), 0o750);
    await (await open()).close();
    expect([path(), dirname(path())].map((name) => statSync(name).mode & 0o777)).toEqual([0o640, 0o750]);
  });

  it('folds its log back when it is closed', async () => {
    const catalog = await open();
    await addFile(catalog);
    await catalog.close();
    expect(existsSync(`${path()}-wal`)).toBe(false);
  });

  it('counts the files of a database of the version before', async () => {
    const before = await open();
    await addFiles(before, 3, { tenant: 'acme', bytes: 10 });
    await before.close();
    const { writer, close } = connect();
    for (const trigger of ['file_counted', 'file_uncounted']) await writer.raw(`drop trigger ${trigger}`);
    await writer.raw('drop table tenant_usage');
    await writer('knex_migrations').whereLike('name', '%tenant_usage').delete();
    await close();
    const after = await open();
    expect(await after.usages(10)).toEqual([{ tenant: 'acme', files: 3, bytes: 30 }]);
  });

  it('is safe against a crash on every connection of its pools', async () => {
    const connections = connect(`${url}?busyTimeoutSeconds=11`);
    const pragmas = ['journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys'];
    const checked: unknown[] = [];
    for (const [pool, count] of [
      [connections.writer, 1],
      [connections.reader, 2],
    ] as const) {
      const held = await Promise.all(Array.from({ length: count }, () => pool.client.acquireConnection()));
      expect(new Set(held).size).toBe(count);
      for (const connection of held) {
        const values: unknown[] = [];
        for (const pragma of pragmas) {
          const rows: Record<string, unknown>[] = await pool.raw(`pragma ${pragma}`).connection(connection);
          values.push(...Object.values(rows[0] ?? {}));
        }
        checked.push(values);
        await pool.client.releaseConnection(connection);
      }
    }
    // synchronous 2 is FULL
    expect(checked).toEqual(Array.from({ length: 3 }, () => ['wal', 2, 11_000, 1]));
  });

  it('keeps neither a lock nor a view of the database behind a statement, whether it has failed or not', async () => {
    const catalog = await open(`${url}?busyTimeoutSeconds=0.1`);
    const { writer: other } = connect();
    await other.raw('begin immediate');
    await other.raw("insert into blobs (key, state, due_at) values ('other', 'writing', 0)");
    await expect(catalog.begin(mintKey())).rejects.toMatchObject({ kind: 'unavailable' });
    await other.raw('commit');
    expect(await catalog.claimDoomed(10, [])).toHaveLength(1);
    expect(await walk(catalog, 'default', { limit: 1 })).toEqual([]);
    expect(await other.raw('pragma wal_checkpoint(truncate)')).toEqual([{ busy: 0, log: 0, checkpointed: 0 }]);
  });

  it('runs more texts of statements than it keeps, ones that are no SQL, and the same text twice at once', async () => {
    const { writer, close } = connect();
    for (let n = 0; n < 100; n += 1)
      expect(await writer.raw(`select ${n} as n, ? as same`, [n])).toEqual([{ n, same: n }]);
    await expect(writer.raw('selec 1')).rejects.toThrow('syntax error');
    await expect(writer.raw('selec 1')).rejects.toThrow('syntax error');
    expect(await writer.raw('select 7 as n')).toEqual([{ n: 7 }]);
    await writer.transaction(async (transaction) => {
      const both = (text: string) => Promise.allSettled([transaction.raw(text), transaction.raw(text)]);
      expect((await both('select 8 as n')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect((await both('selec 2')).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect((await both("select json('no')")).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    });
    await close();
  });

  it('is one connection where it is in memory, and lives as long as the catalog', async () => {
    const connections = connect('sqlite::memory:');
    expect(connections.reader).toBe(connections.writer);
    expect([connections.writer.client.pool.min, connections.writer.client.pool.max]).toEqual([1, 1]);
  });

  it('can be opened by ten processes at once while it is empty', async () => {
    const ended = await Promise.all(Array.from({ length: 10 }, () => runScript('open-in-process.ts', url)));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']));
    const catalog = await open();
    expect(await walk(catalog, 'default', { limit: 100 })).toHaveLength(10);
  });

  it('recovers by itself from a process that is killed in the middle of a migration', async () => {
    expect(await runScript('die-in-migration.ts', url)).toMatchObject({ signal: 'SIGKILL' });
    const catalog = await open();
    await addFile(catalog);
  });

  it('refuses a database that a newer program has made', async () => {
    const connections = connect();
    await migrate(connections.writer);
    await connections.writer('knex_migrations').insert({ name: '999_later', batch: 9, migration_time: '2030-01-01' });
    await connections.close();
    await expect(open()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/newer version of this program.*999_later/) as unknown,
    });
  });

  it('says that it is unavailable when its file is a folder, or cannot be made', async () => {
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'text'), 'not a database, but long enough to be looked at as one'.repeat(100));
    for (const name of ['folder', 'text/below.db']) {
      await expect(open(`sqlite:${join(folder, name)}`)).rejects.toMatchObject({
        kind: 'unavailable',
        message: 'The database is not available.',
        cause: expect.anything() as unknown,
      });
    }
  });

  describe('while another holds the lock', () => {
    it('reads without waiting, is unavailable for writes after the timeout, and recovers', async () => {
      const catalog = await open(`${url}?busyTimeoutSeconds=0.2`);
      const file = await addFile(catalog);
      const other = connect();
      const transaction = await other.writer.transaction();
      await transaction('blobs').insert({ key: mintKey(), state: 'live', due_at: null });

      expect(await catalog.find('default', file.id, NOW)).toEqual(file);
      await catalog.ping();
      const key = mintKey();
      await expect(catalog.begin(key)).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.commit(aFile())).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.remove('default', file.id, NOW)).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.claimDoomed(1, [])).rejects.toMatchObject({ kind: 'unavailable' });

      await transaction.rollback();
      await catalog.begin(key);
      expect(await catalog.commit(aFile({ blobKey: key }))).toBe(true);
      expect(await catalog.remove('default', file.id, NOW)).toEqual([file.blobKey]);
    });

    it('waits for a lock that is given back in time', async () => {
      const catalog = await open();
      const other = connect();
      const transaction = await other.writer.transaction();
      await transaction('blobs').insert({ key: mintKey(), state: 'live', due_at: null });
      const adding = addFile(catalog);
      await transaction.commit();
      expect(await catalog.find('default', (await adding).id, NOW)).toBeDefined();
    });
  });

  it('says what the engine says, and keeps the statement apart from it', async () => {
    const { writer } = connect();
    const error = await rejectionOf(writer.transaction((db) => db.raw('select 1 from absent')));
    expect(error).toMatchObject({
      message: 'SQLITE_ERROR: no such table: absent',
      statement: 'select 1 from absent',
    });
  });

  describe('when its disk is full', () => {
    it('says so when it has rolled back already, so that knex cannot', async () => {
      const runner = createRunner(connect(), { freeing: new Set(), minFreeBytes: 0 });
      expect(await rejectionOf(runner.transact(failRolledBack))).toMatchObject({ message: 'The storage is full.' });
    });

    it('is unavailable, keeps what it has, and works again when there is room', async () => {
      const connections = connect();
      await migrate(connections.writer);
      const catalog = createSqlCatalog(parseDatabaseUrl(url), connections, LEASE);
      const files = await addFiles(catalog, 50);
      const pages: { page_count: number }[] = await connections.writer.raw('pragma page_count');
      await connections.writer.raw(`pragma max_page_count = ${(pages[0]?.page_count ?? 0) + 2}`);

      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => addFiles(catalog, 100)));
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(refused.length).toBeGreaterThan(0);
      for (const reason of refused) expect(reason).toMatchObject({ kind: 'unavailable' });
      expect(await walk(catalog, 'default', { limit: 1000 })).toEqual(expect.arrayContaining(files.map((f) => f.id)));

      await connections.writer.raw('pragma max_page_count = 1000000');
      await addFiles(catalog, 100);
    });
  });

  it('finds a page, what has expired and what is due by an index, in order', async () => {
    const connections = connect();
    await migrate(connections.writer);
    const catalog = createSqlCatalog(parseDatabaseUrl(url), connections, LEASE);
    const statements: { sql: string; bindings: unknown[] }[] = [];
    const note = ({ sql, bindings }: { sql: string; bindings: unknown[] }) => void statements.push({ sql, bindings });
    connections.reader.on('query', note);
    connections.writer.on('query', note);
    for (const order of ['asc', 'desc'] as const) {
      for (const purpose of [undefined, 'batch']) {
        for (const after of [undefined, aFile().id]) {
          await catalog.list('default', { now: NOW, limit: 100, order, purpose, after });
        }
      }
    }
    await catalog.expire(NOW, 100);
    await catalog.claimDoomed(100, [mintKey()]);
    connections.reader.off('query', note);
    connections.writer.off('query', note);
    expect(statements).toHaveLength(10);
    for (const { sql, bindings } of statements) {
      const plan: { detail: string }[] = await connections.writer.raw(
        `explain query plan ${sql}`,
        bindings as string[],
      );
      const steps = plan.map((step) => step.detail).join('\n');
      expect(steps).not.toMatch(/SCAN (files|blobs)|TEMP B-TREE FOR ORDER BY/);
      if (sql.includes('purpose` = ')) expect(steps).toMatch(/files_of_purpose \(tenant=\? AND purpose=\?/);
      if (/`id` [<>]/.test(sql)) expect(steps).toMatch(/AND id[<>]\?/);
    }
  });
});

async function failRolledBack(db: Knex): Promise<never> {
  await db.raw('rollback');
  throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
}
