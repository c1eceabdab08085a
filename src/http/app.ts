import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../observability';
import { exchangeOf, openExchange } from './connection/exchange';
import type { Exchange } from './connection/exchange';
import { messageClasses } from './messages';
import type { MessageClasses } from './messages';
import { createPages } from './pages';
import type { PagesOptions } from './pages';
import { checkHead, toOriginForm } from './connection/request-head';
import type { Router } from './contract/router';

export interface AppOptions extends PagesOptions {
  router: Router;
  logger: Logger;
}

export interface App extends MessageClasses {
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The order of things: an id and a log line for every request, the built-in pages, the key, then the contract. */
export function createApp(options: AppOptions): App {
  const { router, responder } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.use(checkRequest);
  app.use(createPages(options));
  app.use((request, response, next) => {
    const exchange = exchangeOf(response);
    exchange.tenant = options.authenticate(request);
    router
      .route(exchange)
      .then((answer) => responder.send(exchange, answer))
      .catch(next);
  });
  app.use(answerError(options));

  return { onRequest, ...messageClasses(app) };

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    toOriginForm(request);
    const exchange = openExchange(request, response);
    Object.assign(response, { locals: { exchange } });
    response.once('close', () => logRequest(exchange, options));
    app(request, response);
  }
}

const checkRequest: RequestHandler = (request, _response, next) => {
  checkHead(request);
  next();
};

/** Express tells an error handler by its four parameters. */
function answerError({ responder, logger }: AppOptions): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const exchange = exchangeOf(response);
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

const QUIET = new Set(['healthz', 'readyz', 'metrics']);

function logRequest(exchange: Exchange, { logger, metrics }: AppOptions): void {
  const { request, response, operation, requestId, tenant, failure } = exchange;
  const ms = performance.now() - exchange.startedAt;
  const isGone = exchange.hasClientLeft || !response.headersSent;
  if (isGone) metrics.clientGone();
  else metrics.request(operation, response.statusCode, ms / 1000);
  const level = isGone || QUIET.has(operation) ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const status = isGone ? undefined : response.statusCode;
  const path = (request.url ?? '').split('?', 1)[0]?.slice(0, 128);
  const line = {
    requestId,
    method: request.method,
    path,
    status,
    ms: Math.round(ms * 10) / 10,
    tenant,
    operation,
    // not the words, which repeat what the client sent: it may be a key in the wrong place
    ...(failure && { refusal: failure.kind, param: failure.param ?? undefined }),
  };
  logger[level](line, `${request.method} ${path} ${status ?? 'client gone'}`);
}
