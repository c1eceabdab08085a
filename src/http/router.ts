import OpenAPIBackend from 'openapi-backend';
import type { Context, Document } from 'openapi-backend';
import { AppError } from '../errors';
import type { Exchange } from './exchange';
import type { Answer } from './respond';

export interface Router {
  /** @throws AppError `not_found`, `method_not_allowed`, `not_implemented`; or what the operation failed with. */
  route(exchange: Exchange): Promise<Answer>;
  /** Resolves when no operation runs any more. */
  idle(): Promise<void>;
}

/** Runs one operation of the contract; its path parameters are decoded, nothing is validated yet. */
export type RunOperation = (
  operationId: string,
  exchange: Exchange,
  pathParameters: Readonly<Record<string, string>>,
) => Promise<Answer>;

/**
 * The seam to openapi-backend, which routes and does no more: its validator knows OpenAPI 3.0 and whole objects only,
 * and this contract is 3.1 and streams. Every hook is registered, since one that is not fails open.
 */
export async function createRouter(
  document: object,
  operationIds: readonly string[],
  run: RunOperation,
): Promise<Router> {
  const operation = (context: Context, exchange: Exchange) =>
    run(context.operation.operationId ?? '', exchange, context.request.params as Record<string, string>);
  const api = new OpenAPIBackend({
    definition: document as Document,
    quick: true,
    strict: true,
    validate: false,
    handlers: {
      ...Object.fromEntries(operationIds.map((id) => [id, operation])),
      notFound,
      methodNotAllowed,
      notImplemented: () => {
        throw new AppError('not_implemented', 'This operation is not implemented.');
      },
      validationFail: () => {
        throw new AppError('invalid', 'The request does not meet the contract.');
      },
      // every request was authenticated before it came here, whatever the document says of its operation
      unauthorizedHandler: () => {
        throw new AppError('unauthorized', 'The request is not authorized.', { code: 'invalid_api_key' });
      },
    },
    securityHandlers: Object.fromEntries(securitySchemes(document as Document).map((name) => [name, isAuthenticated])),
  });
  await api.init();
  // its router builds this list anew for every request
  const operations = api.router.getOperations();
  api.router.getOperations = () => operations;
  // it parses each request twice; before the operation is known there is nothing to find, nor in a path without parameters
  const parse = api.router.parseRequest.bind(api.router);
  api.router.parseRequest = (request, matched) =>
    matched?.path.includes('{')
      ? parse(request, matched)
      : { ...request, params: {}, query: {}, cookies: {}, requestBody: undefined };
  const running = new Set<Promise<unknown>>();

  return { route, idle: async () => void (await Promise.allSettled(running)) };

  async function route(exchange: Exchange): Promise<Answer> {
    const { request } = exchange;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const answer = answerTo(exchange, methodFor(path, request.method ?? 'GET'), path);
    running.add(answer);
    try {
      return await answer;
    } finally {
      running.delete(answer);
    }
  }

  async function answerTo(exchange: Exchange, method: string, path: string): Promise<Answer> {
    try {
      return (await api.handleRequest({ method, path, headers: {}, query: '' }, exchange)) as Answer;
    } catch (error) {
      if (error instanceof URIError) throw new AppError('invalid', 'The path of the request is not well encoded.');
      throw error;
    }
  }

  /** A HEAD that the contract does not have is its GET without the body (RFC 9110 section 9.3.2). */
  function methodFor(path: string, method: string): string {
    if (method !== 'HEAD') return method;
    return api.matchOperation({ method, path, headers: {} }) ? method : 'GET';
  }

  function methodNotAllowed(context: Context): never {
    const { path } = context.request;
    const methods = new Set<string>();
    for (const { method } of operations) {
      if (api.matchOperation({ method, path, headers: {} })) methods.add(method.toUpperCase());
    }
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].toSorted().join(', ');
    throw new AppError('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } });
  }
}

function notFound(): never {
  throw new AppError('not_found', 'There is nothing at this path.');
}

/** Whatever the contract calls its schemes: authentication has happened before, by the one rule of this server. */
function securitySchemes({ components }: Document): string[] {
  return Object.keys(components?.securitySchemes ?? {});
}

function isAuthenticated(_context: Context, exchange: Exchange): boolean {
  return exchange.tenant !== undefined;
}
