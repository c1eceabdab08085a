export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A change of a document that takes a fault away, as an action of an overlay does it. */
export type Remedy = { at: string; remove: true } | { at: string; update: Json };

/** A fault of a contract, with the place (a JSON pointer) where it is. */
export class ContractError extends Error {
  readonly pointer: string;
  /** Without the place. */
  readonly fault: string;
  /** None where only leaving out what is there would help. */
  readonly remedy: readonly Remedy[];

  constructor(pointer: string, fault: string, options?: { cause?: unknown; remedy?: readonly Remedy[] }) {
    super(`${pointer}: ${fault}`, options);
    this.name = 'ContractError';
    this.pointer = pointer;
    this.fault = fault;
    this.remedy = options?.remedy ?? [];
  }
}

/** A fault that goes when what stands at `pointer`, or at `at`, goes. */
export function removable(pointer: string, fault: string, at = pointer): ContractError {
  return new ContractError(pointer, fault, { remedy: [{ at, remove: true }] });
}

/** A node of a document and where it is. */
export interface Place {
  pointer: string;
  node: Json;
}

export interface OpenApiDocument {
  root: JsonObject;
  /** `3.0` and `3.1` differ in `nullable`, exclusive bounds and what may stand beside a `$ref`. */
  version: '3.0' | '3.1';
  /** Keywords of schemas that check nothing: `x-annotation-keywords` names them. */
  annotations: ReadonlySet<string>;
  /** What is said to the maintainer and does not stop the generation. */
  warn(pointer: string, message: string): void;
  /** Takes a fault. When it returns, the reading goes on behind the fault, to find the next; nothing may be generated. */
  refuse(error: ContractError): void;
}

/** What `work` returns, or `instead` when it finds a fault and the document's reader wants to know of more. */
export function attempt<T>(document: OpenApiDocument, work: () => T, instead: T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    document.refuse(error);
    return instead;
  }
}

/** What `read` makes of each, by name; without those in which it finds a fault. */
export function attemptEach<Value, T>(
  document: OpenApiDocument,
  entries: readonly (readonly [name: string, value: Value])[],
  read: (name: string, value: Value) => T,
): Record<string, T> {
  const made: [string, T][] = [];
  for (const [name, value] of entries) attempt(document, () => made.push([name, read(name, value)]), 0);
  return Object.fromEntries(made);
}

/** @throws ContractError when `root` is not an OpenAPI 3.0 or 3.1 document. Without `refuse`, the first fault is thrown. */
export function openDocument(
  root: Json,
  warn: OpenApiDocument['warn'] = () => undefined,
  refuse: OpenApiDocument['refuse'] = rethrow,
): OpenApiDocument {
  if (!isObject(root)) throw new ContractError('#', 'an OpenAPI document is an object');
  if (typeof root['swagger'] === 'string') {
    throw new ContractError(
      '#/swagger',
      `Swagger ${root['swagger']} is not supported: convert it to OpenAPI 3.1 first`,
    );
  }
  const declared = root['openapi'];
  if (declared === undefined) throw new ContractError('#', 'this is no OpenAPI document: it has no `openapi` field');
  // in YAML `3.1` is a number
  if (typeof declared !== 'string') throw new ContractError('#/openapi', 'must be a text, such as "3.1.0"');
  const version = /^3\.([01])\.\d+(-.+)?$/.exec(declared);
  if (!version) throw new ContractError('#/openapi', `OpenAPI ${declared} is not supported: 3.0 and 3.1 are`);
  const dialect = root['jsonSchemaDialect'];
  if (dialect !== undefined && !DIALECTS.has(dialect)) {
    refuse(removable('#/jsonSchemaDialect', `the dialect ${JSON.stringify(dialect)} is not supported`));
  }
  if (!isObject(root['paths'])) throw new ContractError('#', 'the document has no `paths`');
  const annotations = new Set(namesAt(root, 'x-annotation-keywords'));
  return { root, version: version[1] === '0' ? '3.0' : '3.1', annotations, warn, refuse };
}

