import { Client } from 'pg';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openCatalog } from '../../src/catalog/open';
import { describeWithPostgres, startPostgres } from '../engines/postgres';
import type { TestPostgres } from '../engines/postgres';
import { describeFileCatalog } from './file-catalog-suite';
import type { DatabaseUnderTest } from './file-catalog-suite';
import { describeUploadCatalog } from './upload-catalog-suite';

describeWithPostgres('Postgres', () => {
  let server: TestPostgres;
  let url: string;
  let client: Client;
  let tables: string;

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    await (await openCatalog(parseDatabaseUrl(url), { leaseSeconds: 60 })).close();
    client = new Client({ connectionString: url });
    await client.connect();
    const named = "select string_agg(tablename, ', ') as tables from pg_tables where schemaname = 'public'";
    const { rows } = await client.query<{ tables: string }>(`${named} and tablename not like 'knex%'`);
    tables = rows[0]?.tables ?? '';
  });

  // each is missing when what comes before it failed
  afterAll(() => client?.end());
  afterAll(() => server?.remove());

  /** One database for all tests: it is emptied sooner than a new one is made. */
  const emptied: DatabaseUnderTest = {
    isShared: true,
    create: async () => {
      await client.query(`truncate ${tables}`);
      return { url };
    },
  };
  describeFileCatalog('the catalog in Postgres', emptied);
  describeUploadCatalog('uploads in parts in Postgres', emptied);
});
