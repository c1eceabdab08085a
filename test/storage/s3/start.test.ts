import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBlobStore } from '../../../src/storage/open';
import { parseStorageUrl } from '../../../src/storage/storage-url';
import { rejectionOf } from '../blob-fixtures';

/** As much of S3 as a start needs; some servers know no checksum header, and say so in their own way. */
function serve(refusal: number | undefined): Promise<Server & { objects: Set<string> }> {
  const objects = new Set<string>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(Object.assign(server, { objects })));
  });

  function answer({ headers, method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const hasChecksum = Object.keys(headers).some((name) => name.startsWith('x-amz-checksum'));
    const path = url.split('?', 1)[0] ?? '';
    if (hasChecksum && refusal !== undefined) {
      response.writeHead(refusal, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NotImplemented</Code></Error>');
    } else if (method === 'POST') {
      response.end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
    } else {
      if (method === 'PUT') objects.add(path);
      if (method === 'DELETE') objects.delete(path);
      response.writeHead(method === 'DELETE' ? 204 : 200, { etag: '"x"' });
      response.end();
    }
  }
}

let server: Awaited<ReturnType<typeof serve>>;
const before = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
});
afterEach(() => {
  process.env = { ...before };
  server.close();
});

const open = (query = '') => {
  const { port } = server.address() as AddressInfo;
  return openBlobStore(parseStorageUrl(`s3://bucket/p?endpoint=http://127.0.0.1:${port}&region=us-east-1${query}`));
};

test.each([400, 501])(
  'a server that answers %d to a checksum is refused at start, with the setting to change',
  async (status) => {
    server = await serve(status);
    const error = await rejectionOf(open());
    expect((error as Error).message).toMatch(/^The bucket bucket cannot be used: .*add 'checksum=md5' or /);
    await (await open('&checksum=md5')).close();
  },
);

test('a start leaves no object behind', async () => {
  server = await serve(undefined);
  await (await open()).close();
  expect([...server.objects]).toEqual([]);
});
