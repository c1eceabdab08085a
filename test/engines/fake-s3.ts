import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FakeS3 {
  /** Of a bucket that takes everything. */
  storageUrl: string;
  close(): Promise<void>;
}

/**
 * What an upload asks of S3, in the memory of this process, each answer after `delayMs`: for tests of crowds, which a real
 * server would make slow. The adapter is held against a real one.
 */
export async function startFakeS3(delayMs: number): Promise<FakeS3> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const server = createServer((request, response) => {
    void (async () => {
      await buffer(request);
      await sleep(delayMs);
      const url = new URL(request.url ?? '', 'http://s3');
      const isUpload = request.method === 'POST';
      if (isUpload) response.setHeader('content-type', 'application/xml');
      else response.setHeader('etag', '"1"');
      const name = url.searchParams.has('uploads') ? 'InitiateMultipartUploadResult' : 'CompleteMultipartUploadResult';
      response.end(isUpload ? `<${name}><UploadId>1</UploadId><ETag>"1"</ETag></${name}>` : '');
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    storageUrl: `s3://bucket?endpoint=http://127.0.0.1:${port}&region=eu-west-1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
