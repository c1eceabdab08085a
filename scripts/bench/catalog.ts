import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { openConnections } from '../../src/catalog/database';
import type { Connections } from '../../src/catalog/database';
import type { DatabaseSettings } from '../../src/catalog/database-url';
import type { FileCatalog, PageRequest } from '../../src/catalog/file-catalog';
import { isPostgres } from '../../src/catalog/dialect';
import { migrate } from '../../src/catalog/schema/migrate';
import { createSqlCatalog } from '../../src/catalog/sql-catalog';

const TENANT = 'default';
const PAGE = 10;
/** One row in ten, behind the first few, expires then; nothing has expired one second earlier. */
const EXPIRY = 1_900_000_000;
const SMALL = 10_000;
const CHUNK = 500_000;

/** Fills an empty database with `rows` files, or takes one that was filled so, and prints what its pages cost. */
export async function benchCatalog(settings: DatabaseSettings, rows: number): Promise<void> {
  const connections = openConnections(settings);
  await migrate(connections.writer);
  const catalog = createSqlCatalog(settings, connections, { leaseSeconds: 600 });
  console.log(`\n${settings.description.replace(/:.*/s, '')}, ${rows} files of one tenant, pages of ${PAGE}\n`);

  const isFilled = (await catalog.find(TENANT, idAt(rows - 1), 0)) !== undefined;
  let small: Pages = new Map();
  if (!isFilled) {
    await fill(connections, 0, Math.min(rows, SMALL));
    small = await measurePages(catalog, Math.min(rows, SMALL));
    await fill(connections, Math.min(rows, SMALL), rows);
  }
  const large = await measurePages(catalog, rows);

  console.log('| median of 300 pages, ms | first, small catalog | first | last | last / first |');
  console.log('|---|---|---|---|---|');
  for (const [name, { first, last }] of large) {
    const before = small.get(name)?.first.toFixed(2) ?? '';
    console.log(`| ${name} | ${before} | ${first.toFixed(2)} | ${last.toFixed(2)} | ${(last / first).toFixed(2)} |`);
  }

  console.log(`\na page of 10,000: ${(await timed(5, () => page(catalog, { limit: 10_000 }))).toFixed(1)} ms`);
  console.log(`find: ${(await timed(300, () => catalog.find(TENANT, idAt(rows / 2), 0))).toFixed(3)} ms`);
  const skip = await timed(3, () => page(catalog, { now: EXPIRY, after: idAt(SMALL) }));
  console.log(
    `the first page behind ${rows / 10} files that have expired and were not reaped yet: ${skip.toFixed(1)} ms`,
  );
  console.log(`expire, 1,000 files: ${(await timed(5, () => catalog.expire(EXPIRY, 1000))).toFixed(1)} ms`);
  console.log(`begin and commit, 64 at once: ${(await pairsPerSecond(catalog, 64)).toFixed(0)} pairs/s\n`);
  await explain(connections, catalog, rows);
  await catalog.close();
}

type Pages = Map<string, { first: number; last: number }>;

async function measurePages(catalog: FileCatalog, rows: number): Promise<Pages> {
  const results: Pages = new Map();
  await timed(300, () => page(catalog, {}));
  for (const order of ['desc', 'asc'] as const) {
    for (const purpose of [undefined, 'batch', 'vision']) {
      const last = idAt(order === 'asc' ? rows - PAGE - 1 : PAGE);
      // in turn, so that what else the machine does meets both alike
      const [first = NaN, millionth = NaN] = await timedInTurn(300, [
        () => page(catalog, { order, purpose }),
        () => page(catalog, { order, purpose, after: last }),
      ]);
      results.set(`${order}${purpose === undefined ? '' : `, purpose=${purpose}`}`, { first, last: millionth });
    }
  }
  return results;
}

function page(catalog: FileCatalog, options: Partial<PageRequest>): Promise<unknown> {
  return catalog.list(TENANT, { now: EXPIRY - 1, limit: PAGE, order: 'asc', ...options });
}

async function timed(times: number, run: () => Promise<unknown>): Promise<number> {
  return (await timedInTurn(times, [run]))[0] ?? NaN;
}

