import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../errors';
import type { Failure } from '../http-error';
import { STRANGERS } from '../../shares/accountant';
import type { Pool, Share } from '../../shares/pool';
import { bytesTaken, createBytesDelivered } from './bytes-delivered';
import { commonHeaders } from './common-headers';
import { isUnread } from './unread-body';
import type { Drains } from './unread-body';
import { errorResponse, toFailure } from './error-response';
import type { Exchange } from './exchange';
import type { IdleWatch } from './idle-watch';

export interface Answer {
  status: number;
  headers?: Readonly<OutgoingHttpHeaders>;
  /** A stream, a buffer and a text go out as they are, anything else as JSON; undefined is no body. */
  body?: unknown;
}

export type Responder = ReturnType<typeof createResponder>;

interface ResponderOptions {
  drains: Drains;
  idle: IdleWatch;
  /** Where an answer that is larger than a slice is charged until it is out. */
  buffers: Pool;
  /** Bytes a second, on average, that a reader must take after its first minute; 0 for no such rule. */
  minDownloadRate: number;
  isStopping: () => boolean;
}

export function createResponder(options: ResponderOptions) {
  const { drains, idle, buffers, minDownloadRate, isStopping } = options;
  const bytesDelivered = createBytesDelivered();
  return { send, sendError };

  /** Answers in OpenAI's envelope; a client that went away gets nothing. @returns what was made of `error`. */
  async function sendError(exchange: Exchange, error: unknown): Promise<Failure> {
    const failure = toFailure(error);
    if (failure.kind === 'client_gone' || exchange.response.destroyed) {
      exchange.response.destroy();
    } else if (exchange.response.headersSent) {
      // the status is out, so that only a cut connection can say it
      exchange.failure = failure;
      exchange.response.destroy();
    } else {
      exchange.failure = failure;
      await send(exchange, errorResponse(failure));
    }
    return failure;
  }

  /** The one place that writes an answer. Resolves when it is out, or the client is gone. */
  async function send(exchange: Exchange, answer: Answer): Promise<void> {
    const isHead = exchange.request.method === 'HEAD';
    const content = answer.body instanceof Readable ? answer.body : serialize(answer.body);
    if (isHead && content instanceof Readable) {
      content.destroy();
      await write(exchange, answer, undefined);
    } else if (isHead || !isLarge(content)) {
      await write(exchange, answer, content);
    } else {
      // before its headers are set: without room there will be another answer
      const held = await holdBuffer(exchange, content);
      try {
        await write(exchange, answer, content);
      } finally {
        held.release();
      }
    }
  }

  /** @throws AppError `busy` when there is no room in time. */
  async function holdBuffer(exchange: Exchange, content: Content): Promise<Share> {
    const { socket } = exchange.request;
    // without the send queue, which costs a read of /proc: mostly nothing of an earlier answer is left in it
    const takenBefore = bytesTaken(socket);
    try {
      return await buffers.take(exchange.tenant ?? STRANGERS, {
        units: ANSWER_BYTES,
        ending: exchange,
        bytesMoved: () => Math.max(0, bytesDelivered(socket) - takenBefore),
        onEvicted: (reason) => cut(exchange, reason),
      });
    } catch (error) {
      if (content instanceof Readable) content.destroy();
      throw error;
    }
  }

  async function write(exchange: Exchange, answer: Answer, content: Content): Promise<void> {
    const { request, response } = exchange;
    for (const [name, value] of Object.entries({ ...commonHeaders(exchange.requestId), ...answer.headers })) {
      // CORS has set `vary` already
      if (name === 'vary' && typeof value === 'string') response.appendHeader(name, value);
      else if (value !== undefined) response.setHeader(name, value);
    }
    if (content instanceof Readable) {
      await sendStream(exchange, answer.status, content);
      return;
    }
    if (content !== undefined) {
      if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json; charset=utf-8');
      if (!response.hasHeader('content-length')) response.setHeader('content-length', Buffer.byteLength(content));
    }
    if (isUnread(request) && !exchange.isUnreadable) {
      // Node parses the rest of the packet first: a small body that came in it does not cost the connection
      await setImmediate();
    }
    const isUnfinished = isUnread(request);
    if (isUnfinished || exchange.isUnreadable || isLast(exchange)) response.setHeader('connection', 'close');
    if (!isUnfinished && !exchange.isUnreadable && request.method !== 'HEAD' && isLarge(content)) {
      request.resume();
      await sendStream(exchange, answer.status, slicesOf(content));
      return;
    }
    response.writeHead(answer.status);
    if (exchange.isUnreadable) {
      response.end(content);
      request.socket.destroySoon();
    } else if (isUnfinished) {
      if (content && request.method !== 'HEAD') {
        response.write(content, (error) => error ?? exchange.answered());
      } else {
        response.flushHeaders();
        exchange.answered();
      }
      drains.drain(request, response);
    } else {
      request.resume(); // Node begins the next request only when this body is read
      response.end(request.method === 'HEAD' ? undefined : content);
      if (!response.writableFinished && response.socket?.writableLength) {
        response.once('close', watchReader(exchange));
      }
    }
  }

  function isLast({ request, isLast: mustEnd }: Exchange): boolean {
    // Node drops the rest of a packet whose head asks for an upgrade, so that no request behind it can be served
    return mustEnd || isStopping() || request.headers.upgrade !== undefined;
  }

  async function sendStream(exchange: Exchange, status: number, body: Readable): Promise<void> {
    const { request, response, signal } = exchange;
    const isUnfinished = isUnread(request);
    if (isUnfinished || isLast(exchange)) response.setHeader('connection', 'close');
    const endWatch = watchReader(exchange);
    try {
      response.writeHead(status);
      await pipeline(body, response, { signal, end: !isUnfinished });
      if (isUnfinished) drains.drain(request, response);
    } catch (error) {
      body.destroy();
      // the pipeline's own error does not tell the cause
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
      bytesMoved: () => bytesDelivered(socket),
      isExpectingBytes: () => socket.writableLength > 0,
      minRate: minDownloadRate,
      onIdle: () => cut(exchange, new AppError('timeout', 'The client does not read its answer, or too slowly.')),
    });
  }
}

/**
 * Ends an answer that is under way. Resets the connection before anything else closes it: a graceful close would leave unsent
 * data in the kernel for minutes, and the client could take it for the end of the answer.
 */
function cut(exchange: Exchange, cause: Failure): void {
  exchange.failure = cause;
  exchange.request.socket.resetAndDestroy();
  exchange.abort(cause);
}

/** A larger answer goes out in slices of this size, so that little of it waits in memory for its client. */
const SLICE_BYTES = 64 * 1024;
/** What such an answer may hold in memory: slices that are being sent, and what its source has read ahead. */
export const ANSWER_BYTES = 4 * SLICE_BYTES;

type Content = Readable | Buffer | string | undefined;

function isLarge(content: Content): content is Readable | Buffer | string {
  return content instanceof Readable || (content !== undefined && content.length > SLICE_BYTES);
}

function slicesOf(content: Buffer | string): Readable {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return Readable.from(slices(bytes), { objectMode: false, highWaterMark: SLICE_BYTES });
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES);
}

/** A text and not a buffer: Node sends it in one write with the head. */
function serialize(body: unknown): Buffer | string | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}
