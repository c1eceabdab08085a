import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express, RequestHandler } from 'express';
// its index would run the whole of Swagger UI in the server
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path';
import { AppError } from '../errors';
import type { Metrics } from '../observability';
import type { Authenticate } from './auth';
import { exchangeOf } from './exchange';
import type { Responder } from './respond';
import contract from '../../openapi.json';

export interface PagesOptions {
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
    page('openapi', async () => ({ body: contract })),
  );
  mountDocs(app, page);

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

type Page = (
  name: string,
  answer: () => Promise<{ body: unknown; headers?: Record<string, string> }>,
) => RequestHandler;

const DOCS_ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Swagger UI, every asset from this server; nothing is loaded from or told to anyone else. */
function mountDocs(app: Express, page: Page): void {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice: the contract</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<body style="margin:0">
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;
  const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', validatorUrl: null, tryItOutEnabled: true, deepLinking: true });\n`;
  const headers = {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  const serve = (type: string, body: () => unknown) =>
    page('docs', async () => ({ body: body(), headers: { ...headers, 'content-type': type } }));
  app.get(
    '/docs',
    serve('text/html; charset=utf-8', () => html),
  );
  app.get(
    '/docs/start.js',
    serve('text/javascript; charset=utf-8', () => start),
  );
  for (const [name, type] of Object.entries(DOCS_ASSETS)) {
    app.get(
      `/docs/${name}`,
      serve(type, () => readFileSync(join(getAbsoluteFSPath(), name))),
    );
  }
}