/** Median milliseconds of each. */
async function timedInTurn(times: number, runs: (() => Promise<unknown>)[]): Promise<number[]> {
  const millis: number[][] = runs.map(() => []);
  for (let time = 0; time < times; time += 1) {
    for (const [index, run] of runs.entries()) {
      const start = performance.now();
      await run();
      millis[index]?.push(performance.now() - start);
    }
  }
  return millis.map((each) => each.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? NaN);
}

async function pairsPerSecond(catalog: FileCatalog, atOnce: number): Promise<number> {
  const start = performance.now();
  let pairs = 0;
  const loop = async () => {
    for (; performance.now() < start + 5000; pairs += 1) {
      const blobKey = randomBytes(16).toString('hex');
      await catalog.begin(blobKey);
      const properties = { filename: 'new.jsonl', purpose: 'batch', bytes: 1, hash: 'crc32:00000000' };
      await catalog.commit({
        ...properties,
        id: `file-${uuidv7()}`,
        tenant: TENANT,
        blobKey,
        createdAt: 1,
        expiresAt: null,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return (1000 * pairs) / (performance.now() - start);
}

/** Ids are in order, as those of UUIDv7; one file in a thousand is of a rare purpose. */
function idAt(index: number): string {
  return `file-${Math.floor(index).toString(16).padStart(12, '0')}-7000-8000-000000000000`;
}

/** Adds the files from number `from` to number `to`. */
export async function fill({ writer }: Connections, from: number, to: number): Promise<void> {
  const start = performance.now();
  const isPg = isPostgres(writer);
  const hex = isPg ? "lpad(to_hex(i), 12, '0')" : "printf('%012x', i)";
  const key = isPg ? 'md5(i::text)' : 'lower(hex(randomblob(16)))';
  const columns = `'${TENANT}', 'file-' || ${hex} || '-7000-8000-000000000000', ${key}, 'requests-' || i || '.jsonl',
    case when i % 1000 = 7 then 'vision' else 'batch' end, 10240 + i, 'crc32:cbf43926', 1700000000 + i / 100`;
  for (let low = from; low < to; low += CHUNK) {
    const high = Math.min(low + CHUNK, to) - 1;
    const source = isPg
      ? `generate_series(${low}, ${high}) as series (i)`
      : `(with recursive series (i) as (select ${low} union all select i + 1 from series where i < ${high}) select i from series)`;
    const expiry = `case when i >= ${SMALL} and i < ${SMALL} + ${to} / 10 then ${EXPIRY} end`;
    await writer.raw(`
      insert into files (tenant, id, blob_key, filename, purpose, bytes, hash, created_at, expires_at)
      select ${columns}, ${expiry} from ${source}`);
    await writer.raw(`
      insert into blobs (key, state) select blob_key, 'live' from files
      where tenant = '${TENANT}' and id >= '${idAt(low)}' and id <= '${idAt(high)}' order by blob_key`);
  }
  await writer.raw(isPg ? 'vacuum analyze' : 'pragma wal_checkpoint(truncate)');
  if (to > SMALL) console.log(`filled in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

async function explain({ reader }: Connections, catalog: FileCatalog, rows: number): Promise<void> {
  const statements: { sql: string; bindings: (string | number)[] }[] = [];
  const note = (query: { sql: string; bindings: (string | number)[] }) => void statements.push(query);
  reader.on('query', note);
  await page(catalog, { after: idAt(rows - PAGE - 1) });
  await page(catalog, { after: idAt(rows - PAGE - 1), purpose: 'vision', order: 'desc' });
  reader.off('query', note);
  for (const { sql, bindings } of statements) {
    // the statement as the engine has it, with its own placeholders
    const text = isPostgres(reader) ? sql.replaceAll(/\$\d+/g, '?') : sql;
    const prefix = isPostgres(reader) ? 'explain (analyze, buffers, costs off)' : 'explain query plan';
    const result: { rows: object[] } | object[] = await reader.raw(`${prefix} ${text}`, bindings);
    const lines = (Array.isArray(result) ? result : result.rows).map((row) => Object.values(row).at(-1) as string);
    console.log(`${text}\n\n    ${lines.join('\n    ')}\n`);
  }
}
