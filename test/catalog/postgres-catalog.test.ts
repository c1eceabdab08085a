import { describeWithPostgres, startPostgres } from '../engines/postgres';
import type { TestPostgres } from '../engines/postgres';
import { describeFileCatalog } from './file-catalog-suite';
import { describeUploadCatalog } from './upload-catalog-suite';

describeWithPostgres('Postgres', () => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.remove());

  describeFileCatalog('the catalog in Postgres', {
    isShared: true,
    create: async () => ({ url: await server.createDatabase() }),
  });
  describeUploadCatalog('uploads in parts in Postgres', {
    isShared: true,
    create: async () => ({ url: await server.createDatabase() }),
  });
});
