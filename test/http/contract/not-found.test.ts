import { createClient } from '../../support/client';
import { startTestServer } from '../../support/server';
import { createNotFound } from '../../../src/http/contract/not-found';

const sentenceOf = createNotFound(['/v1/files', '/v1/files/{file_id}', '/v1/files/{file_id}/content']);

test.each([
  ['/files', 'There is nothing at this path. Did you mean /v1/files?'],
  ['/v1/v1/files', 'There is nothing at this path. Did you mean /v1/files?'],
  ['/V1/Files', 'There is nothing at this path. Did you mean /v1/files?'],
  ['/v1/file', 'There is nothing at this path. Did you mean /v1/files?'],
  ['/api/v1/files/file-1', 'There is nothing at this path. Did you mean /v1/files/{file_id}?'],
  ['/files/file-1/content', 'There is nothing at this path. Did you mean /v1/files/{file_id}/content?'],
  ['/v1/batches', 'This server has files only. Its documentation is at /docs.'],
  ['/v1/chat/completions', 'This server has files only. Its documentation is at /docs.'],
  ['/v1/files/x/nothing', 'There is nothing at this path. The documentation of the API is at /docs.'],
  ['/', 'There is nothing at this path. The documentation of the API is at /docs.'],
  [`/${'x/'.repeat(10_000)}files`, 'There is nothing at this path. The documentation of the API is at /docs.'],
])('the refusal of %.40s says where the API is', (path, message) => {
  expect(sentenceOf(path)).toMatchObject({ kind: 'not_found', message });
});

test('a client reads the hint', async () => {
  const server = await startTestServer({ pair: 'memory' });
  const client = createClient(server.url);
  expect((await client.request('POST', '/files')).json.error.message).toMatch(/Did you mean \/v1\/files\?$/);
  expect((await client.request('POST', '/v1/batches')).json.error.message).toMatch(
    /^This server has files and uploads only\./,
  );
  expect((await fetch(`${server.url}//v1//files`)).status).toBe(200);
  await server.close();
});
