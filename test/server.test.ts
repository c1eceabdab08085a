import pino from 'pino';
import { openCatalog } from '../src/catalog/open';
import { parseConfig } from '../src/config/config';
import { filesApi } from '../src/http/handlers';
import { startServer } from '../src/server';
import { openBlobStore } from '../src/storage/open';

test('a server whose router cannot be made closes the store and the catalog that it has opened', async () => {
  const config = parseConfig({ PORT: '0', DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:?max=1MiB' });
  const opened = await openBlobStore(config.storage, { maxBytes: 1 });
  let isStoreClosed = false;
  const store = {
    ...opened,
    async close() {
      isStoreClosed = true;
      await opened.close();
    },
  };
  const catalog = await openCatalog(config.database, { leaseSeconds: 60 });
  const api = { ...filesApi, document: { openapi: '3.1.0', paths: { '/v1/files': null } } };
  await expect(startServer(config, pino({ level: 'silent' }), { api, store, catalog })).rejects.toThrow(
    'Unknown operationId',
  );
  expect(isStoreClosed).toBe(true);
  await expect(catalog.ping()).rejects.toMatchObject({ kind: 'unavailable' });
});
