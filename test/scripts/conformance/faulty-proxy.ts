import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a client sent, before it goes on to the server. */
export interface Sent {
  method: string;
  target: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a server answered, before it goes on to the client. */
export interface Passing {
  method: string;
  /** Without its query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  status: number;
  head: Headers;
  body: Buffer;
}

export interface Fault {
  /** Changes the request in its place. */
  request?(sent: Sent): void;
  /** Before the request goes on. */
  before?(method: string, path: string, base: string): Promise<void>;
  /** Changes the answer in its place. */
  after?(passing: Passing): void;
}

/** A server that does all that `base` does, but for one fault. */
export async function startFaultyProxy(base: string, fault: Fault): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    forward(base, fault, request).then(
      ({ status, head, body }) => {
        head.delete('transfer-encoding');
        head.delete('connection');
        head.set('content-length', request.method === 'HEAD' ? (head.get('content-length') ?? '0') : `${body.length}`);
        response.writeHead(status, [...head].flat());
        response.end(body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function forward(base: string, fault: Fault, request: IncomingMessage): Promise<Passing> {
  const { method = 'GET', url = '/', headers } = request;
  const target = new URL(url, base);
  const sent = await buffer(request);
  fault.request?.({ method, target, headers, body: sent });
  await fault.before?.(method, target.pathname, base);
  const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);
  const passed = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  const answer = await fetch(target, {
    method,
    headers: passed.map(([name, value]): [string, string] => [name, String(value)]),
    ...(sent.length > 0 && { body: sent }),
  });
  const body = Buffer.from(await answer.arrayBuffer());
  const { pathname: path, searchParams: query } = target;
  const passing = { method, path, query, headers, status: answer.status, head: new Headers(answer.headers), body };
  fault.after?.(passing);
  return passing;
}
