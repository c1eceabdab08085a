import { createMemoryStore } from '../../src/storage/memory';
import { startTestServer } from '../support/server';
import { describeCorpus } from './corpus-suite';
import { writingRows } from './rows';

describeCorpus('the durable pair', async () => {
  const server = await startTestServer({ pair: 'durable', env: { UPLOAD_LEASE_SECONDS: '2' } });
  const stored = async () => (await server.blobs()).length;
  return { server, stored, writing: () => writingRows(`${server.folder}/sluice.db`) };
});

describeCorpus('the memory pair', async () => {
  const store = createMemoryStore({ maxBytes: 256 * 1024 * 1024 });
  const server = await startTestServer({ pair: 'memory', parts: { store } });
  // its catalog is nobody else's to look into
  return { server, stored: () => countOf(store.list()), writing: async () => 0 };
});

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _item of items) count += 1;
  return count;
}
