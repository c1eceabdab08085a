import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import { openCatalog } from '../../src/catalog/open';
import { describeFileCatalog } from './file-catalog-suite';
import type { DatabaseUnderTest } from './file-catalog-suite';
import { describeUploadCatalog } from './upload-catalog-suite';

/** With the tables, which take longer to make than to copy. */
let migrated: string;
beforeAll(async () => {
  migrated = join(await mkdtemp(join(tmpdir(), 'sluice-catalog-')), 'sluice.db');
  await (await openCatalog(parseDatabaseUrl(`sqlite:${migrated}`), { leaseSeconds: 60 })).close();
});
afterAll(() => rm(dirname(migrated), { recursive: true }));

const inFile: DatabaseUnderTest = {
  isShared: true,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
    await copyFile(migrated, join(folder, 'sluice.db'));
    return { url: `sqlite:${join(folder, 'sluice.db')}`, dispose: () => rm(folder, { recursive: true }) };
  },
};
describeFileCatalog('the catalog in a SQLite file', inFile);
describeUploadCatalog('uploads in parts in a SQLite file', inFile);

describeFileCatalog('the catalog in memory', {
  isShared: false,
  create: () => Promise.resolve({ url: 'sqlite::memory:' }),
});
