import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError } from '../errors';
import type { Metrics } from '../observability';
import type { Authenticate } from './auth';
import { docsFiles } from './docs';
import { exchangeOf } from './connection/exchange';
import type { Responder } from './connection/respond';

export interface PagesOptions {
  /** The contract, for `/openapi.json`. */
  document: object;
  authenticate: Authenticate;
  responder: Responder;
  metrics: Metrics;
  /** @throws AppError `unavailable` */
  checkReadiness: () => Promise<void>;
  isStopping: () => boolean;
}

type Page = (request: IncomingMessage) => Promise<{ body: unknown; headers?: Record<string, string> }>;

/** What stands beside the contract: health, metrics, the contract itself and its documentation page. */
export function createPages(options: PagesOptions): RequestHandler {
  const { responder, metrics } = options;
  // not a route each: Express tries them one after the other, for every upload, too
  const pages = new Map<string, { name: string; answer: Page }>([
    ['/healthz', { name: 'healthz', answer: async () => ({ body: { status: 'ok' } }) }],
    ['/readyz', { name: 'readyz', answer: readiness }],
    ['/metrics', { name: 'metrics', answer: metricsText }],
    ['/openapi.json', { name: 'openapi', answer: async () => ({ body: options.document }) }],
    ...docsFiles().map(
      ({ path, headers, body }) => [path, { name: 'docs', answer: async () => ({ body: body(), headers }) }] as const,
    ),
  ]);

  return (request, response, next) => {
    const page = pages.get(request.path);
    if (!page) {
      next();
      return;
    }
    const exchange = exchangeOf(response);
    exchange.operation = page.name;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const allow = 'GET, HEAD';
      throw new AppError('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } });
    }
    page
      .answer(request)
      .then((content) => responder.send(exchange, { status: 200, ...content }))
      .catch(next);
  };

  async function readiness(): ReturnType<Page> {
    if (options.isStopping()) throw new AppError('unavailable', 'The server is stopping.');
    await options.checkReadiness();
    return { body: { status: 'ready' } };
  }

  async function metricsText(request: IncomingMessage): ReturnType<Page> {
    options.authenticate(request);
    const { registry } = metrics;
    return { body: await registry.metrics(), headers: { 'content-type': registry.contentType } };
  }
}
