import type { Express, RequestHandler } from 'express';
import { AppError } from '../errors';
import type { Metrics } from '../observability';
import type { Authenticate } from './auth';
import { docsFiles } from './docs';
import { exchangeOf } from './exchange';
import type { Responder } from './respond';

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

/** What stands beside the contract: health, metrics, the contract itself and its documentation page. */
export function mountPages(app: Express, options: PagesOptions): void {
  const { responder, metrics } = options;

  app.get(
    '/healthz',
    page('healthz', async () => ({ body: { status: 'ok' } })),
  );
  app.get(
    '/readyz',
    page('readyz', async () => {
      if (options.isStopping()) throw new AppError('unavailable', 'The server is stopping.');
      await options.checkReadiness();
      return { body: { status: 'ready' } };
    }),
  );
  app.get(
    '/metrics',
    page('metrics', async (request) => {
      options.authenticate(request);
      const { registry } = metrics;
      return { body: await registry.metrics(), headers: { 'content-type': registry.contentType } };
    }),
  );
  app.get(
    '/openapi.json',
    page('openapi', async () => ({ body: options.document })),
  );
  for (const { path, headers, body } of docsFiles()) {
    app.get(
      path,
      page('docs', async () => ({ body: body(), headers })),
    );
  }

  function page(
    name: string,
    answer: (request: Parameters<RequestHandler>[0]) => Promise<{ body: unknown; headers?: Record<string, string> }>,
  ): RequestHandler {
    return (request, response, next) => {
      const exchange = exchangeOf(response);
      exchange.operation = name;
      answer(request)
        .then((content) => responder.send(exchange, { status: 200, ...content }))
        .catch(next);
    };
  }
}
