import { createKeyStock } from '../../src/files/key-stock';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import { mintKey } from '../catalog/catalog-fixtures';
import { until } from '../support/until';

describe('the stock of blob keys', () => {
  let catalog: FileCatalog;
  beforeEach(async () => {
    catalog = await openCatalog(parseDatabaseUrl('sqlite::memory:'), { leaseSeconds: 60 });
  });
  afterEach(() => catalog.close());

  const open = (leaseSeconds = 60) => createKeyStock(catalog, { leaseSeconds });
  const rowsOf = async (keys: string[]) => (await catalog.knownBlobs(keys)).size;

  it('stays empty while few uploads run', async () => {
    const stock = open();
    expect(stock.take(7)).toBeUndefined();
    await stock.close();
    expect(stock.keys()).toEqual([]);
  });

  it('is kept for few uploads that follow each other quickly, and not for slower ones', async () => {
    const stock = open();
    const start = performance.now();
    // so that all of them fall into one second
    await until(() => Math.floor(performance.now() / 1000) > Math.floor(start / 1000), 'a second has begun');
    for (let begun = 1; begun < 32; begun += 1) expect(stock.take(1)).toBeUndefined();
    await catalog.begin(mintKey());
    expect(stock.keys()).toEqual([]);
    stock.take(1);
    await until(() => stock.keys().length === 16, 'a stock of sixteen keys');
    expect(await rowsOf(stock.keys())).toBe(16);
    await stock.close();
  });

  it('holds keys with rows, two for each running upload, and gives each away once', async () => {
    const stock = open();
    expect(stock.take(10)).toBeUndefined();
    await until(() => stock.keys().length === 20, 'a stock of twenty keys');
    const keys = stock.keys();
    expect(await rowsOf(keys)).toBe(20);
    expect([stock.take(0), stock.take(0)]).toEqual(keys.slice(0, 2));
    expect(stock.keys()).toEqual(keys.slice(2));
  });

  it('is filled again when half of it is gone, and never beyond its bound', async () => {
    const stock = open();
    stock.take(1000);
    await until(() => stock.keys().length === 128, 'a full stock');
    for (let taken = 0; taken < 66; taken += 1) stock.take(1000);
    await until(() => stock.keys().length === 127, 'a stock that was filled up before its last key was taken');
  });

  it('is given up when nobody has taken from it between two renewals, and with the server', async () => {
    const stock = open();
    stock.take(10);
    await until(() => stock.keys().length === 20, 'a stock');
    const keys = stock.keys();
    await stock.renew(catalog.renew);
    expect(stock.keys()).toEqual(keys);
    await stock.renew(catalog.renew);
    expect(stock.keys()).toEqual([]);
    expect(await rowsOf(keys)).toBe(0);

    stock.take(10);
    await stock.close();
    // begun behind the rows that were still on their way
    await catalog.begin(mintKey());
    expect(stock.keys()).toEqual([]);
  });

  it('gives no key whose lease may have run out, unless it was renewed', async () => {
    const stock = open(0.6);
    stock.take(10);
    await until(() => stock.keys().length === 20, 'a stock');
    const filledAt = performance.now();
    await until(() => performance.now() - filledAt > 320, 'the half of a lease');
    await stock.renew(catalog.renew);
    const renewed = stock.take(0);
    await until(() => performance.now() - filledAt > 700, 'another half of a lease');
    expect(renewed).toBeDefined();
    expect(stock.take(0)).toBeUndefined();
  });

  it('leaves it to the uploads to say that the catalog is away', async () => {
    const stock = open();
    await catalog.close();
    expect(stock.take(10)).toBeUndefined();
    await stock.close();
    expect(stock.keys()).toEqual([]);
  });
});
