import { once } from 'node:events';
import http from 'node:http';
import { Transform, pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with one request. */
export interface S3Fault {
  /** S3 never sees it, and this status is the answer. */
  answer?: number;
  /** That answer comes so much later. */
  answerAfterMs?: number;
  /** S3 sees it, and the connection ends instead of an answer. */
  losesAnswer?: true;
  /** The connection ends after so many bytes of the request's body. */
  cutRequestAfter?: number;
  /** A bit of the body is another when it reaches S3. */
  corrupts?: true;
  /** Neither S3 nor the client hears any more of it. */
  hangs?: true;
  /** It reaches S3 so much later, and even when the client has gone. */
  delayMs?: number;
  /** The answer's body ends after so many bytes. */
  cutAnswerAfter?: number;
  /** The answer's body falls silent after so many bytes. */
  stallAnswerAfter?: number;
}

/** What becomes of an operation, such as `UploadPart`, of which there were `before` others since the last `fail`. */
export type S3Faults = (operation: string, before: number) => S3Fault | undefined;

export interface S3Proxy {
  endpoint: string;
  fail(faults: S3Faults): void;
  /** Operations since the last `fail`, in order. */
  operations: string[];
  /** Resolves when S3 has answered every request that was delayed. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const allIsWell: S3Faults = () => undefined;

/** Stands between a client and a real S3 server, and breaks what it is told to break. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  const operations: string[] = [];
  const delayed: Promise<void>[] = [];
  let faults = allIsWell;

  const server = http.createServer((request, response) => {
    const operation = operationOf(request);
    const before = operations.filter((other) => other === operation).length;
    operations.push(operation);
    const fault = faults(operation, before) ?? {};
    request.on('error', () => undefined);
    if (fault.hangs) return;
    if (fault.delayMs !== undefined) delayed.push(passLater(request, response, fault.delayMs));
    else if (fault.answer === undefined) pass(request, response, fault);
    else request.resume().on('end', () => void refuse(response, fault));
  });

  function pass(request: http.IncomingMessage, response: http.ServerResponse, fault: S3Fault): void {
    const cut = () => request.socket.resetAndDestroy();
    // The head goes on as it came: `Host` is part of the signature.
    const { method, url: path, headers } = request;
    const onward = http.request({ hostname, port, method, path, headers }, (answer) => {
      if (fault.losesAnswer) {
        cut();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, answerFilter(fault, cut), response, () => undefined);
    });
    onward.on('error', cut);
    response.on('close', () => onward.destroy());
    pipeline(request, requestFilter(fault, cut), onward, () => undefined);
  }

  async function passLater(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    delayMs: number,
  ): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    await sleep(delayMs);
    const { method, url: path, headers } = request;
    const onward = http.request({ hostname, port, method, path, headers }).end(body);
    const [answer]: http.IncomingMessage[] = await once(onward, 'response');
    const answerBody = Buffer.concat((await answer?.toArray()) ?? []);
    response.writeHead(answer?.statusCode ?? 502, answer?.headers).end(answerBody);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    operations,
    fail(next) {
      operations.length = 0;
      faults = next;
    },
    async idle() {
      await Promise.all(delayed);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function refuse(response: http.ServerResponse, fault: S3Fault): Promise<void> {
  await sleep(fault.answerAfterMs ?? 0);
  response.writeHead(fault.answer ?? 500).end();
}

function requestFilter(fault: S3Fault, cut: () => void): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const passed = Buffer.from(chunk);
      if (fault.corrupts && seen === 0) passed[0] = (passed[0] ?? 0) ^ 1;
      seen += chunk.length;
      if (seen > (fault.cutRequestAfter ?? Number.POSITIVE_INFINITY)) cut();
      else done(null, passed);
    },
  });
}

function answerFilter(fault: S3Fault, cut: () => void): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > (fault.cutAnswerAfter ?? Number.POSITIVE_INFINITY)) cut();
      else if (seen <= (fault.stallAnswerAfter ?? Number.POSITIVE_INFINITY)) done(null, chunk);
    },
  });
}

function operationOf({ method = '', url = '' }: http.IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const isBucket = pathname.split('/').filter((part) => part !== '').length < 2;
  if (searchParams.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads';
  if (searchParams.has('partNumber')) return 'UploadPart';
  if (searchParams.has('uploadId')) return method === 'POST' ? 'CompleteMultipartUpload' : 'AbortMultipartUpload';
  if (searchParams.has('delete')) return 'DeleteObjects';
  if (isBucket) return method === 'HEAD' ? 'HeadBucket' : 'ListObjects';
  return { PUT: 'PutObject', GET: 'GetObject', DELETE: 'DeleteObject', HEAD: 'HeadObject' }[method] ?? method;
}
