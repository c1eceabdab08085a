import { readBody, readContent } from './bodies';
import { ContractError, child, childrenOf, escapePointer, isObject, itemsOf, resolve } from '../read/document';
import type { JsonObject, OpenApiDocument, Place } from '../read/document';
import { readHeader, readParameters } from './parameters';
import type {
  OperationDescriptor,
  ParameterDescriptor,
  ResponseDescriptor,
} from '../../../src/http/contract/descriptors';
import type { Code } from './print';
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
    checkPath(path, item.pointer);
    const pathItem = readPathItem(document, item);
    for (const key of Object.keys(pathItem.node)) {
      if (!PATH_ITEM_KEYS.has(key) && !key.startsWith('x-'))
        throw new ContractError(`${pathItem.pointer}/${escapePointer(key)}`, 'is no field of a path item');
      if (!METHODS.includes(key)) continue;
      const place = child(pathItem, key);
      // the router takes a slash from the end
      const route = `${key} ${path.replaceAll(TEMPLATE, '{}').replace(/\/+$/, '')}`;
      const twin = routes.get(route);
      if (twin !== undefined) throw new ContractError(place.pointer, `no request can tell it from ${twin}`);
      routes.set(route, place.pointer);
      const operationId = readId(place, seen);
      operations.push({ operationId, method: key, path, place, pathItem });
    }
  }
  for (const place of otherOperations(document, operations)) readId(place, seen);
  return operations;
}

/** What a server's URL has before every path; nothing where it is the place of the document. */
export function basePathOf(url: string): string {
  if (url === '.' || url === './') return '';
  return url.replace(/^[^/]*\/\/[^/]*|^\{[^}]*\}/, '').replace(/\/+$/, '');
}

function checkPath(path: string, pointer: string): void {
  if (!path.startsWith('/')) throw new ContractError(pointer, 'a path begins with a slash');
  if (/[?#]/.test(path))
    throw new ContractError(pointer, 'a path has no query and no fragment: no request would match it');
  if (/[{}]/.test(path.replaceAll(TEMPLATE, '')))
    throw new ContractError(pointer, 'has a brace without its counterpart');
  if (path.includes('}{'))
    throw new ContractError(pointer, 'has two parameters with nothing between to tell them apart');
  const names = namesIn(path);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new ContractError(pointer, `has {${twin}} twice`);
}

const TEMPLATE = /\{([^{}]*)\}/g;

function namesIn(path: string): string[] {
  return [...path.matchAll(TEMPLATE)].map((match) => match[1] ?? '');
}

/** @throws ContractError for what stands beside a `$ref`, which the standard leaves undefined and resolving would lose. */
function readPathItem(document: OpenApiDocument, item: Place): Place & { node: JsonObject } {
  const { node, pointer } = item;
  const beside = isObject(node) ? Object.keys(node).filter((key) => key === 'parameters' || METHODS.includes(key)) : [];
  if (isObject(node) && node['$ref'] !== undefined && beside[0] !== undefined) {
    throw new ContractError(`${pointer}/${beside[0]}`, 'stands beside a $ref: move it into the path item referred to');
  }
  const target = resolve(document, item);
  if (!isObject(target.node)) throw new ContractError(target.pointer, 'a path item is an object');
  return { pointer: target.pointer, node: target.node };
}

/** Operations that are not served, and whose types stand beside those of the operations that are. */
function otherOperations(document: OpenApiDocument, served: readonly Operation[]): Place[] {
  const root = { pointer: '#', node: document.root };
  const components = hasKey(root, 'components') ? childrenOf(child(root, 'components'), 'pathItems') : [];
  const known = new Set(served.map(({ place }) => place.pointer));
  const items = [...childrenOf(root, 'webhooks'), ...components].map(([, item]) => readPathItem(document, item));
  const places = items.flatMap((item) => METHODS.filter((key) => hasKey(item, key)).map((key) => child(item, key)));
  const others = new Map(places.map((place) => [place.pointer, place]));
  return [...others.values()].filter((place) => !known.has(place.pointer) && hasKey(place, 'operationId'));
}

function readId(place: Place, seen: Map<string, string>): string {
  if (!isObject(place.node)) throw new ContractError(place.pointer, 'an operation is an object');
  const id = place.node['operationId'];
  if (id === undefined || id === '')
    throw new ContractError(place.pointer, 'has no operationId: handlers are found by it');
  const at = `${place.pointer}/operationId`;
  if (typeof id !== 'string') throw new ContractError(at, 'must be a string');
  // openapi-typescript writes a slash for it: the types would have no operation of this name
  if (id.includes('#'))
    throw new ContractError(at, `${JSON.stringify(id)} has a #, which a name in the types cannot have`);
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

/** An operation with the source text of its validators. */
export type Description = OperationDescriptor<Code>;

/** @throws ContractError */
export function describeOperation(target: Target, operation: Operation): Description {
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

function checkPathParameters({ path, place }: Operation, declared: Record<string, ParameterDescriptor<Code>>): void {
  const inTemplate = namesIn(path);
  for (const name of inTemplate) {
    if (!Object.hasOwn(declared, name))
      throw new ContractError(place.pointer, `the path parameter {${name}} is not declared`);
  }
  for (const name of Object.keys(declared)) {
    if (!inTemplate.includes(name))
      throw new ContractError(place.pointer, `the path parameter ${name} is not in the path ${path}`);
  }
}

/** Responses that several operations share, by name: one object, and printed once. */
export type SharedResponses = Map<string, ResponseDescriptor<Code>>;

const SHARED = '#/components/responses/';

function describeResponses(
  { document, schemas, shared }: Target,
  operation: Place,
  operationId: string,
): Description['responses'] {
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
      const known = shared.get(name) ?? describe(response, `response_${name}`);
      shared.set(name, known);
      return [status, known];
    }),
  );

  function describe(response: Place, hint: string): ResponseDescriptor<Code> {
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
