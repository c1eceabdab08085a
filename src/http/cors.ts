import cors from 'cors';
import type { RequestHandler } from 'express';
import { exchangeOfResponse } from './connection/exchange';
import type { Responder } from './connection/respond';

/** Headers that a page may read beside the safelisted ones of the Fetch standard. */
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
 * Lets pages of `origins` (`*`: all) call the API. It must run before everything that refuses, so that a page can read a
 * refusal, and before the key is checked, which a preflight does not have.
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
      const isPreflight =
        request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
      if (error !== undefined || !isPreflight || !response.hasHeader('access-control-allow-origin')) {
        next(error);
        return;
      }
      const exchange = exchangeOfResponse(response);
      exchange.operation = 'preflight';
      responder.send(exchange, { status: 204 }).catch(next);
    });
  };
}
