import { parseArgs } from 'node:util';
import { parseDatabaseUrl } from '../src/catalog/database-url';
import { benchCatalog } from './bench/catalog';
import { answerHelp } from './help';

answerHelp(`What a page costs in a large catalog: fills an empty database, or takes one that this script has filled before, and
prints a table and the plans of the queries.

    npm run bench:catalog -- --rows 10000000 --database sqlite:/tmp/bench/sluice.db`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, database: { type: 'string' } } });
  await benchCatalog(parseDatabaseUrl(values.database ?? ''), Number(values.rows ?? 1_000_000));
}

void main();
