import { childrenOf, isObject, resolve } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import type { AddAt } from './changes';
import { isSame } from './json';
import type { Contracts, OperationPair, OperationPlace } from './places';

/** What clients must show to be let in. */
export function compareSecurity({ before, after }: Contracts, { old, now }: OperationPair, addAt: AddAt): void {
  const add = (what: string, why?: string) => addAt('security', what, why);
  const firstName = firstNames(before);
  const [was, is] = [alternativesOf(before, old, firstName), alternativesOf(after, now, firstName)];
  for (const one of was) {
    const nearest = is.find((other) => isSame(schemesOf(one), schemesOf(other)));
    if (is.some((other) => isEnough(one, other))) {
      if (!nearest) add(`access with ${namesOf(one)} is no longer named, and not needed`);
      continue;
    }
    if (one.size === 0) add('anonymous access was removed', 'clients without a key are refused');
    else if (nearest)
      add(`${namesOf(one)} now needs ${scopeNames(nearest, one)}`, 'clients whose keys lack it are refused');
    else add(`access with ${namesOf(one)} alone was removed`, 'clients that rely on it are refused');
  }
  for (const one of is) {
    const nearest = was.find((other) => isSame(schemesOf(one), schemesOf(other)));
    if (!nearest)
      add(one.size === 0 ? 'anonymous access is now allowed' : `access with ${namesOf(one)} is now possible`);
    else if (!isEnough(one, nearest)) add(`${namesOf(one)} no longer needs ${scopeNames(nearest, one)}`);
  }
  const known = new Set(was.flatMap(schemesOf));
  for (const name of new Set(is.flatMap(schemesOf)))
    if (known.has(name) && schemeOf(after, name) !== null)
      compareSchemes(name, schemeOf(before, name), schemeOf(after, name), add);
}

/** Schemes, each with its scopes; empty for anonymous access. */
type Alternative = ReadonlyMap<string, ReadonlySet<string>>;

/** Without any alternative, nobody is asked for a key. */
function alternativesOf(
  document: OpenApiDocument,
  { place }: OperationPlace,
  firstName: (document: OpenApiDocument, name: string) => string,
): Alternative[] {
  const { root } = document;
  const own = (isObject(place.node) ? place.node['security'] : undefined) ?? root['security'];
  if (!Array.isArray(own) || own.length === 0) return [new Map()];
  return own.map(
    (alternative) =>
      new Map(
        Object.entries(isObject(alternative) ? alternative : {}).map(([name, scopes]) => [
          firstName(document, name),
          new Set(Array.isArray(scopes) ? scopes.map(String) : []),
        ]),
      ),
  );
}

/** Clients never see the name of a scheme: those that ask for the same are one, under the first name that it had. */
function firstNames(before: OpenApiDocument): (document: OpenApiDocument, name: string) => string {
  const known = schemesIn(before).map(([name, scheme]) => [name, wireOf(resolve(before, scheme).node)] as const);
  return (document, name) => {
    const scheme = schemeOf(document, name);
    return known.find(([, wire]) => scheme !== null && isSame(wire, wireOf(scheme)))?.[0] ?? name;
  };
}

/** Whether who shows what `one` asks for is let in by `other`. */
function isEnough(one: Alternative, other: Alternative): boolean {
  return [...other].every(([name, scopes]) => [...scopes].every((scope) => one.get(name)?.has(scope)) && one.has(name));
}

function schemesOf(one: Alternative): string[] {
  return [...one.keys()].toSorted();
}

function namesOf(one: Alternative): string {
  return schemesOf(one).join(' and ');
}

/** The scopes that `one` has and `other` lacks. */
function scopeNames(one: Alternative, other: Alternative): string {
  const lacking = [...one].flatMap(([name, scopes]) => [...scopes].filter((scope) => !other.get(name)?.has(scope)));
  return `the scope${lacking.length === 1 ? '' : 's'} ${lacking.map((scope) => `"${scope}"`).join(', ')}`;
}

function compareSchemes(name: string, old: Json, now: Json, add: (what: string, why?: string) => void): void {
  const [was, is] = [wireOf(old), wireOf(now)];
  if (isSame(was, is)) return;
  const [flows, others] = [flowsOf(was), flowsOf(is)];
  const isWider =
    isSame({ ...was, flows: null }, { ...is, flows: null }) &&
    Object.entries(flows).every(([flow, value]) => isSame(value, others[flow]));
  if (isWider) add(`there is another way to get a key of the scheme ${name}`);
  else add(`the scheme ${name} changed`, 'clients get or show their keys in another way');
}

function schemeOf(document: OpenApiDocument, name: string): Json {
  const scheme = schemesIn(document).find(([key]) => key === name)?.[1];
  return scheme ? resolve(document, scheme).node : null;
}

function schemesIn({ root }: OpenApiDocument): [string, Place][] {
  return childrenOf({ pointer: '#/components', node: root['components'] ?? {} }, 'securitySchemes');
}

/** What of a scheme is seen by clients: no descriptions, neither its own nor those of its scopes. */
function wireOf(scheme: Json): JsonObject {
  if (!isObject(scheme)) return {};
  const kept = Object.entries(scheme).filter(([key]) => !/^(description|bearerFormat|x-.*)$/.test(key));
  const spelled = kept.map(([key, value]): [string, Json] => [
    key,
    key === 'flows'
      ? withoutScopes(value)
      : (key === 'scheme' || (key === 'name' && scheme['in'] === 'header')) && typeof value === 'string'
        ? value.toLowerCase()
        : value,
  ]);
  return Object.fromEntries(spelled);
}

function flowsOf({ flows }: JsonObject): JsonObject {
  return isObject(flows ?? null) ? (flows as JsonObject) : {};
}

/** An operation names the scopes that it needs: those that none names are nobody's. */
function withoutScopes(flows: Json): Json {
  if (!isObject(flows)) return flows;
  const entries = Object.entries(flows).filter(([name]) => !name.startsWith('x-'));
  return Object.fromEntries(
    entries.map(([name, flow]): [string, Json] => [
      name,
      isObject(flow)
        ? Object.fromEntries(Object.entries(flow).filter(([key]) => key !== 'scopes' && !key.startsWith('x-')))
        : flow,
    ]),
  );
}
