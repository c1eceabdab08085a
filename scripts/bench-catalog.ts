import { parseArgs } from 'node:util';
import { parseDatabaseUrl } from '../src/catalog/database-url';
import { benchCatalog } from './bench/catalog';
import { answerHelp } from './help';

answerHelp(`Measures the cost of a page in a large catalog. It fills an empty database, or uses one that it has filled before, and
prints a table and the query plans.

    npm run bench:catalog -- --rows 10000000 --database sqlite:/tmp/bench/sluice.db`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, database: { type: 'string' } } });
  await benchCatalog(parseDatabaseUrl(values.database ?? ''), Number(values.rows ?? 1_000_000));
}

void main();
