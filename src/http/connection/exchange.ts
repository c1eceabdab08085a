import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpError } from '../http-error';
import type { Failure } from '../http-error';

/** One request and its answer, and what ends them early. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Sent to the client as `x-request-id` and written on the log line. */
  readonly requestId: string;
  readonly startedAt: number;
  /**
   * Aborted with the cause as its reason when the client goes away, stalls, breaks the framing, or the server stops. Created
   * on first use: a small upload needs none, and would notice its cost.
   */
  readonly signal: AbortSignal;
  /** Calls `listener` with the reason when `signal` aborts. */
  onAbort(listener: (reason: Error) => void): void;
  /** @throws the reason when `signal` is aborted. */
  throwIfAborted(): void;
  /** Aborts `signal` with `reason`; the first reason wins. */
  abort(reason: Error): void;
  /** The framing of the request is broken or its body has ended early: nothing more of it can be read. */
  isUnreadable: boolean;
  /** The client has closed its half in the middle of its body. It is answered, although most such clients are gone. */
  hasClientLeft: boolean;
  /** The connection must end with this answer: what follows the request cannot be trusted. */
  isLast: boolean;
  /** For logs and metrics: set when the operation is known. */
  operation: string;
  /** The path as a template, such as `/things/{id}`: a real path may hold a key that the client put in the wrong place. */
  route: string | undefined;
  /** The operation's parameters and fields. No other names are logged: a client's own may be secrets. */
  names: ReadonlySet<string>;
  /** Set when the key is known. */
  tenant: string | undefined;
  /** For the log: what was made or asked for, such as `file-…`. */
  resourceId: string | undefined;
  /** Bytes on its connection since the last call, for this or an earlier exchange; heads included. */
  bytesMoved(): { received: number; sent: number };
  /** What it was refused with, or what cut its answer. */
  failure: Failure | undefined;
  /** The whole answer was handed to the kernel. */
  isAnswered: boolean;
  /** Marks it as answered while the rest of the request is still read. */
  answered(): void;
}

const exchanges = new WeakMap<Socket, Exchange>();

/** The exchange that a socket carries now: faults of HTTP itself are reported on the socket. */
export function exchangeOfSocket(socket: Socket): Exchange | undefined {
  return exchanges.get(socket);
}

/** @param onEnd called once: when the answer is out, or can no longer get out. */
export function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  onEnd: (exchange: Exchange) => void,
): Exchange {
  const exchange = new OpenExchange(request, response, onEnd);
  // Node, Express, the log, the queue, the drain and a download each listen for its end
  response.setMaxListeners(20);
  exchanges.set(request.socket, exchange);
  // `clientError` reports every other cause before
  request.on('error', () => exchange.abort(clientGone()));
  response.on('close', () => {
    exchange.isAnswered ||= response.writableFinished;
    if (!response.writableFinished) exchange.abort(clientGone());
    exchange.end();
  });
  return exchange;
}

/** A class: V8 makes a hash table of each object literal with a getter that closes over something. */
class OpenExchange implements Exchange {
  readonly requestId = `req_${randomUUID().replaceAll('-', '')}`;
  readonly startedAt = performance.now();
  isUnreadable = false;
  hasClientLeft = false;
  isLast = false;
  operation = 'none';
  route: string | undefined = undefined;
  names = NO_NAMES;
  tenant: string | undefined = undefined;
  resourceId: string | undefined = undefined;
  failure: Failure | undefined = undefined;
  isAnswered = false;
  private controller: AbortController | undefined = undefined;
  private abortReason: Error | undefined = undefined;
  private readonly abortListeners: ((reason: Error) => void)[] = [];
  private hasEnded = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly onEnd: (exchange: Exchange) => void,
  ) {}

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.abortReason) this.controller.abort(this.abortReason);
    }
    return this.controller.signal;
  }

  onAbort(listener: (reason: Error) => void): void {
    this.abortListeners.push(listener);
  }

  throwIfAborted(): void {
    if (this.abortReason) throw this.abortReason;
  }

  abort(reason: Error): void {
    if (this.abortReason) return;
    this.abortReason = reason;
    for (const listener of this.abortListeners) listener(reason);
    this.controller?.abort(reason);
  }

  bytesMoved(): { received: number; sent: number } {
    const { socket } = this.request;
    const before = counted.get(socket) ?? { received: 0, sent: 0 };
    // both are undefined on a socket that was closed before it was connected
    const now = { received: socket.bytesRead ?? before.received, sent: socket.bytesWritten ?? before.sent };
    counted.set(socket, now);
    return { received: now.received - before.received, sent: now.sent - before.sent };
  }

  answered(): void {
    this.isAnswered = true;
    this.end();
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd(this);
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

const counted = new WeakMap<Socket, { received: number; sent: number }>();

/** The exchange that `createApp` has set on the response. */
export function exchangeOfResponse(response: { locals: Record<string, unknown> }): Exchange {
  return response.locals['exchange'] as Exchange;
}

export function clientGone(): HttpError {
  return new HttpError('client_gone', 'The client went away before its answer.');
}

/** Whether the request announces a body (RFC 9112 section 6). */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}
