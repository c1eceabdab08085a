import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../errors';
import { isUnread } from './unread-body';
import type { Drains } from './unread-body';
import { errorResponse, toAppError } from './error-response';
import type { Exchange } from './exchange';
import type { IdleWatch } from './idle-watch';

export interface Answer {
  status: number;
  headers?: Readonly<OutgoingHttpHeaders>;
  /** A stream goes out as it comes, a buffer or text as it is, anything else as JSON; undefined is no body. */
  body?: unknown;
}

export interface Responder {
  /** The one place that writes an answer. Resolves when it is out, or the client is gone. */
  send(exchange: Exchange, answer: Answer): Promise<void>;
  /** Answers in OpenAI's envelope; a client that went away gets nothing. @returns what was made of `error`. */
  sendError(exchange: Exchange, error: unknown): Promise<AppError>;
}

export function createResponder(drains: Drains, idle: IdleWatch, isStopping: () => boolean): Responder {
  return { send, sendError };

  async function sendError(exchange: Exchange, error: unknown): Promise<AppError> {
    const failure = toAppError(error);
    if (failure.kind === 'client_gone' || exchange.response.destroyed) {
      exchange.response.destroy();
    } else if (exchange.response.headersSent) {
      // the status is out: the only honest error left is a cut connection
      exchange.response.destroy();
    } else {
      exchange.failure = failure;
      await send(exchange, errorResponse(failure));
    }
    return failure;
  }

  async function send(exchange: Exchange, answer: Answer): Promise<void> {
    const { request, response } = exchange;
    const { body } = answer;
    response.setHeader('x-request-id', exchange.requestId);
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, value);
    }
    if (body instanceof Readable) {
      await sendStream(exchange, answer.status, body);
      return;
    }
    const content = serialize(body);
    if (body !== undefined && !response.hasHeader('content-type')) {
      response.setHeader('content-type', 'application/json; charset=utf-8');
    }
    if (content !== undefined && !response.hasHeader('content-length')) {
      response.setHeader('content-length', Buffer.byteLength(content));
    }
    if (isUnread(request) && !exchange.isUnreadable) {
      // what came in the same packet is parsed by then, and a small body does not cost its connection
      await setImmediate();
    }
    const isUnfinished = isUnread(request);
    if (isUnfinished || exchange.isUnreadable || isLast(request)) response.setHeader('connection', 'close');
    response.writeHead(answer.status);
    if (exchange.isUnreadable) {
      response.end(content);
      request.socket.destroySoon();
    } else if (isUnfinished) {
      // the body is not ended yet: see Drains
      if (content && request.method !== 'HEAD') response.write(content);
      else response.flushHeaders();
      drains.drain(request, response);
    } else {
      request.resume(); // what was not read of a whole body must not stand before the next request
      response.end(request.method === 'HEAD' ? undefined : content);
      if (!response.writableFinished && response.socket?.writableLength) {
        response.once('close', watchReader(exchange));
      }
    }
  }

  function isLast({ headers }: IncomingMessage): boolean {
    // Node throws away what came in one packet with a head that asks for an upgrade: no other request is served behind it
    return isStopping() || headers.upgrade !== undefined;
  }

  async function sendStream(exchange: Exchange, status: number, body: Readable): Promise<void> {
    const { request, response, signal } = exchange;
    const isUnfinished = isUnread(request);
    if (isUnfinished || isLast(request)) response.setHeader('connection', 'close');
    const endWatch = watchReader(exchange);
    try {
      response.writeHead(status);
      await pipeline(body, response, { signal, end: !isUnfinished });
      if (isUnfinished) drains.drain(request, response);
    } catch (error) {
      body.destroy();
      // the pipeline calls every end the same; the signal knows the cause
      signal.throwIfAborted();
      throw error;
    } finally {
      endWatch();
    }
  }

  /** Cuts an answer whose reader stalls, until it is out or the returned function is called. */
  function watchReader(exchange: Exchange): () => void {
    const { socket } = exchange.request;
    return idle.watch({
      // what the kernel has taken: bytesWritten counts what still waits in the process, too
      moved: () => socket.bytesWritten - socket.writableLength,
      isWaiting: () => socket.writableLength > 0,
      onIdle: () => {
        exchange.abort(new AppError('timeout', 'The client does not read its answer.'));
        exchange.hasClientLeft = true;
        // closed in peace, what is written would wait in the kernel for minutes
        socket.resetAndDestroy();
      },
    });
  }
}

/** A text goes out in one piece with the head, a buffer in two. */
function serialize(body: unknown): Buffer | string | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}
