import { once } from 'node:events';
import { postgresAvailability, startPostgres } from '../test/engines/postgres';
import { answerHelp } from './help';

answerHelp(`Starts an empty Postgres (from npm) to try things out, and prints its URL. Ctrl-C stops and removes it.

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
