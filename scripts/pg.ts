import { once } from 'node:events';
import { postgresAvailability, startPostgres } from '../test/engines/postgres';
import { answerHelp } from './help';

answerHelp(`Starts an empty Postgres from npm for trying things out, prints its URL, and ends and removes it on Ctrl-C.

    npx tsx scripts/pg.ts`);

void main();

async function main(): Promise<void> {
  const availability = postgresAvailability();
  if (!availability.isAvailable) throw new Error(availability.reason);
  const server = await startPostgres();
  console.log(`DATABASE_URL=${await server.createDatabase()}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.remove();
}
