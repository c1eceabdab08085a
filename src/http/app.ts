import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError } from '../errors';
import type { Logger } from '../observability';
import { errorResponse } from './connection/error-response';
import { exchangeOfResponse, hasBody, openExchange } from './connection/exchange';
import type { Exchange } from './connection/exchange';
import { messageClasses } from './messages';
import type { MessageClasses } from './messages';
import type { Authenticator, Caller } from './auth';
import { createCors } from './cors';
import { lenientTarget } from './lenient-path';
import { createPages } from './pages';
import type { PagesOptions } from './pages';
import { checkHead, normalizeTarget } from './connection/request-head';
import type { Router } from './contract/router';

export interface AppOptions extends PagesOptions {
  router: Router;
  logger: Logger;
  authenticator: Authenticator;
  corsOrigins: readonly string[];
}

export interface App extends MessageClasses {
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the log and the metrics: what the listener refused before it was a request. */
  onRefusal: (error: AppError) => void;
  /** Ends what runs with keys that are no longer known. */
  endRevoked: () => void;
}

/** The order of things: an id and a log line for every request, the built-in pages, the key, then the contract. */
export function createApp(options: AppOptions): App {
  const { router, responder } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  const callers = new Map<Exchange, Caller>();
  app.use(createCors(options.corsOrigins, responder));
  app.use(checkRequest);
  app.use(createPages(options));
  app.use((request, response, next) => {
    const exchange = exchangeOfResponse(response);
    const caller = options.authenticator.caller(request);
    exchange.tenant = caller.tenant;
    callers.set(exchange, caller);
    router
      .route(exchange, caller.tenant)
      .then((answer) => responder.send(exchange, answer))
      .catch(next);
  });
  app.use(answerError(options));

  return { onRequest, onRefusal: (error) => logRefusal(error, options), endRevoked, ...messageClasses(app) };

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    normalizeTarget(request);
    request.url = lenientTarget(request.url ?? '/');
    const exchange = openExchange(request, response, (ended) => {
      callers.delete(ended);
      logRequest(ended, options);
    });
    Object.assign(response, { locals: { exchange } });
    app(request, response);
  }

  function endRevoked(): void {
    for (const [exchange, caller] of callers) {
      if (caller.isStillKnown()) continue;
      exchange.abort(new AppError('unauthorized', 'The API key is no longer valid.', { code: 'invalid_api_key' }));
    }
  }
}

const checkRequest: RequestHandler = (request, response, next) => {
  try {
    checkHead(request);
  } catch (error) {
    // where the head can be read in two ways, so can the place where the next request begins
    exchangeOfResponse(response).isLast = true;
    throw error;
  }
  next();
};

/** Express tells an error handler by its four parameters. */
function answerError({ responder, logger }: AppOptions): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const exchange = exchangeOfResponse(response);
    responder
      .sendError(exchange, error)
      .then((failure) => {
        const { requestId } = exchange;
        if (failure.kind === 'client_gone') logger.debug({ requestId }, 'client gone');
        else if (failure.kind === 'internal') logger.error({ requestId, err: failure.cause ?? failure }, 'fault');
        else if (failure.kind === 'unavailable') logger.warn({ requestId, err: failure.cause }, failure.message);
        else if (failure.cause) logger.debug({ requestId, err: failure.cause }, failure.message);
      })
      .catch((fault: unknown) => {
        logger.error({ requestId: exchange.requestId, err: fault }, 'the answer could not be written');
        response.destroy();
      });
  };
}

const QUIET = new Set(['healthz', 'readyz', 'metrics', 'preflight']);

function logRequest(exchange: Exchange, { logger, metrics, router }: AppOptions): void {
  const { request, response, operation, requestId, tenant, failure, isAnswered, names } = exchange;
  const ms = performance.now() - exchange.startedAt;
  // an answer that we cut has a failure; whoever else is not answered went away
  const isCut = !isAnswered && failure !== undefined && response.headersSent;
  const isGone = exchange.hasClientLeft || !(isAnswered || isCut);
  if (isGone) metrics.clientGone();
  else metrics.request(operation, response.statusCode, ms / 1000);
  const level = QUIET.has(operation) || (isGone && !hasBody(request)) ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const status = isGone ? undefined : response.statusCode;
  // no path and no words of the refusal, which repeat what the client sent: it may be a key in the wrong place
  const route = exchange.route ?? router.templateOf(request) ?? '(no such path)';
  const field = failure?.param?.split(/[.[]/, 1)[0];
  const line = {
    requestId,
    method: request.method,
    route,
    status,
    ms: Math.round(ms * 10) / 10,
    tenant,
    operation,
    ...(failure && { refusal: failure.kind, param: field && names.has(field) ? field : undefined }),
  };
  const end = isGone ? 'client gone' : isCut ? `${status}, cut: ${failure.kind}` : String(status);
  logger[level](line, `${request.method} ${route} ${end}`);
}

/** There is no request, and so no method, path or id. */
function logRefusal(error: AppError, { logger, metrics }: AppOptions): void {
  const { status } = errorResponse(error);
  metrics.request('none', status, 0);
  logger.info({ status, operation: 'none', refusal: error.kind }, `refused before it was a request: ${status}`);
}
