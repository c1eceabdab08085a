import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { HttpError } from './http-error';
import type { Logger } from '../observability/logger';
import { exchangeOfResponse, openExchange } from './connection/exchange';
import type { Exchange } from './connection/exchange';
import { messageClasses } from './messages';
import type { Authenticator, Caller } from './auth';
import { createCors } from './cors';
import { lenientTarget } from './lenient-path';
import { createPages } from './pages';
import type { PagesOptions } from './pages';
import type { RemoteAddress } from './remote-address';
import { createRequestLog } from './request-log';
import { checkHead, normalizeTarget } from './connection/request-head';
import { createRequestTurns } from './connection/request-turns';
import type { Router } from './contract/router';
import { STRANGERS } from '../shares/accountant';

interface AppOptions extends PagesOptions {
  router: Router;
  logger: Logger;
  authenticator: Authenticator;
  corsOrigins: readonly string[];
  addressOf: RemoteAddress;
}

/** What a request passes: its id and log line, CORS, its head, the built-in pages, the key, then the contract. */
export function createApp(options: AppOptions) {
  const { router, responder } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  const requestLog = createRequestLog({ ...options, templateOf: router.templateOf });
  const callers = new Map<Exchange, Caller>();
  const turns = createRequestTurns();
  if (options.corsOrigins.length > 0) app.use(createCors(options.corsOrigins, responder));
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

  return { onRequest, onConnection: turns.accepted, onRefusal: requestLog.refused, endRevoked, ...messageClasses(app) };

  function onRequest(request: IncomingMessage, response: ServerResponse, isFollowing: boolean): void {
    normalizeTarget(request);
    request.url = lenientTarget(request.url ?? '/');
    const exchange = openExchange(request, response, (ended) => {
      callers.delete(ended);
      requestLog.ended(ended);
    });
    Object.assign(response, { locals: { exchange } });
    const work = () => void (response.destroyed || app(request, response));
    const tenantOf = () => options.authenticator.tenantOf(request) ?? STRANGERS;
    // in another turn: a hundred requests that are refused at once would all be answered in this one
    if (isFollowing) turns.beginLater(work, tenantOf());
    else turns.begin(work, tenantOf);
  }

  /** Ends each request whose key is no longer valid. */
  function endRevoked(): void {
    for (const [exchange, caller] of callers) {
      if (caller.isStillKnown()) continue;
      exchange.abort(new HttpError('unauthorized', 'The API key is no longer valid.', { code: 'invalid_api_key' }));
    }
  }
}

const checkRequest: RequestHandler = (request, response, next) => {
  try {
    checkHead(request);
  } catch (error) {
    // a head that can be read in two ways can end in two places
    exchangeOfResponse(response).isLast = true;
    throw error;
  }
  next();
};

/** Express recognizes an error handler by its four parameters. */
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
