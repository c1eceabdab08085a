import type { IncomingMessage } from 'node:http';
import OpenAPIBackend from 'openapi-backend';
import type { Context, Request } from 'openapi-backend';
import { AppError } from '../../errors';
import { HttpError, methodNotAllowed } from '../http-error';
import type { Exchange } from '../connection/exchange';
import type { Answer } from '../connection/respond';
import { createNotFound } from './not-found';
import { asRequested, compileTemplate } from './path-template';
import { routesOf } from './routes';

export type Router = Awaited<ReturnType<typeof createRouter>>;

/** Runs one operation of the contract; its path parameters are decoded, nothing is validated yet. */
export type RunOperation = (
  operationId: string,
  exchange: Exchange,
  tenant: string,
  pathParameters: Readonly<Record<string, string>>,
) => Promise<Answer>;

/**
 * openapi-backend only routes here: its validator knows OpenAPI 3.0 and whole objects, and this contract is 3.1 and streams.
 * Every hook is registered, since a missing one lets a request pass.
 */
export async function createRouter(document: object, operationIds: readonly string[], run: RunOperation) {
  const operation = (context: Context, exchange: Exchange, tenant: string) =>
    run(context.operation.operationId ?? '', exchange, tenant, context.request.params as Record<string, string>);
  const api = new OpenAPIBackend({
    definition: routesOf(document),
    quick: true,
    strict: true,
    validate: false,
    handlers: {
      ...Object.fromEntries(operationIds.map((id) => [id, operation])),
      notFound: (context: Context) => {
        throw notFound(context.request.path);
      },
      methodNotAllowed: refuseMethod,
      notImplemented: () => {
        throw new HttpError('not_implemented', 'This operation is not implemented.');
      },
      validationFail: () => {
        throw new AppError('invalid', 'The request does not meet the contract.');
      },
      unauthorizedHandler: () => {
        throw new HttpError('unauthorized', 'The request is not authorized.', { code: 'invalid_api_key' });
      },
    },
  });
  await api.init();
  // openapi-backend removes the slash at the end of a request's path, but not of the contract's
  const operations = api.router.getOperations();
  for (const found of operations) found.path = asRequested(found.path);
  const templates = new Map(operations.map(({ path }) => [path, compileTemplate(path)]));
  const notFound = createNotFound([...templates.keys()]);
  // Its own pattern for several parameters in a segment takes cubic time: it gets only the operations that match.
  const match = api.router.matchOperation.bind(api.router);
  let matching = operations;
  api.router.getOperations = () => matching;
  // its choice for a path without parameters never changes
  const chosen = new Map(
    operations
      .filter(({ path }) => !path.includes('{'))
      .map(({ method, path }) => [`${method.toUpperCase()} ${path}`, match({ method, path, headers: {} })]),
  );
  api.router.matchOperation = (request: Request, strict: boolean = false) => {
    const known = chosen.get(`${request.method} ${request.path}`);
    if (known) return known;
    const path = api.router.normalizePath(request.path);
    matching = operations.filter((one) => templates.get(one.path)?.matches(path));
    return match(request, strict);
  };
  // Its own reads parameters whose names are letters and digits, one for each segment. All else is read elsewhere.
  api.router.parseRequest = (request, matched) => ({
    method: request.method,
    path: request.path,
    headers: request.headers,
    params: templates.get(matched?.path ?? '')?.read(api.router.normalizePath(request.path)) ?? {},
    query: {},
    cookies: {},
    requestBody: undefined,
  });
  const running = new Set<Promise<unknown>>();

  return { route, templateOf, whenIdle };

  /**
   * @param tenant whose request it is: it was authenticated before.
   * @throws AppError `not_found`, `method_not_allowed`, `not_implemented`; or what the operation failed with.
   */
  async function route(exchange: Exchange, tenant: string): Promise<Answer> {
    const { request } = exchange;
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const method = methodFor(path, request.method ?? 'GET');
    const answer = api.handleRequest({ method, path, headers: {} }, exchange, tenant) as Promise<Answer>;
    running.add(answer);
    try {
      return await answer;
    } catch (error) {
      if (error instanceof URIError) throw new AppError('invalid', 'The path of the request is not well encoded.');
      throw error;
    } finally {
      running.delete(answer);
    }
  }

  /** A HEAD that the contract does not have is its GET without the body (RFC 9110 section 9.3.2). */
  function methodFor(path: string, method: string): string {
    if (method !== 'HEAD') return method;
    return api.matchOperation({ method, path, headers: {} }) ? method : 'GET';
  }

  /** The template of the path that a request asks for, whatever its method; undefined when the contract has none. */
  function templateOf({ url = '/' }: IncomingMessage): string | undefined {
    return operationsAt(url.split('?', 1)[0] ?? '/')[0]?.path;
  }

  /** Resolves when no operation runs any more. */
  async function whenIdle(): Promise<void> {
    await Promise.allSettled(running);
  }

  /** The operations of a path, one for each method. */
  function operationsAt(path: string) {
    const methods = new Set(operations.map(({ method }) => method));
    return [...methods].flatMap((method) => api.matchOperation({ method, path, headers: {} }) ?? []);
  }

  function refuseMethod(context: Context): never {
    const methods = new Set(operationsAt(context.request.path).map(({ method }) => method.toUpperCase()));
    if (methods.has('GET')) methods.add('HEAD');
    throw methodNotAllowed([...methods].toSorted().join(', '));
  }
}
