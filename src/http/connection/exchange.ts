import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../../errors';

/** One request and its answer, and what ends them early. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Sent to the client as `x-request-id` and written on the log line. */
  readonly requestId: string;
  readonly startedAt: number;
  /** Aborted with the cause as its reason when the client goes away, stalls, breaks the framing, or the server stops. */
  readonly signal: AbortSignal;
  /** Aborts `signal` with `reason`; the first reason wins, and after the answer has begun it changes nothing. */
  abort(reason: Error): void;
  /** True once nothing more of the request can be read: its framing is broken or its body has ended early. */
  isUnreadable: boolean;
  /** True when the client closed its half early, or went away before it had the whole answer. */
  hasClientLeft: boolean;
  /** For logs and metrics: set when the operation is known. */
  operation: string;
  tenant: string | undefined;
  /** What it was refused with. */
  failure: AppError | undefined;
}

const exchanges = new WeakMap<Socket, Exchange>();

/** The exchange that a socket carries now: faults of HTTP itself are reported on the socket. */
export function exchangeOn(socket: Socket): Exchange | undefined {
  return exchanges.get(socket);
}

export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const controller = new AbortController();
  const exchange: Exchange = {
    request,
    response,
    requestId: `req_${randomUUID().replaceAll('-', '')}`,
    startedAt: performance.now(),
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    isUnreadable: false,
    hasClientLeft: false,
    operation: 'none',
    tenant: undefined,
    failure: undefined,
  };
  // each of those who see to its end listens for it once: Node, Express, the log, the queue, the drain, a download
  response.setMaxListeners(20);
  exchanges.set(request.socket, exchange);
  // `aborted`, ECONNRESET and `complete = false` say the same for every cause; those that are known come through
  // `clientError` before, so what is left here is a client that went away.
  request.on('error', () => exchange.abort(clientGone()));
  response.on('close', () => {
    if (response.writableFinished) return;
    // an answer that we cut ourselves was destroyed with an error
    exchange.hasClientLeft ||= !response.errored;
    exchange.abort(clientGone());
  });
  return exchange;
}

/** The exchange that `createApp` hung on the response. */
export function exchangeOf(response: { locals: Record<string, unknown> }): Exchange {
  return response.locals['exchange'] as Exchange;
}

export function clientGone(): AppError {
  return new AppError('client_gone', 'The client went away before its answer.');
}

/** Whether the request announces a body (RFC 9112 section 6). */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}
