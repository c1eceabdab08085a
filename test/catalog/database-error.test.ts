import { mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knex } from 'knex';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openCatalog } from '../../src/catalog/open';
import { rejectionOf } from '../storage/blob-fixtures';
import { addFiles, NOW } from './catalog-fixtures';

describe('a file that DATABASE_URL names', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
    path = join(folder, 'sluice.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const openIt = () => openCatalog(parseDatabaseUrl(`sqlite:${path}`), { leaseSeconds: 60 });
  const foreign = { message: expect.stringMatching(/^The database belongs to another program/) };

  async function inDatabase(sql: string): Promise<{ rootpage?: number }[]> {
    const database = knex({ client: 'sqlite3', connection: { filename: path }, useNullAsDefault: true });
    try {
      return await database.raw<{ rootpage?: number }[]>(sql);
    } finally {
      await database.destroy();
    }
  }

  it('is refused when its tables are not ours', async () => {
    await inDatabase('create table notes (text)');
    expect(await rejectionOf(openIt())).toMatchObject(foreign);
    expect(await inDatabase("select name from sqlite_master where name like 'knex%'")).toEqual([]);
  });

  it.each(['create table notes (text)', 'pragma application_id = 7'])(
    'keeps every byte when it is not ours: %s',
    async (sql) => {
      await inDatabase(sql);
      const before = await readFile(path);
      expect(await rejectionOf(openIt())).toMatchObject(foreign);
      expect(await readFile(path)).toEqual(before);
      expect(await readdir(folder)).toEqual(['sluice.db']);
    },
  );

  it('is refused when it bears the mark of another program', async () => {
    await inDatabase('pragma application_id = 7');
    expect(await rejectionOf(openIt())).toMatchObject(foreign);
  });

  it('is damaged when it is no database', async () => {
    await writeFile(path, 'no database '.repeat(1000));
    expect(await rejectionOf(openIt())).toMatchObject({ kind: 'internal', message: 'The database is damaged.' });
  });

  it('that is found to be damaged takes no upload and is not ready, for good', async () => {
    const first = await openIt();
    await addFiles(first, 100);
    await first.close();
    const [root] = await inDatabase("select rootpage from sqlite_master where name = 'files'");
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(4096, 0xff), 0, 4096, 4096 * ((root?.rootpage ?? 0) - 1));
    await file.close();

    const catalog = await openIt();
    const damaged = { kind: 'internal', message: 'The database is damaged.' };
    await catalog.checkRoom();
    expect(await rejectionOf(catalog.find('default', 'file-x', NOW))).toMatchObject(damaged);
    expect(await rejectionOf(catalog.checkRoom())).toMatchObject(damaged);
    expect(await rejectionOf(catalog.ping())).toMatchObject(damaged);
    await catalog.close();
  });
});
