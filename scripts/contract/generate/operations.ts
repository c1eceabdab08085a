import { readBody, readContent } from './bodies';
import {
  ContractError,
  attempt,
  attemptEach,
  child,
  childrenOf,
  escapePointer,
  isObject,
  itemsOf,
  removable,
  resolve,
} from '../read/document';
import type { JsonObject, OpenApiDocument, Place, Remedy } from '../read/document';
import { createIds } from './operation-ids';
import { readHeader, readParameters } from './parameters';
import type {
  OperationDescriptor,
  ParameterDescriptor,
  ResponseDescriptor,
} from '../../../src/http/contract/descriptors';
import type { Code } from './print';
import type { SchemaSet } from './schemas';

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const PATH_ITEM_KEYS = new Set([...METHODS, 'summary', 'description', 'servers', 'parameters']);

export interface Operation {
  operationId: string;
  method: string;
  path: string;
  place: Place;
  pathItem: Place;
}

/** Every operation in the order of the document, those last whose path has a query or a fragment. @throws ContractError */
export function listOperations(document: OpenApiDocument): Operation[] {
  const operations: Operation[] = [];
  const ids = createIds(document);
  const routes = new Map<string, string>();
  const paths = childrenOf({ pointer: '#', node: document.root }, 'paths').filter(([path]) => !path.startsWith('x-'));
  for (const [path, item] of paths.toSorted(([a], [b]) => Number(UNROUTED.test(a)) - Number(UNROUTED.test(b))))
    attempt(document, () => listPath(path, item), undefined);
  for (const place of otherOperations(document, operations)) attempt(document, () => ids.read(place), undefined);
  return operations;

  function listPath(written: string, item: Place): void {
    checkPath(written, item);
    const path = written.replace(UNROUTED, '');
    const pathItem = readPathItem(document, item);
    for (const key of Object.keys(pathItem.node)) {
      if (METHODS.includes(key)) attempt(document, () => listOperation(path, key, pathItem), undefined);
      else if (!PATH_ITEM_KEYS.has(key) && !key.startsWith('x-'))
        document.refuse(removable(`${pathItem.pointer}/${escapePointer(key)}`, 'is no field of a path item'));
    }
    if (path !== written)
      document.warn(item.pointer, `is served as ${path}: no request has a query or a fragment in its path`);
  }

  function listOperation(path: string, method: string, pathItem: Place): void {
    const place = child(pathItem, method);
    // the router takes a slash from the end
    const route = `${method} ${path.replaceAll(TEMPLATE, '{}').replace(/\/+$/, '')}`;
    const twin = routes.get(route);
    if (twin !== undefined) throw removable(place.pointer, `no request can tell it from ${twin}`);
    routes.set(route, place.pointer);
    const operationId = ids.read(place);
    operations.push({ operationId, method, path, place, pathItem });
  }
}

/** What a path cannot have: a request's query is no part of its path, and its fragment is never sent. */
const UNROUTED = /[?#].*$/s;

/** What a server's URL has before every path; nothing where it is the place of the document. */
export function basePathOf(url: string): string {
  if (url === '.' || url === './') return '';
  return url.replace(/^[^/]*\/\/[^/]*|^\{[^}]*\}/, '').replace(/\/+$/, '');
}

function checkPath(path: string, { pointer, node }: Place): void {
  if (!path.startsWith('/')) {
    const moved: Remedy = { at: '#/paths', update: { [`/${path}`]: node } };
    throw new ContractError(pointer, 'a path begins with a slash', { remedy: [moved, { at: pointer, remove: true }] });
  }
  if (/[{}]/.test(path.replaceAll(TEMPLATE, ''))) throw removable(pointer, 'has a brace without its counterpart');
  if (path.includes('}{')) throw removable(pointer, 'has two parameters with nothing between to tell them apart');
  const names = namesIn(path);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw removable(pointer, `has {${twin}} twice`);
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
    throw removable(`${pointer}/${beside[0]}`, 'stands beside a $ref: move it into the path item referred to');
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

/** Where a description goes: its schemas and the responses that it shares with others. */
interface Target {
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
  checkPathParameters(document, operation, parameters.path);
  const readRequestBody = () =>
    readBody(document, schemas, resolve(document, child(place, 'requestBody')), operationId);
  return {
    operationId,
    method,
    path,
    parameters,
    body: hasKey(place, 'requestBody') ? attempt(document, readRequestBody, null) : null,
    responses: describeResponses(target, place, operationId),
  };
}

function checkPathParameters(
  document: OpenApiDocument,
  { path, place, pathItem }: Operation,
  declared: Record<string, ParameterDescriptor<Code>>,
): void {
  const inTemplate = namesIn(path);
  for (const name of inTemplate.filter((one) => !Object.hasOwn(declared, one))) {
    const parameter = { name, in: 'path', required: true, schema: { type: 'string' } };
    const remedy: Remedy[] = [{ at: place.pointer, update: { parameters: [parameter] } }];
    document.refuse(new ContractError(place.pointer, `the path parameter {${name}} is not declared`, { remedy }));
  }
  for (const name of Object.keys(declared).filter((one) => !inTemplate.includes(one))) {
    const all = [...itemsOf(place, 'parameters'), ...itemsOf(pathItem, 'parameters')];
    const remedy = all
      .filter((item) => isNamed(resolve(document, item), name))
      .map(({ pointer: at }): Remedy => ({ at, remove: true }));
    const fault = `the path parameter ${name} is not in the path ${path}`;
    document.refuse(new ContractError(place.pointer, fault, { remedy }));
  }
}

function isNamed({ node }: Place, name: string): boolean {
  return isObject(node) && node['in'] === 'path' && node['name'] === name;
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
  if (responses.length === 0) {
    const remedy: Remedy[] = [
      { at: operation.pointer, update: { responses: { default: { description: 'Any answer' } } } },
    ];
    throw new ContractError(operation.pointer, 'documents no response', { remedy });
  }
  return attemptEach(document, responses, read);

  function read(status: string, reference: Place): ResponseDescriptor<Code> {
    if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status))
      throw removable(reference.pointer, 'is no status, range of statuses or `default`');
    const response = resolve(document, reference);
    if (!response.pointer.startsWith(SHARED)) return describe(response, `${operationId}_${status}`);
    const name = response.pointer.slice(SHARED.length);
    const known = shared.get(name) ?? describe(response, `response_${name}`);
    shared.set(name, known);
    return known;
  }

  function describe(response: Place, hint: string): ResponseDescriptor<Code> {
    const headers = childrenOf(response, 'headers').filter(([name]) => name.toLowerCase() !== 'content-type');
    const described = attemptEach(document, headers, (name, header) =>
      readHeader(document, schemas, header, `${hint}_header_${name}`),
    );
    return {
      headers: Object.fromEntries(Object.entries(described).map(([name, header]) => [name.toLowerCase(), header])),
      content: attemptEach(document, childrenOf(response, 'content'), (mediaType, media) =>
        readContent(document, schemas, mediaType, media, hint),
      ),
    };
  }
}

function hasKey(place: Place, key: string): boolean {
  return isObject(place.node) && place.node[key] !== undefined;
}
