import { readBody, readContent } from './bodies';
import { ContractError, child, childrenOf, escapePointer, isObject, itemsOf, resolve } from './document';
import type { OpenApiDocument, Place } from './document';
import { readHeader, readParameters } from './parameters';
import { code, printAccess } from './print';
import type { Printable } from './print';
import type { SchemaSet } from './schemas';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const PATH_ITEM_KEYS = new Set([...METHODS, 'summary', 'description', 'servers', 'parameters']);

/** Names under which openapi-backend (5.21) looks for handlers of its own: an operation of that name would take the place of one. */
const HOOKS = new Set(
  `404 notFound 405 methodNotAllowed 400 validationFail 501 notImplemented unauthorizedHandler preRoutingHandler
  postRoutingHandler postSecurityHandler preOperationHandler postResponseHandler`.split(/\s+/),
);

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  place: Place;
  pathItem: Place;
}

/** Every operation in the order of the document. @throws ContractError */
export function listOperations(document: OpenApiDocument): Operation[] {
  const operations: Operation[] = [];
  const seen = new Map<string, string>();
  const routes = new Map<string, string>();
  for (const [path, item] of childrenOf({ pointer: '#', node: document.root }, 'paths')) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) throw new ContractError(item.pointer, 'a path begins with a slash');
    const pathItem = resolve(document, item);
    if (!isObject(pathItem.node)) throw new ContractError(pathItem.pointer, 'a path item is an object');
    for (const key of Object.keys(pathItem.node)) {
      if (!PATH_ITEM_KEYS.has(key) && !key.startsWith('x-'))
        throw new ContractError(`${pathItem.pointer}/${escapePointer(key)}`, 'is no field of a path item');
      if (!METHODS.includes(key)) continue;
      const place = child(pathItem, key);
      const route = `${key} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
      const twin = routes.get(route);
      if (twin !== undefined) throw new ContractError(place.pointer, `no request can tell it from ${twin}`);
      routes.set(route, place.pointer);
      const operationId = readId(place, seen);
      operations.push({ operationId, method: key, path, place, pathItem });
    }
  }
  return operations;
}

function readId(place: Place, seen: Map<string, string>): string {
  if (!isObject(place.node)) throw new ContractError(place.pointer, 'an operation is an object');
  const id = place.node['operationId'];
  if (id === undefined || id === '')
    throw new ContractError(place.pointer, 'has no operationId: handlers are found by it');
  const at = `${place.pointer}/operationId`;
  if (typeof id !== 'string') throw new ContractError(at, 'must be a string');
  if (HOOKS.has(id)) throw new ContractError(at, `${JSON.stringify(id)} is the name of a hook of openapi-backend`);
  if (id in Object.prototype)
    throw new ContractError(at, `${JSON.stringify(id)} is a name that every JavaScript object has`);
  const twin = seen.get(id);
  if (twin !== undefined) throw new ContractError(at, `${JSON.stringify(id)} is already the operationId of ${twin}`);
  seen.set(id, place.pointer);
  return id;
}

/** Where a description goes: its schemas and the responses that it shares with others. */
export interface Target {
  document: OpenApiDocument;
  schemas: SchemaSet;
  shared: SharedResponses;
}

/** What `OperationDescriptor` in src/http/contract.ts describes, as a literal. */
export function describeOperation(target: Target, operation: Operation): Printable {
  const { document, schemas } = target;
  const { operationId, method, path, place, pathItem } = operation;
  const parameters = readParameters(
    document,
    schemas,
    [...itemsOf(pathItem, 'parameters')],
    [...itemsOf(place, 'parameters')],
    operationId,
  );
  checkPathParameters(operation, parameters.path);
  return {
    operationId,
    method,
    path,
    parameters,
    body: hasKey(place, 'requestBody')
      ? readBody(document, schemas, resolve(document, child(place, 'requestBody')), operationId)
      : null,
    responses: describeResponses(target, place, operationId),
  };
}

function checkPathParameters({ path, place }: Operation, declared: Record<string, Printable>): void {
  const inTemplate = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  for (const name of inTemplate) {
    if (!Object.hasOwn(declared, name))
      throw new ContractError(place.pointer, `the path parameter {${name}} is not declared`);
  }
  for (const name of Object.keys(declared)) {
    if (!inTemplate.includes(name))
      throw new ContractError(place.pointer, `the path parameter ${name} is not in the path ${path}`);
  }
}

/** Responses that several operations share, by name: printed once. */
export type SharedResponses = Map<string, Printable>;

const SHARED = '#/components/responses/';

function describeResponses({ document, schemas, shared }: Target, operation: Place, operationId: string): Printable {
  const responses = childrenOf(operation, 'responses').filter(([status]) => !status.startsWith('x-'));
  if (responses.length === 0) throw new ContractError(operation.pointer, 'documents no response');
  return Object.fromEntries(
    responses.map(([status, reference]) => {
      if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) {
        throw new ContractError(reference.pointer, 'is no status, range of statuses or `default`');
      }
      const response = resolve(document, reference);
      if (!response.pointer.startsWith(SHARED)) return [status, describe(response, `${operationId}_${status}`)];
      const name = response.pointer.slice(SHARED.length);
      if (!shared.has(name)) shared.set(name, describe(response, `response_${name}`));
      return [status, code(`responses${printAccess(name)}`)];
    }),
  );

  function describe(response: Place, hint: string): Printable {
    const headers = childrenOf(response, 'headers').filter(([name]) => name.toLowerCase() !== 'content-type');
    return {
      headers: Object.fromEntries(
        headers.map(([name, header]) => [
          name.toLowerCase(),
          readHeader(document, schemas, header, `${hint}_header_${name}`),
        ]),
      ),
      content: Object.fromEntries(
        childrenOf(response, 'content').map(([mediaType, media]) => [
          mediaType,
          readContent(document, schemas, mediaType, media, hint),
        ]),
      ),
    };
  }
}

function hasKey(place: Place, key: string): boolean {
  return isObject(place.node) && place.node[key] !== undefined;
}
