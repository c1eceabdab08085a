import { isAppError } from '../../src/errors';
import { openConnections } from '../../src/catalog/database';
import type { Connections } from '../../src/catalog/database';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import type { FileCatalog, FileRecord } from '../../src/catalog/file-catalog';
import { migrate } from '../../src/catalog/schema/migrate';
import { describeWithPostgres, startPostgres } from '../engines/postgres';
import type { TestPostgres } from '../engines/postgres';
import { rejectionOf } from '../storage/blob-fixtures';
import { eventually } from '../support/eventually';
import { addFile, addFiles, aFile, claimAll, mintKey, NOW, walk } from './catalog-fixtures';
import { runScript } from './processes';

const LEASE = { leaseSeconds: 60 };

describeWithPostgres('the catalog on Postgres', () => {
  let server: TestPostgres;
  let url: string;
  let opened: { close: () => Promise<void> }[];

  beforeAll(async () => {
    server = await startPostgres();
  });

  beforeEach(async () => {
    opened = [];
    url = await server.createDatabase();
  });

  afterEach(() => Promise.all(opened.map((each) => each.close())));
  afterAll(() => server.remove());

  async function open(query = '', lease = LEASE): Promise<FileCatalog> {
    const catalog = await openCatalog(parseDatabaseUrl(url + query), lease);
    opened.push(catalog);
    return catalog;
  }

  function connect(): Connections {
    const connections = openConnections(parseDatabaseUrl(url));
    opened.push(connections);
    return connections;
  }

  it('can be opened by ten at once while it is empty', async () => {
    const catalogs = await Promise.all(Array.from({ length: 10 }, () => open()));
    await Promise.all(catalogs.map((catalog) => addFile(catalog)));
    expect(await walk(catalogs[0] ?? (await open()), 'default', { limit: 100 })).toHaveLength(10);
  });

  it('can be opened by ten processes at once while it is empty', async () => {
    const ended = await Promise.all(Array.from({ length: 10 }, () => runScript('open-in-process.ts', url)));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']));
    expect(await walk(await open(), 'default', { limit: 100 })).toHaveLength(10);
  });

  it('is refused beside the migrations of another program, which it does not take for a newer version', async () => {
    const { writer } = connect();
    await writer.raw('create table knex_migrations (id serial, name text)');
    await writer.raw("insert into knex_migrations (name) values ('20200101_init.js')");
    expect(await rejectionOf(open())).toMatchObject({
      message: expect.stringMatching(/^The database belongs to another/),
    });
  });

  it('is refused beside a table of another program that has the name of ours', async () => {
    await connect().writer.raw('create table files (id int)');
    // the start has a sentence for it: test/start-failure.test.ts
    expect(await rejectionOf(open())).toMatchObject({ code: '42P07' });
  });

  it('recovers by itself from a process that is killed in the middle of a migration', async () => {
    expect(await runScript('die-in-migration.ts', url)).toMatchObject({ signal: 'SIGKILL' });
    await expect(addFile(await open())).resolves.toBeDefined();
  });

  it('refuses a database that a newer program has made', async () => {
    const { writer } = connect();
    await migrate(writer);
    await writer('knex_migrations').insert({ name: '999_later', batch: 9, migration_time: '2030-01-01' });
    await expect(open()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/newer version of this program.*999_later/) as unknown,
    });
  });

  it('keeps the order of bytes, whatever the locale of the database', async () => {
    const { writer } = connect();
    await writer.raw(`create database "english" template template0 locale_provider icu icu_locale 'en'`);
    url = url.replace(/[^/]+$/, 'english');
    const catalog = await open();
    const ids = ['file-B', 'file-a', 'file-_', 'file-Z', 'file-1'];
    for (const id of ids) await addFile(catalog, { id });
    expect(await walk(catalog, 'default', { limit: 2 })).toEqual(ids.toSorted());
  });

  it('is unavailable when there is no server, and never tells the password', async () => {
    const settings = parseDatabaseUrl('postgres://me:s3cret@127.0.0.1:1/nothing?connectTimeoutSeconds=1');
    const failure: unknown = await openCatalog(settings, LEASE).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', message: 'The database is not available.' });
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain('s3cret');
  });

  it('gives up a statement that waits too long, and recovers', async () => {
    const catalog = await open('?statementTimeoutSeconds=0.3');
    const file = await addFile(catalog);
    const transaction = await connect().writer.transaction();
    await transaction('files').where({ id: file.id }).update({ filename: 'locked' });
    await expect(catalog.remove('default', file.id, NOW)).rejects.toMatchObject({ kind: 'unavailable' });
    await transaction.rollback();
    expect(await catalog.remove('default', file.id, NOW)).toEqual([file.blobKey]);
  });

  it('lets replicas remove the same files in opposite orders without a deadlock', async () => {
    // the plan of a large catalog, which locks in the order of the request
    const plan = `?options=${encodeURIComponent('-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off')}`;
    const [a, b] = [await open(plan), await open(plan)];
    for (let round = 0; round < 10; round += 1) {
      const files = await addFiles(a, 250);
      const removals = await Promise.all([
        ...files.map((file) => a.remove('default', file.id, NOW)),
        ...files.toReversed().map((file) => b.remove('default', file.id, NOW)),
      ]);
      expect(removals.filter((keys) => keys !== undefined)).toHaveLength(files.length);
    }
  });

  it('lets replicas add, remove and expire the files of many tenants in opposite orders without a deadlock', async () => {
    const [a, b] = [await open(), await open()];
    const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
    const quota = { maxFiles: 1000, maxBytes: Infinity };
    const add = async (catalog: FileCatalog, tenant: string, expiresAt: number | null = null) => {
      const file = aFile({ tenant, bytes: 3, expiresAt });
      await catalog.begin(file.blobKey);
      // of some tenants alone there is a quota
      expect(await catalog.commit(file, tenant.endsWith('5') ? quota : undefined)).toBe(true);
      return file;
    };
    for (let round = 0; round < 10; round += 1) {
      const files = await Promise.all(tenants.map((tenant) => add(a, tenant)));
      await Promise.all([
        ...tenants.map((tenant) => add(a, tenant, NOW - 1)),
        ...tenants.toReversed().map((tenant) => add(b, tenant)),
        ...files.map((file) => a.remove(file.tenant, file.id, NOW)),
        ...files.toReversed().map((file) => b.remove(file.tenant, file.id, NOW)),
        a.expire(NOW, 100),
        b.expire(NOW, 100),
      ]);
    }
    expect(await a.miscounts()).toEqual([]);
  });

  it('says which sums differ from the rows, and counts those of the version before', async () => {
    const catalog = await open();
    await addFiles(catalog, 3, { tenant: 'acme', bytes: 10 });
    const { writer } = connect();
    await writer('tenant_usage').update({ files: 7 });
    await writer('tenant_usage').insert({ tenant: 'ghost', files: 0, bytes: 5 });
    expect(await catalog.miscounts()).toEqual([
      { tenant: 'acme', kept: { files: 7, bytes: 30 }, counted: { files: 3, bytes: 30 } },
      { tenant: 'ghost', kept: { files: 0, bytes: 5 }, counted: { files: 0, bytes: 0 } },
    ]);
    await writer.raw('drop function files_counted, files_uncounted cascade');
    await writer.raw('drop table tenant_usage');
    await writer('knex_migrations').whereLike('name', '%tenant_usage').delete();
    expect(await (await open()).usages(10)).toEqual([{ tenant: 'acme', files: 3, bytes: 30 }]);
  });

  it('serves many at once through a pool of one', async () => {
    const catalog = await open('?poolMax=1');
    const files = await addFiles(catalog, 20);
    const found = await Promise.all(files.map((file) => catalog.find('default', file.id, NOW)));
    expect(found).toEqual(files);
  });

  it('is unavailable while the server is silent, and recovers', async () => {
    const catalog = await open('?statementTimeoutSeconds=0.5&connectTimeoutSeconds=0.5');
    const { writer } = connect();
    const file = await addFile(catalog);
    const sessions = await writer.raw<{ rows: { pid: number }[] }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    // the postmaster too, or new connections would do
    const pids = [server.pid(), ...sessions.rows.map((row) => row.pid)];
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await expect(catalog.find('default', file.id, NOW)).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.begin(mintKey())).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => expect(await catalog.find('default', file.id, NOW)).toEqual(file));
  });

  it('loses no commit that it has answered when the server dies and comes back, and recovers by itself', async () => {
    const catalog = await open();
    const answered: FileRecord[] = [];
    const failures: unknown[] = [];
    let isDown = false;
    const end = new AbortController();
    const loops = Array.from({ length: 8 }, async () => {
      while (!end.signal.aborted) {
        const file = aFile();
        try {
          await catalog.begin(file.blobKey);
          if (await catalog.commit(file)) answered.push(file);
        } catch (error) {
          failures.push(error);
          // what a server does when it is told that nothing is available
          if (isDown) await eventually(() => !isDown);
        }
      }
    });
    for (let round = 1; round <= 3; round += 1) {
      const before = answered.length;
      await eventually(() => answered.length > before + 200);
      isDown = true;
      process.kill(server.pid(), 'SIGKILL');
      await eventually(() => failures.length > 0);
      await eventually(() =>
        catalog.ping().then(
          () => false,
          (error: unknown) => isAppError(error, 'unavailable'),
        ),
      );
      await server.restart();
      isDown = false;
    }
    const before = answered.length;
    await eventually(() => answered.length > before + 200);
    end.abort();
    await Promise.all(loops);

    expect(failures.filter((error) => !isAppError(error, 'unavailable'))).toEqual([]);
    const present = new Set(await walk(catalog, 'default', { limit: 10_000 }));
    expect(answered.filter((file) => !present.has(file.id))).toEqual([]);
    // A commit whose answer was lost is either there or not: no blob is claimed that a file owns.
    const impatient = await open('', { leaseSeconds: 0 });
    const live = new Set<string>();
    for await (const { blobKey } of impatient.eachFile()) if (blobKey !== null) live.add(blobKey);
    for (let round = 0; round < 3; round += 1) {
      const claimed = await impatient.claimDoomed(10_000, []);
      expect(claimed.filter((blob) => live.has(blob.blobKey))).toEqual([]);
      await Promise.all(claimed.map((blob) => impatient.forget(blob.blobKey)));
    }
    expect(await claimAll(impatient)).toEqual([]);
    expect(await impatient.knownBlobs([...live])).toEqual(live);
  });
});
