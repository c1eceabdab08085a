import { basePathsOf, compareSecurity, compareServers, securityOf } from './compare-access';
import type { Add } from './compare-access';
import { compareSchemas } from './compare-schemas';
import type { SchemaChange, Side } from './compare-schemas';
import { child, childrenOf, isObject, itemsOf, resolve } from '../read/document';
import type { JsonObject, OpenApiDocument, Place } from '../read/document';
import { listOperations } from '../generate/operations';
import type { Operation } from '../generate/operations';
import { DEFAULT_STYLE } from '../generate/parameters';
import { isSame } from './schema-view';

/** What changed from one contract to another, as its clients see it. */
export interface Comparison {
  added: OperationName[];
  removed: OperationName[];
  changes: Change[];
  isBreaking: boolean;
}

export interface OperationName {
  method: string;
  path: string;
  operationId: string;
}

export interface Change extends SchemaChange {
  /** `METHOD path` of every operation that the change is part of. */
  operations: string[];
  side: Side | 'operation';
}

interface Pair {
  before: OpenApiDocument;
  after: OpenApiDocument;
}

/** @throws ContractError */
export function compareContracts(before: OpenApiDocument, after: OpenApiDocument): Comparison {
  const [old, now] = [byRoute(before), byRoute(after)];
  const merged = new Map<string, Change>();
  for (const [route, operation] of old) {
    const same = now.get(route);
    if (!same) continue;
    for (const change of compareOperations({ before, after }, operation, same)) {
      const key = JSON.stringify([change.side, change.label, change.what]);
      const known = merged.get(key);
      if (known) known.operations.push(...change.operations.filter((name) => !known.operations.includes(name)));
      else merged.set(key, change);
    }
  }
  const changes = [...merged.values()];
  const removed = [...old].filter(([route]) => !now.has(route)).map(([, operation]) => nameOf(operation));
  const added = [...now].filter(([route]) => !old.has(route)).map(([, operation]) => nameOf(operation));
  return { added, removed, changes, isBreaking: removed.length > 0 || changes.some(({ why }) => why !== undefined) };
}

/** On the wire a path parameter is its place, not its name. */
function byRoute(document: OpenApiDocument): Map<string, Operation> {
  return new Map(
    listOperations(document).map((operation) => [
      `${operation.method} ${operation.path.replaceAll(/\{[^}]*\}/g, '{}')}`,
      operation,
    ]),
  );
}

function nameOf({ method, path, operationId }: Operation): OperationName {
  return { method: method.toUpperCase(), path, operationId };
}

function compareOperations(documents: Pair, old: Operation, now: Operation): Change[] {
  const operations = [`${now.method.toUpperCase()} ${now.path}`];
  const changes: Change[] = [];
  const add = (label: string, what: string, why?: string) =>
    changes.push({ label, what, why, side: 'operation', operations: [...operations] });
  const addAll = (side: Side, found: SchemaChange[]) =>
    changes.push(...found.map((change) => ({ ...change, side, operations: [...operations] })));

  if (old.operationId !== now.operationId) {
    add('operationId', `${old.operationId} became ${now.operationId}`, 'generated clients call it by this name');
  }
  if (old.path !== now.path) add('path', `${old.path} became ${now.path}`);
  const [wasDeprecated, isDeprecated] = [flag(old.place, 'deprecated'), flag(now.place, 'deprecated')];
  if (wasDeprecated !== isDeprecated) add('operation', `it is ${isDeprecated ? 'now' : 'no longer'} deprecated`);
  compareServers(basePathsOf(documents.before, old), basePathsOf(documents.after, now), add);
  compareSecurity(documents, securityOf(documents.before, old), securityOf(documents.after, now), add);
  compareParameters();
  compareBodies();
  compareResponses();
  return changes;

  function compareParameters(): void {
    const [oldOnes, newOnes] = [parametersOf(documents.before, old), parametersOf(documents.after, now)];
    for (const [key, was] of oldOnes) {
      const is = newOnes.get(key);
      if (!is) add(key, 'was removed', 'what requests say of it is lost');
      else {
        compareFlag(key, flag(was, 'required'), flag(is, 'required'), add);
        const [a, b] = [writtenAs(was), writtenAs(is)];
        if (a !== b) add(key, `${a} became ${b}`, 'its text means something else');
        addAll('request', compareAt(documents, schemaOf(was), schemaOf(is), 'request', key));
      }
    }
    for (const [key, place] of newOnes) {
      if (oldOnes.has(key)) continue;
      const isRequired = flag(place, 'required');
      add(
        key,
        `was added, ${isRequired ? 'required' : 'optional'}`,
        isRequired ? 'requests without it are refused' : undefined,
      );
    }
  }

  function compareBodies(): void {
    const [was, is] = [bodyOf(documents.before, old), bodyOf(documents.after, now)];
    if (!was && !is) return;
    if (!was)
      return void add(
        'body',
        `was added, ${is && flag(is, 'required') ? 'required' : 'optional'}`,
        is && flag(is, 'required') ? 'requests without it are refused' : undefined,
      );
    if (!is) return void add('body', 'was removed', 'what requests say in it is lost');
    compareFlag('body', flag(was, 'required'), flag(is, 'required'), add);
    compareContent(was, is, 'request', 'body');
  }

  function compareResponses(): void {
    const [oldOnes, newOnes] = [
      new Map(childrenOf(old.place, 'responses')),
      new Map(childrenOf(now.place, 'responses')),
    ];
    for (const [status, reference] of oldOnes) {
      const same = newOnes.get(status);
      const isError = /^[45]/.test(status);
      if (!same) {
        add(`answer ${status}`, 'was removed', isError ? undefined : 'clients wait for it');
        continue;
      }
      const [was, is] = [resolve(documents.before, reference), resolve(documents.after, same)];
      compareContent(was, is, 'answer', `answer ${status}`);
      const newHeaders = new Map(childrenOf(is, 'headers').map(([name, place]) => [name.toLowerCase(), place]));
      for (const [name, header] of childrenOf(was, 'headers')) {
        const label = `answer ${status} header ${name}`;
        const sameHeader = newHeaders.get(name.toLowerCase());
        if (!sameHeader) {
          add(label, 'was removed', 'clients that read it find nothing');
          continue;
        }
        const [oldHeader, newHeader] = [resolve(documents.before, header), resolve(documents.after, sameHeader)];
        const isRequired = flag(newHeader, 'required');
        if (flag(oldHeader, 'required') !== isRequired)
          add(label, `is ${isRequired ? 'now' : 'no longer'} required`, isRequired ? undefined : 'answers can lack it');
        addAll('answer', compareAt(documents, schemaOf(oldHeader), schemaOf(newHeader), 'answer', label));
      }
    }
    for (const status of newOnes.keys()) if (!oldOnes.has(status)) add(`answer ${status}`, 'was added');
  }

  function compareContent(was: Place, is: Place, side: Side, label: string): void {
    const newOnes = new Map(childrenOf(is, 'content'));
    const oldOnes = new Map(childrenOf(was, 'content'));
    for (const [type, media] of oldOnes) {
      const same = newOnes.get(type);
      const at = oldOnes.size > 1 ? `${label} ${type}` : label;
      if (!same)
        add(
          label,
          `the media type ${type} was removed`,
          side === 'request' ? 'requests of it are refused' : 'clients that read it get something else',
        );
      else {
        addAll(side, compareAt(documents, schemaOf(media), schemaOf(same), side, at));
        const [a, b] = [valueOf(media, 'encoding'), valueOf(same, 'encoding')];
        if (!isSame(a, b))
          add(
            at,
            'the encoding of its parts changed',
            side === 'request' ? 'parts that were valid can be refused' : undefined,
          );
      }
    }
    for (const type of newOnes.keys()) if (!oldOnes.has(type)) add(label, `the media type ${type} was added`);
  }
}

