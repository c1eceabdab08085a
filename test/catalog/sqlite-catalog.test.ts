import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFileCatalog } from './file-catalog-suite';
import type { DatabaseUnderTest } from './file-catalog-suite';
import { describeUploadCatalog } from './upload-catalog-suite';

const inFile: DatabaseUnderTest = {
  isShared: true,
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
    return { url: `sqlite:${join(folder, 'sluice.db')}`, dispose: () => rm(folder, { recursive: true }) };
  },
};
describeFileCatalog('the catalog in a SQLite file', inFile);
describeUploadCatalog('uploads in parts in a SQLite file', inFile);

describeFileCatalog('the catalog in memory', {
  isShared: false,
  create: () => Promise.resolve({ url: 'sqlite::memory:' }),
});
