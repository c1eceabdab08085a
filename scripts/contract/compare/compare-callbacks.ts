import { child, childrenOf, isObject, resolve } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';
import type { AddAt } from './changes';
import { compareMessages } from './compare-operation';
import type { SidedDifference } from './compare-operation';
import type { Contracts, OperationPlace } from './places';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** What the server sends to clients: the webhooks of a document. */
export function compareWebhooks(contracts: Contracts, addAt: AddAt): SidedDifference[] {
  const [olds, news] = [contracts.before, contracts.after].map((document) => {
    const items = childrenOf({ pointer: '#', node: document.root }, 'webhooks');
    return new Map(items.flatMap(([name, item]) => operationsIn(document, item, name)));
  });
  return compareAll(contracts, olds ?? new Map(), news ?? new Map(), 'webhook', addAt);
}

/** The same for the callbacks of one operation. */
export function compareCallbacks(contracts: Contracts, old: Place, now: Place, addAt: AddAt): SidedDifference[] {
  const [olds, news] = [callbacksOf(contracts.before, old), callbacksOf(contracts.after, now)];
  return compareAll(contracts, olds, news, 'callback', addAt);
}

type Operations = ReadonlyMap<string, OperationPlace>;

function compareAll(
  contracts: Contracts,
  olds: Operations,
  news: Operations,
  kind: string,
  addAt: AddAt,
): SidedDifference[] {
  const added = new Map([...news].filter(([name]) => !olds.has(name)));
  const pairs = new Map([...olds].map(([name, old]) => [name, news.get(name) ?? renamed(old)]));
  const paired = new Set(pairs.values());
  for (const [name, now] of news) if (!paired.has(now)) addAt(`${kind} ${name}`, 'was added');
  return [...olds].flatMap(([name, old]) => {
    const now = pairs.get(name);
    if (now)
      return compareMessages(contracts, { old, now, isToClient: true }).map((difference) =>
        isWithin(difference.label)
          ? Object.assign(difference, { label: `${kind} ${name} ${difference.label}` })
          : difference,
      );
    addAt(`${kind} ${name}`, 'was removed', 'clients wait for it');
    return [];
  });

  /** Where a callback goes is an expression: its name is no part of it. */
  function renamed(old: OperationPlace): OperationPlace | undefined {
    if (kind !== 'callback') return undefined;
    const [name, now] = [...added].find(([, { place }]) => targetOf(place) === targetOf(old.place)) ?? [];
    if (name !== undefined) added.delete(name);
    return now;
  }
}

/** The expression and the method of a callback, at the end of its place. */
function targetOf({ pointer }: Place): string {
  return pointer.split('/').slice(-2).join('/');
}

/** Whether a label is a place of the operation, and not the name of a component. */
function isWithin(label: string): boolean {
  return /^(operation|body|answer \w+|(query|header|path|cookie) .*)\b/.test(label);
}

function callbacksOf(document: OpenApiDocument, operation: Place): Map<string, OperationPlace> {
  const callbacks = childrenOf(operation, 'callbacks').map(([name, at]) => [name, resolve(document, at)] as const);
  return new Map(
    callbacks.flatMap(([name, { pointer, node }]) =>
      Object.keys(isObject(node) ? node : {})
        .filter((expression) => !expression.startsWith('x-'))
        .flatMap((expression) => operationsIn(document, child({ pointer, node }, expression), `${name} ${expression}`)),
    ),
  );
}

function operationsIn(document: OpenApiDocument, item: Place, name: string): [string, OperationPlace][] {
  const pathItem = resolve(document, item);
  const methods = Object.keys(isObject(pathItem.node) ? pathItem.node : {}).filter((key) => METHODS.has(key));
  return methods.map((method) => [
    `${method.toUpperCase()} ${name}`,
    { path: name, place: child(pathItem, method), pathItem },
  ]);
}
