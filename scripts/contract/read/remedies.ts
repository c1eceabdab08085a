import { stringify } from 'yaml';
import { isObject, keyOf } from './document';
import type { ContractError, Json, JsonObject, Remedy } from './document';

/** An action of an overlay, as it is written. */
export type Action = { target: string; description: string } & ({ remove: true } | { update: Json });

/**
 * The actions that take faults away, in an order in which each finds its target: what is removed from a list goes last
 * and from its end, and nothing is done twice or inside of what is removed.
 */
export function actionsAgainst(root: JsonObject, faults: readonly ContractError[]): Action[] {
  const wanted = faults.flatMap(({ fault, remedy }) => remedy.map((change) => ({ fault, change })));
  const removed = new Set(wanted.filter(({ change }) => 'remove' in change).map(({ change }) => change.at));
  const seen = new Set<string>();
  const kept = wanted.filter(({ change }) => {
    const key = JSON.stringify(change);
    if (seen.has(key) || isInside(change.at, removed)) return false;
    if ('update' in change && removed.has(change.at)) return false;
    seen.add(key);
    return exists(root, change.at);
  });
  const last = kept.filter(({ change }) => 'remove' in change && isItem(root, change.at));
  const first = kept.filter((one) => !last.includes(one));
  const byPlace = last.toSorted((a, b) => compareBackwards(a.change.at, b.change.at));
  return mergeUpdates([...first, ...byPlace].map(({ fault, change }) => toAction(root, fault, change)));
}

/** As they stand in an overlay. */
export function printActions(actions: readonly object[]): string {
  return stringify(actions, { lineWidth: 0 });
}

/** A JSONPath (RFC 9535) that selects what a JSON pointer does. */
function toJsonPath(root: JsonObject, pointer: string): string {
  let at: Json | undefined = root;
  let path = '$';
  for (const token of tokensOf(pointer)) {
    path += Array.isArray(at) ? `[${token}]` : printName(token);
    at = step(at, token);
  }
  return path;
}

function printName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return `.${name}`;
  const text = JSON.stringify(name)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", String.raw`\'`);
  return `['${text}']`;
}

function toAction(root: JsonObject, fault: string, change: Remedy): Action {
  const target = toJsonPath(root, change.at);
  const description = fault.length > 200 ? `${fault.slice(0, 200)}…` : fault;
  return 'remove' in change ? { target, description, remove: true } : { target, description, update: change.update };
}

/** Lists of names at the root of a document, each of which is one action, with what it says. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['x-annotation-formats', 'Formats that are not known: nothing is checked of them'],
  ['x-annotation-keywords', 'Keywords that are not known: nothing is checked by them'],
]);

function mergeUpdates(actions: readonly Action[]): Action[] {
  const merged = [...LISTS].flatMap(([list, description]) => {
    const names = actions.flatMap((action) => namesIn(action, list));
    return names.length === 0 ? [] : [{ target: '$', description, update: { [list]: [...new Set(names)] } }];
  });
  return [
    ...merged,
    ...actions.filter((action) => [...LISTS.keys()].every((list) => namesIn(action, list).length === 0)),
  ];
}

function namesIn(action: Action, list: string): Json[] {
  const names = 'update' in action && isObject(action.update) ? action.update[list] : undefined;
  return Array.isArray(names) ? names : [];
}

function isInside(pointer: string, removed: ReadonlySet<string>): boolean {
  const tokens = pointer.split('/');
  return tokens.some((_token, index) => index > 0 && removed.has(tokens.slice(0, index).join('/')));
}

function exists(root: JsonObject, pointer: string): boolean {
  return valueAt(root, pointer) !== undefined;
}

function isItem(root: JsonObject, pointer: string): boolean {
  return Array.isArray(valueAt(root, pointer.slice(0, pointer.lastIndexOf('/'))));
}

/** What stands at a pointer. */
export function valueAt(root: JsonObject, pointer: string): Json | undefined {
  let at: Json | undefined = root;
  for (const token of tokensOf(pointer)) at = step(at, token);
  return at;
}

function step(at: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(at)) return at[Number(token)];
  return isObject(at) && Object.hasOwn(at, token) ? at[token] : undefined;
}

function tokensOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(keyOf);
}

/** Later items before earlier ones, and what is deeper before what is around it. */
function compareBackwards(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
