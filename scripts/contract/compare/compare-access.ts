import { childrenOf, isObject, itemsOf, resolve } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { basePathOf } from '../generate/operations';
import type { Operation } from '../generate/operations';
import { isSame } from './schema-view';

export type Add = (label: string, what: string, why?: string) => void;

/** The paths under which servers have the operation; without servers it is the root. */
export function basePathsOf({ root }: OpenApiDocument, { place, pathItem }: Operation): Set<string> {
  const owners: Place[] = [place, pathItem, { pointer: '#', node: root }];
  const servers = owners.map((owner) => itemsOf(owner, 'servers')).find((list) => list.length > 0) ?? [];
  return new Set(
    servers.length === 0
      ? ['']
      : servers.map(({ node }) => basePathOf(isObject(node) && typeof node['url'] === 'string' ? node['url'] : '')),
  );
}

export function compareServers(was: ReadonlySet<string>, is: ReadonlySet<string>, add: Add): void {
  for (const base of was)
    if (!is.has(base)) add('servers', `no server has it under ${base || '/'} any more`, 'clients call it there');
  for (const base of is) if (!was.has(base)) add('servers', `a server has it under ${base || '/'}`);
}

/** What one alternative asks for: schemes, and their scopes as `scheme:scope`. */
type Alternative = ReadonlySet<string>;

/** Without any alternative, nobody is asked for a key. */
export function securityOf({ root }: OpenApiDocument, { place }: Operation): Alternative[] {
  const own = (isObject(place.node) ? place.node['security'] : undefined) ?? root['security'];
  if (!Array.isArray(own) || own.length === 0) return [new Set()];
  return own.map((alternative) => {
    const schemes = isObject(alternative) ? Object.entries(alternative) : [];
    const scopes = schemes.flatMap(([name, all]) =>
      Array.isArray(all) ? all.map((scope) => `${name}:${JSON.stringify(scope)}`) : [],
    );
    return new Set([...schemes.map(([name]) => name), ...scopes]);
  });
}

export function compareSecurity(
  documents: { before: OpenApiDocument; after: OpenApiDocument },
  was: readonly Alternative[],
  is: readonly Alternative[],
  add: Add,
): void {
  for (const old of was) {
    const isKept = is.some((alternative) => [...alternative].every((need) => old.has(need)));
    if (!isKept) add('security', `${namesOf(old)} no longer lets a client in`, 'clients that rely on it are refused');
  }
  const known = new Set(was.map(namesOf));
  for (const now of is) if (!known.has(namesOf(now))) add('security', `${namesOf(now)} lets a client in, too`);
  const schemes = [was, is].map((all) => new Set(all.flatMap((alternative) => [...alternative])));
  for (const name of schemes[0] ?? []) {
    if (!schemes[1]?.has(name)) continue;
    const [old, now] = [documents.before, documents.after].map((document) => schemeOf(document, name));
    if (!isSame(old, now)) add('security', `the scheme ${name} changed`, 'clients show their keys in another way');
  }
}

function namesOf(alternative: Alternative): string {
  return [...alternative].toSorted().join(' and ') || 'nothing';
}

function schemeOf(document: OpenApiDocument, name: string): Json {
  const components = { pointer: '#/components', node: document.root['components'] ?? {} };
  const scheme = childrenOf(components, 'securitySchemes').find(([key]) => key === name)?.[1];
  const { node } = scheme ? resolve(document, scheme) : { node: null };
  if (!isObject(node)) return null;
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== 'description' && !key.startsWith('x-')));
}
