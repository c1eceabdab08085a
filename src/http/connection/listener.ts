import { STATUS_CODES, createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import type { Failure } from '../http-error';
import { PRIVATE } from './common-headers';
import { trackConnections } from './pipelining';
import type { Connections, OnRequest } from './pipelining';
import type { Drains } from './unread-body';
import { errorResponse } from './error-response';
import { exchangeOfSocket } from './exchange';
import type { MessageClasses } from '../messages';

/** Longer than the idle time of the proxies in front (60 s with most), so that none sends into a closing connection. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_TIMEOUT_MS = 60_000;
const SWEEP_MS = 100;

interface ListenerOptions extends MessageClasses {
  maxHeaderBytes: number;
  maxConnections: number;
  /** Told once a minute how many connections were closed for being too many. */
  onDropped: (count: number) => void;
  drains: Drains;
  /** Gets each request, one at a time on a connection. */
  onRequest: OnRequest;
  /** What was refused before it was a request is out. */
  onRefusal: (error: Failure) => void;
}

export interface Listener {
  listen(host: string, port: number): Promise<AddressInfo>;
  /** No new connections; idle ones are closed. Resolves when the last has ended. */
  close(): Promise<void>;
  /** Cuts what is left. */
  destroy(): void;
}

/** Node's HTTP server with the faults of HTTP itself answered in the contract's envelope. */
export function createListener(options: ListenerOptions): Listener {
  const server = createServer({
    IncomingMessage: options.IncomingMessage,
    ServerResponse: options.ServerResponse,
    // Node refuses at its limit, and not only above it
    maxHeaderSize: options.maxHeaderBytes + 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // one limit for a whole request would cut long uploads: the idle rule takes its place
    requestTimeout: 0,
    // without a word of its own it would follow requestTimeout to 0
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 5000,
    requireHostHeader: false,
    noDelay: true,
  });
  server.maxConnections = options.maxConnections;
  reportDrops(server, options.onDropped);
  // Node asks the system for it once and keeps it: the log wants it when the connection is gone
  server.on('connection', (socket: Socket) => socket.remoteAddress);
  // a client that half-closes after its request (`nc -N`, some proxies) still gets its answer
  Object.assign(server, { httpAllowHalfOpen: true });
  const connections = trackConnections(server, options.onRequest);
  server.on('request', connections.onRequest);
  // the application decides whether to say 100 Continue; until then the client holds its body back
  server.on('checkContinue', connections.onRequest);
  server.on('checkExpectation', connections.onRequest);
  const refuse = createRawRefusals(options, connections);
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    connections.dropWaiting(socket);
    onConnect(socket, refuse);
  });
  server.on('clientError', (error, socket) => onClientError(error, socket as Socket, refuse));

  return {
    listen: (host, port) => listen(server, host, port),
    close: () =>
      new Promise((resolve) => {
        // again and again: an answer that was under way has told its client that the connection stays
        const sweep = setInterval(() => connections.closeIdle({ silent: true }), SWEEP_MS);
        // not that of HTTP's server: see `closeIdle`
        NetServer.prototype.close.call(server, () => {
          clearInterval(sweep);
          resolve();
        });
        connections.closeIdle({ silent: false });
      }),
    destroy: connections.destroy,
  };
}

/** At once, and then once a minute: a flood must not become one of the log. */
function reportDrops(server: Server, onDropped: (count: number) => void): void {
  let count = 0;
  let isQuiet = false;
  server.on('drop', () => {
    count += 1;
    if (!isQuiet) report();
  });

  function report(): void {
    onDropped(count);
    count = 0;
    isQuiet = true;
    setTimeout(() => {
      isQuiet = false;
      if (count > 0) report();
    }, 60_000).unref();
  }
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Node has taken its parser and its listeners off the socket. An answer under way goes on, and is the last. */
function onConnect(socket: Socket, refuse: RefuseRaw): void {
  const running = exchangeOfSocket(socket)?.response;
  if (!running || running.writableFinished || running.destroyed) {
    refuse(
      socket,
      new HttpError('method_not_allowed', 'This server is not a proxy.', { headers: { allow: 'GET, POST' } }),
    );
    return;
  }
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => running.emit('drain'));
  running.once('close', () => socket.destroySoon());
}

/** What Node finds wrong with a request before the application sees it, while its body comes, or behind it. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket, refuse: RefuseRaw): void {
  const exchange = exchangeOfSocket(socket);
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy();
  } else if (exchange && !exchange.response.writableFinished) {
    // Node says the same again for each packet that follows
    if (exchange.isUnreadable) return;
    exchange.isUnreadable = true;
    exchange.response.once('close', () => socket.destroySoon());
    // what is wrong behind a whole request is not its fault: it gets its answer, and the connection ends
    if (exchange.request.complete) return;
    exchange.hasClientLeft = error.code === 'HPE_INVALID_EOF_STATE';
    exchange.abort(failureOf(error));
  } else if (socket.writable) {
    refuse(socket, failureOf(error));
  }
}

function failureOf({ code, message }: NodeJS.ErrnoException): Failure {
  // the error itself holds the packet, and with it the key, and would be logged
  const cause = new Error(`${code}: ${message}`);
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('headers_too_large', 'The head of the request is too large.', { cause });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('too_large', 'The chunk extensions of the request are too large.', { cause });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('timeout', 'The head of the request did not come in time.', { cause });
    case 'HPE_INVALID_EOF_STATE':
      return new AppError('invalid', 'The request ends before its body is complete.', { cause });
    default:
      return new AppError('invalid', 'The request is not valid HTTP.', { cause });
  }
}

/** Answers on a socket that has no response object, and closes it. */
type RefuseRaw = (socket: Socket, error: Failure) => void;

function createRawRefusals({ drains, onRefusal }: ListenerOptions, connections: Connections): RefuseRaw {
  // Node reports each packet that follows as one more error
  const refused = new WeakSet<Socket>();
  return (socket, error) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    connections.hold(socket);
    socket.on('error', () => undefined);
    socket.write(rawAnswer(error), (fault) => fault ?? onRefusal(error));
    // of these two a well-meant body may stand behind the head
    const isSilent = error.kind !== 'headers_too_large' && error.kind !== 'too_large';
    drains.drainSocket(socket, { isSilent });
  };
}

function rawAnswer(error: Failure): string {
  const { status, headers, body } = errorResponse(error);
  const text = JSON.stringify(body);
  const head = {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...PRIVATE,
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`;
}