/** A list of names at the root of a document. @throws ContractError */
export function namesAt(root: JsonObject, key: string): string[] {
  const list = root[key] ?? [];
  if (Array.isArray(list)) {
    const names = list.filter((name) => typeof name === 'string');
    if (names.length === list.length) return names;
  }
  throw new ContractError(`#/${key}`, 'must be an array of names');
}

function rethrow(error: ContractError): never {
  throw error;
}

/** The dialects that mean JSON Schema 2020-12. */
export const DIALECTS: ReadonlySet<unknown> = new Set([
  'https://spec.openapis.org/oas/3.1/dialect/base',
  'https://json-schema.org/draft/2020-12/schema',
]);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function child(place: Place, key: string | number): Place {
  const { node } = place;
  const value =
    Array.isArray(node) && typeof key === 'number'
      ? node[key]
      : isObject(node) && Object.hasOwn(node, key)
        ? node[key]
        : undefined;
  if (value === undefined) throw new ContractError(place.pointer, `has no \`${key}\``);
  return { pointer: `${place.pointer}/${escapePointer(String(key))}`, node: value };
}

/** The children of an object, or none when `key` is absent. */
export function childrenOf(place: Place, key: string): [name: string, place: Place][] {
  if (!isObject(place.node) || place.node[key] === undefined) return [];
  const parent = child(place, key);
  if (!isObject(parent.node)) throw new ContractError(parent.pointer, 'must be an object');
  return Object.keys(parent.node).map((name) => [name, child(parent, name)]);
}

/** The items of an array, or none when `key` is absent. */
export function itemsOf(place: Place, key: string): Place[] {
  if (!isObject(place.node) || place.node[key] === undefined) return [];
  const parent = child(place, key);
  if (!Array.isArray(parent.node)) throw new ContractError(parent.pointer, 'must be an array');
  const items = parent.node.map((_, index) => child(parent, index));
  return ALTERNATIVES.has(key)
    ? items.map((item) => (isNullBranch(item.node) ? { pointer: item.pointer, node: { type: 'null' } } : item))
    : items;
}

const ALTERNATIVES = new Set(['anyOf', 'oneOf']);

/** An alternative of which nothing is said but `nullable: true`: word for word it is anything, and it is meant as null. */
export function isNullBranch(node: Json): boolean {
  if (!isObject(node) || node['nullable'] !== true) return false;
  return Object.keys(node).every((key) => ['nullable', 'title', 'description'].includes(key) || key.startsWith('x-'));
}

/** Where a `$ref` points. @throws ContractError when it leaves the document or points at nothing. */
export function follow(document: OpenApiDocument, place: Place): Place {
  const ref = isObject(place.node) ? place.node['$ref'] : undefined;
  const at = `${place.pointer}/$ref`;
  if (typeof ref !== 'string') throw new ContractError(at, 'a $ref is a string');
  if (!ref.startsWith('#')) {
    throw removable(at, `${JSON.stringify(ref)} is outside of this document: bundle the document first`);
  }
  if (ref !== '#' && !ref.startsWith('#/')) throw removable(at, `the anchor ${JSON.stringify(ref)} is not supported`);
  let target: Place = { pointer: '#', node: document.root };
  for (const token of ref.split('/').slice(1)) {
    const key = keyOfReference(token, at);
    try {
      target = child(target, Array.isArray(target.node) ? Number(key) : key);
    } catch (error) {
      throw new ContractError(at, `${JSON.stringify(ref)} points at nothing`, {
        cause: error,
        remedy: [{ at, remove: true }],
      });
    }
  }
  return target;
}

/** `place` itself, or what it refers to, through any number of references. */
export function resolve(document: OpenApiDocument, place: Place): Place {
  const seen = new Set<string>();
  let at = place;
  while (isObject(at.node) && at.node['$ref'] !== undefined) {
    if (seen.has(at.pointer)) throw removable(place.pointer, 'its $ref leads back to itself', `${place.pointer}/$ref`);
    seen.add(at.pointer);
    at = follow(document, at);
  }
  return at;
}

export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The key that a token of a pointer stands for. */
export function keyOf(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function keyOfReference(token: string, at: string): string {
  try {
    return keyOf(decodeURIComponent(token));
  } catch (error) {
    throw new ContractError(at, 'has a malformed percent encoding', { cause: error });
  }
}