function compareAt(
  documents: Pair,
  was: Place | undefined,
  is: Place | undefined,
  side: Side,
  label: string,
): SchemaChange[] {
  if (was && is) return compareSchemas(documents, was, is, side, label);
  if (!was && !is) return [];
  const isBreaking = (is !== undefined) === (side === 'request');
  const why = side === 'request' ? 'requests that were valid can be refused' : 'answers promise less';
  return [{ label, what: `its schema was ${is ? 'added' : 'removed'}`, why: isBreaking ? why : undefined }];
}

function compareFlag(label: string, was: boolean, is: boolean, add: Add): void {
  if (was !== is)
    add(label, `is ${is ? 'now' : 'no longer'} required`, is ? 'requests without it are refused' : undefined);
}

/** How a parameter stands in a request. */
function writtenAs(place: Place): string {
  const [content] = childrenOf(place, 'content');
  if (content) return content[0];
  const style = textOf(place, 'style') || DEFAULT_STYLE[textOf(place, 'in')] || 'form';
  const explode = valueOf(place, 'explode') ?? (style === 'form' || style === 'deepObject');
  return `style ${style}${explode === true ? ', exploded,' : ''}`;
}

function parametersOf(document: OpenApiDocument, { place, pathItem, path }: Operation): Map<string, Place> {
  const found = new Map<string, Place>();
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  for (const reference of [...itemsOf(pathItem, 'parameters'), ...itemsOf(place, 'parameters')]) {
    const parameter = resolve(document, reference);
    const location = textOf(parameter, 'in');
    const name = textOf(parameter, 'name');
    const shown =
      location === 'header' ? name.toLowerCase() : location === 'path' ? String(positions.indexOf(name) + 1) : name;
    found.set(`${location} ${shown}`, parameter);
  }
  return found;
}

function bodyOf(document: OpenApiDocument, { place }: Operation): Place | undefined {
  return valueOf(place, 'requestBody') === undefined ? undefined : resolve(document, child(place, 'requestBody'));
}

function schemaOf(place: Place): Place | undefined {
  const [content] = childrenOf(place, 'content');
  if (valueOf(place, 'schema') === undefined && content) return schemaOf(content[1]);
  return valueOf(place, 'schema') === undefined ? undefined : child(place, 'schema');
}

function valueOf({ node }: Place, key: string): JsonObject[string] | undefined {
  return isObject(node) ? node[key] : undefined;
}

function flag(place: Place, key: string): boolean {
  return valueOf(place, key) === true;
}

function textOf(place: Place, key: string): string {
  const value = valueOf(place, key);
  return typeof value === 'string' ? value : '';
}
