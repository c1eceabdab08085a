import type { IncomingMessage } from 'node:http';
import type { Failure } from './http-error';
import type { Logger } from '../observability/logger';
import type { Metrics } from '../observability/metrics';
import { errorResponse } from './connection/error-response';
import { hasBody } from './connection/exchange';
import type { Exchange } from './connection/exchange';
import type { RemoteAddress } from './remote-address';

interface RequestLogOptions {
  logger: Logger;
  metrics: Metrics;
  addressOf: RemoteAddress;
  /** The template of the path that a request asks for. */
  templateOf: (request: IncomingMessage) => string | undefined;
}

const QUIET = new Set(['healthz', 'readyz', 'metrics', 'preflight']);

/** Writes a log line and the metrics for each request. */
export function createRequestLog({ logger, metrics, addressOf, templateOf }: RequestLogOptions) {
  return { ended, refused };

  function ended(exchange: Exchange): void {
    const { request, response, operation, failure, isAnswered, names } = exchange;
    const ms = performance.now() - exchange.startedAt;
    const bytes = exchange.bytesMoved();
    metrics.bytesMoved(bytes);
    if (failure) metrics.refused(failure.kind);
    // without a failure it was the client that ended the answer
    const isCut = !isAnswered && failure !== undefined && response.headersSent;
    const isGone = exchange.hasClientLeft || !(isAnswered || isCut);
    if (isGone) metrics.clientGone();
    else metrics.request(operation, response.statusCode, ms / 1000);
    const level = QUIET.has(operation) || (isGone && !hasBody(request)) ? 'debug' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    const status = isGone ? undefined : response.statusCode;
    // neither the path nor the message, which repeat what the client sent: it may be a key in the wrong place
    const route = exchange.route ?? templateOf(request) ?? '(no such path)';
    const field = failure?.param?.split(/[.[]/, 1)[0];
    const line = {
      requestId: exchange.requestId,
      ...namesOfCaller(request),
      remote: addressOf(request) || undefined,
      method: request.method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      tenant: exchange.tenant,
      operation,
      ...(exchange.resourceId?.startsWith('file-') ? { file: exchange.resourceId } : { upload: exchange.resourceId }),
      ...bytes,
      ...(failure && { refusal: failure.kind, param: field && names.has(field) ? field : undefined }),
    };
    const end = isGone ? 'client gone' : isCut ? `${status}, cut: ${failure.kind}` : String(status);
    logger[level](line, `${request.method} ${route} ${end}`);
  }

  /** For what the listener refused before it was a request, so that it has no method, path or id. */
  function refused(error: Failure): void {
    const { status } = errorResponse(error);
    metrics.request('none', status, 0);
    metrics.refused(error.kind);
    logger.info({ status, operation: 'none', refusal: error.kind }, `refused before it was a request: ${status}`);
  }
}

/** The caller's own ids of the request, where they are well formed: they are logged as they are. */
function namesOfCaller({ headers }: IncomingMessage): { callerRequestId?: string; traceparent?: string } {
  const id = headers['x-request-id'];
  const { traceparent } = headers;
  return {
    ...(typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) && { callerRequestId: id }),
    // https://www.w3.org/TR/trace-context/#traceparent-header
    ...(typeof traceparent === 'string' &&
      /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent) && { traceparent }),
  };
}
