import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { addFile } from './catalog-fixtures';

/** What a replica does first, as a process of its own: `open-in-process.ts DATABASE_URL`. */
async function main(): Promise<void> {
  const catalog = await openCatalog(parseDatabaseUrl(process.argv[2] ?? ''), { leaseSeconds: 60 });
  await addFile(catalog);
  await catalog.close();
}

void main();
