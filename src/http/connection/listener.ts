import { once } from 'node:events';
import { STATUS_CODES, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
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

/** Longer than most proxies keep an idle connection (60 s), so that none sends into a connection that is closing. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_TIMEOUT_MS = 60_000;
const SWEEP_MS = 100;
/** The kernel's own limit counts. With Node's 511 a burst of connections is dropped, and each client tries again a second later. */
const BACKLOG = 65_535;

/** The classes of requests and responses that Node's server creates. */
export interface MessageClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

interface ListenerOptions extends MessageClasses {
  maxHeaderBytes: number;
  maxConnections: number;
  /** Told how many connections were closed because there are too many. */
  onDropped: (count: number) => void;
  drains: Drains;
  /** Told of each connection that is accepted. */
  onConnection: () => void;
  /** Gets each request, one at a time on a connection. */
  onRequest: OnRequest;
  /** Told of what was refused before it was a request. */
  onRefusal: (error: Failure) => void;
}

export type Listener = ReturnType<typeof createListener>;

/** Node's HTTP server. What it refuses itself is answered in the contract's envelope, too. */
export function createListener(options: ListenerOptions) {
  const server = createServer({
    IncomingMessage: options.IncomingMessage,
    ServerResponse: options.ServerResponse,
    // Node refuses a head of exactly its limit
    maxHeaderSize: options.maxHeaderBytes + 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // it would cut long uploads; see idle-watch
    requestTimeout: 0,
    // its default is at most requestTimeout
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 5000,
    requireHostHeader: false,
    noDelay: true,
  });
  server.maxConnections = options.maxConnections;
  reportDrops(server, options.onDropped);
  server.on('connection', options.onConnection);
  // Node caches it: the log needs it when the connection is gone
  server.on('connection', (socket: Socket) => socket.remoteAddress);
  // answers clients that half-close behind their request (`nc -N`, some proxies)
  Object.assign(server, { httpAllowHalfOpen: true });
  const connections = trackConnections(server, options.onRequest);
  server.on('request', connections.onRequest);
  // without these Node answers `100 Continue` or 417 itself
  server.on('checkContinue', connections.onRequest);
  server.on('checkExpectation', connections.onRequest);
  const refuse = createRawRefusals(options, connections);
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    connections.dropWaiting(socket);
    onConnect(socket, refuse);
  });
  server.on('clientError', (error, socket) => onClientError(error, socket as Socket, refuse));

  return {
    listen: (host: string, port: number) => listen(server, host, port),
    /** Takes no new connections and closes idle ones. Resolves when the last has ended. */
    close: () =>
      new Promise<void>((resolve) => {
        // repeatedly: a connection whose answer was under way becomes idle later
        const sweep = setInterval(() => connections.closeIdle({ silent: true }), SWEEP_MS);
        // not http.Server's own, which calls closeIdleConnections(): see `closeIdle`
        NetServer.prototype.close.call(server, () => {
          clearInterval(sweep);
          resolve();
        });
        connections.closeIdle({ silent: false });
      }),
    /** Cuts all connections. */
    destroy: connections.destroy,
  };
}

/** At once, and then at most once a minute, so that a flood does not fill the log. */
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

/** @throws the system's error when it cannot listen there. */
async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');
  return server.address() as AddressInfo;
}

/** Node has removed its parser and its listeners from the socket. An answer that is under way goes on, and is the last. */
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
    // Node repeats the error for each packet that follows
    if (exchange.isUnreadable) return;
    exchange.isUnreadable = true;
    exchange.response.once('close', () => socket.destroySoon());
    // the fault is behind a whole request, which still gets its answer
    if (exchange.request.complete) return;
    exchange.hasClientLeft = error.code === 'HPE_INVALID_EOF_STATE';
    exchange.abort(failureOf(error));
  } else if (socket.writable) {
    refuse(socket, failureOf(error));
  }
}

function failureOf({ code, message }: NodeJS.ErrnoException): Failure {
  // the error itself holds the packet, with the key in it, and would be logged
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
  // Node reports an error for each packet that follows
  const refused = new WeakSet<Socket>();
  return (socket, error) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    connections.hold(socket);
    socket.on('error', () => undefined);
    socket.write(rawAnswer(error), (fault) => fault ?? onRefusal(error));
    // only behind these two may a body follow
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
