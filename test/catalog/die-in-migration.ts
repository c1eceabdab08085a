import { openConnections } from '../../src/catalog/database';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { migrate } from '../../src/catalog/schema/migrate';

/** Kills itself when the last index is about to be made: `die-in-migration.ts DATABASE_URL`. */
const { writer } = openConnections(parseDatabaseUrl(process.argv[2] ?? ''));
writer.on('query', ({ sql }: { sql: string }) => {
  if (sql.includes('create index files_expiring')) process.kill(process.pid, 'SIGKILL');
});
void migrate(writer);
