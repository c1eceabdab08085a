import { fill } from '../../../scripts/bench/catalog';
import { openConnections } from '../../../src/catalog/database';
import { parseDatabaseUrl } from '../../../src/catalog/database-url';
import { migrate } from '../../../src/catalog/schema/migrate';
import { createSqlCatalog } from '../../../src/catalog/sql-catalog';

test('the bench of the catalog fills the schema as it is now', async () => {
  const settings = parseDatabaseUrl('sqlite::memory:');
  const connections = openConnections(settings);
  await migrate(connections.writer);
  const catalog = createSqlCatalog(settings, connections, { leaseSeconds: 60 });
  await fill(connections, 0, 20);
  const page = await catalog.list('default', { now: 0, limit: 100, order: 'asc' });
  expect(page.files).toHaveLength(20);
  expect((await catalog.miscounts()).length).toBe(0);
  await catalog.close();
});
