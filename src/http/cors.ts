import cors from 'cors';
import type { RequestHandler } from 'express';
import { exchangeOfResponse } from './connection/exchange';
import type { Responder } from './connection/respond';

/** What a page may read beside what every page may. */
const EXPOSED = [
  'x-request-id',
  'content-disposition',
  'content-length',
  'content-range',
  'accept-ranges',
  'etag',
  'last-modified',
  'retry-after',
  'sluice-bytes-used',
  'sluice-bytes-limit',
  'sluice-files-used',
  'sluice-files-limit',
];
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
const MAX_AGE_SECONDS = 3600;

/**
 * Lets pages of `origins` (`*` alone: all) call the API. It comes before everything that can refuse, so that a page can
 * read a refusal, and before the key, which no preflight brings.
 */
export function createCors(origins: readonly string[], responder: Responder): RequestHandler {
  const addHeaders = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: METHODS,
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE_SECONDS,
    preflightContinue: true,
  });
  return (request, response, next) => {
    addHeaders(request, response, (error?: unknown) => {
      if (error !== undefined || !isPreflight(request.method, request.headers) || !isAllowed(response)) {
        next(error);
        return;
      }
      const exchange = exchangeOfResponse(response);
      exchange.operation = 'preflight';
      responder.send(exchange, { status: 204 }).catch(next);
    });
  };
}

function isPreflight(method: string, headers: Readonly<Record<string, unknown>>): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function isAllowed(response: { hasHeader(name: string): boolean }): boolean {
  return response.hasHeader('access-control-allow-origin');
}
