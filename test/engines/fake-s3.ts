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
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      await sleep(delayMs);
      const { status, text } = answerTo(request.method ?? '', new URL(request.url ?? '', 'http://s3'), body, objects);
      response.writeHead(status, {
        etag: '"1"',
        ...(typeof text === 'string' && { 'content-type': 'application/xml' }),
      });
      response.end(text);
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

function answerTo(method: string, { pathname, searchParams }: URL, body: Buffer, objects: Map<string, Buffer>) {
  if (method === 'POST' && searchParams.has('uploads')) {
    return xml('InitiateMultipartUploadResult', '<UploadId>1</UploadId>');
  }
  if (method === 'POST' && searchParams.has('delete')) {
    return xml(
      'DeleteResult',
      String(body)
        .match(/<Key>[^<]*<\/Key>/g)
        ?.map((key) => `<Deleted>${key}</Deleted>`)
        .join(''),
    );
  }
  if (method === 'POST') return xml('CompleteMultipartUploadResult', '<ETag>"1"</ETag>');
  if (method === 'GET' && searchParams.has('uploads')) return xml('ListMultipartUploadsResult');
  if (method === 'GET' && searchParams.has('list-type')) return xml('ListBucketResult');
  if (method === 'GET') {
    const found = objects.get(pathname);
    return found ? { status: 200, text: found } : { status: 404, text: '<Error><Code>NoSuchKey</Code></Error>' };
  }
  // of what is read back, the mark of the pair is all
  if (method === 'PUT' && !searchParams.has('partNumber') && body.length < 4096) objects.set(pathname, body);
  return { status: method === 'DELETE' ? 204 : 200, text: '' };
}

function xml(name: string, content = '') {
  return { status: 200, text: `<${name}>${content}</${name}>` };
}
