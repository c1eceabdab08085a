import type { Request, RequestHandler } from 'express';
import { AppError } from '../errors';
import { methodNotAllowed } from './http-error';
import { keptFor } from '../observability/kept-for';
import type { Metrics } from '../observability/metrics';
import { answerAsset } from './assets';
import type { Asset } from './assets';
import type { Authenticator } from './auth';
import { exchangeOfResponse } from './connection/exchange';
import type { Answer, Responder } from './connection/respond';
import type { Home } from './home';

export interface PagesOptions {
  /** By the name of their page. */
  assets: Readonly<Record<string, readonly Asset[]>>;
  home: Home;
  authenticator: Authenticator;
  responder: Responder;
  metrics: Metrics;
  /** @throws AppError `unavailable` */
  checkReadiness: () => Promise<object>;
  isStopping: () => boolean;
}

interface Page {
  name: string;
  answer(request: Request): Promise<Answer>;
}

/** Serves what is not in the contract: health, metrics, the page for people, the contract itself and its documentation. */
export function createPages(options: PagesOptions): RequestHandler {
  const { responder, metrics } = options;
  // anybody may ask, and each answer takes a query and a request to the store: a failure is kept, too
  const checkReadiness = keptFor(1, async () => (await Promise.allSettled([options.checkReadiness()]))[0]);
  // Express would try one route after the other for every request
  const pages = new Map<string, Page>([
    ['/', { name: 'home', answer: options.home.answer }],
    ['/healthz', { name: 'healthz', answer: async () => ({ status: 200, body: { status: 'ok' } }) }],
    ['/readyz', { name: 'readyz', answer: readinessAnswer }],
    ['/metrics', { name: 'metrics', answer: metricsAnswer }],
    ...Object.entries(options.assets).flatMap(([name, assets]) => assets.map((asset) => pageOf(name, asset))),
  ]);

  return (request, response, next) => {
    const path = request.path.replace(/(?<=[^/])\/$/, '');
    const page = pages.get(path);
    if (!page) {
      next();
      return;
    }
    const exchange = exchangeOfResponse(response);
    exchange.operation = page.name;
    exchange.route = path;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw methodNotAllowed('GET, HEAD');
    }
    answer(page, path, request)
      .then((content) => responder.send(exchange, content))
      .catch(next);
  };

  /** Redirects from a path with a slash at its end, where the relative links of a page would be wrong. */
  async function answer(page: Page, path: string, request: Request): Promise<Answer> {
    if (request.path === path) return page.answer(request);
    const location = `../${path.slice(path.lastIndexOf('/') + 1)}`;
    return { status: 308, headers: { location, 'cache-control': 'no-cache' } };
  }

  async function readinessAnswer(): Promise<Answer> {
    if (options.isStopping()) throw new AppError('unavailable', 'The server is stopping.');
    const readiness = await checkReadiness();
    if (readiness.status === 'rejected') throw readiness.reason;
    return { status: 200, body: { status: 'ready', ...readiness.value } };
  }

  async function metricsAnswer(request: Request): Promise<Answer> {
    options.authenticator.checkMetrics(request);
    return { status: 200, body: await metrics.scrape(), headers: { 'content-type': metrics.registry.contentType } };
  }
}

function pageOf(name: string, asset: Asset): [path: string, page: Page] {
  return [asset.path, { name, answer: (request) => answerAsset(asset, request) }];
}
