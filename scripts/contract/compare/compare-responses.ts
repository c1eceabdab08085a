import { childrenOf, isObject, resolve } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { createAdd } from './changes';
import { isWords } from './checks';
import type { Difference, Side } from './changes';
import { compareContent, compareSchemasAt, withoutCharset } from './compare-content';
import { hasSeveral } from './fields';
import { isSame } from './json';
import { flag, schemaOf } from './places';
import { compareDeprecation } from './sunset';
import type { Contracts, OperationPair } from './places';

/** Each answer with the one that a client gets in its place: of the same status, of its range, or the default. */
export function compareResponses(
  contracts: Contracts,
  { old, now, isToClient }: OperationPair,
  addAll: (side: Side | 'operation', found: Difference[]) => void,
): void {
  const side: Side = isToClient ? 'request' : 'answer';
  const oldOnes = new Map(childrenOf(old.place, 'responses'));
  const newOnes = new Map(childrenOf(now.place, 'responses'));
  const differences: Difference[] = [];
  for (const [status, reference] of oldOnes) {
    const same = responseFor(newOnes, status);
    const label = `answer ${status}`;
    if (same) compareResponse(reference, same, label);
    else {
      const spelledOut = [...newOnes].filter(([other]) => !oldOnes.has(other) && isPart(other, status));
      for (const [other, place] of spelledOut) compareResponse(reference, place, `answer ${other}`);
      const isOfErrors = /^[45]/.test(status) || (status === 'default' && [...oldOnes.keys()].some(isSuccess));
      const isFine = isToClient || isOfErrors || spelledOut.length > 0;
      createAdd(differences, label)('was removed', isFine ? undefined : 'clients wait for it');
    }
  }
  for (const [status, place] of newOnes) {
    if (oldOnes.has(status)) continue;
    createAdd(differences, `answer ${status}`)('was added');
    // spelled out beside the default that stays
    const general = responseFor(oldOnes, status);
    if (general && newOnes.has('default') === oldOnes.has('default') && status !== 'default')
      compareResponse(general, place, `answer ${status}`);
  }
  addAll('operation', differences);

  function compareResponse(before: Place, after: Place, label: string): void {
    const [was, is] = [resolve(contracts.before, before), resolve(contracts.after, after)];
    addAll(side, compareContent(contracts, was, is, side, label));
    compareHeaders(was, is, label);
    const links = createAdd(differences, label);
    const [oldLinks, newLinks] = [new Map(childrenOf(was, 'links')), new Map(childrenOf(is, 'links'))];
    for (const name of newLinks.keys()) if (!oldLinks.has(name)) links(`the link ${name} was added`);
    for (const [name, link] of oldLinks) {
      const other = newLinks.get(name);
      if (!other || !isSame(linkIn(contracts.before, link), linkIn(contracts.after, other)))
        links(`the link ${name} ${other ? 'changed' : 'was removed'}`, 'clients may follow it', 'look');
    }
  }

  function compareHeaders(was: Place, is: Place, at: string): void {
    const newHeaders = new Map(childrenOf(is, 'headers').map(([name, place]) => [name.toLowerCase(), place]));
    // OpenAPI has the media types in its place, and ignores it
    newHeaders.delete('content-type');
    for (const [name, header] of childrenOf(was, 'headers')) {
      if (name.toLowerCase() === 'content-type') continue;
      const label = `${at} header ${name}`;
      const add = createAdd(differences, label);
      const same = newHeaders.get(name.toLowerCase());
      newHeaders.delete(name.toLowerCase());
      if (!same) {
        add('was removed', 'clients that read it find nothing');
        continue;
      }
      const [oldHeader, newHeader] = [resolve(contracts.before, header), resolve(contracts.after, same)];
      const isRequired = flag(newHeader, 'required');
      if (flag(oldHeader, 'required') !== isRequired)
        add(`is ${isRequired ? 'now' : 'no longer'} required`, isRequired ? undefined : 'answers can lack it');
      const [a, b] = [oldHeader, newHeader].map(mediaTypeOf);
      if (
        a !== b ||
        (flag(oldHeader, 'explode') !== flag(newHeader, 'explode') &&
          hasSeveral(contracts.after, schemaOf(newHeader), 'simple'))
      )
        add('is written in another way', 'its text means something else');
      compareDeprecation(oldHeader, newHeader, add);
      addAll(side, compareSchemasAt(contracts, schemaOf(oldHeader), schemaOf(newHeader), side, label));
    }
    for (const name of newHeaders.keys()) createAdd(differences, `${at} header ${name}`)('was added');
  }
}

/** A header with a media type is written as that says, and not as plain text. */
function mediaTypeOf(header: Place): string {
  return withoutCharset(childrenOf(header, 'content')[0]?.[0] ?? '');
}

/** What a link does, without its words. */
function linkIn(document: OpenApiDocument, link: Place): Json {
  const { node } = resolve(document, link);
  return isObject(node) ? Object.fromEntries(Object.entries(node).filter(([key]) => !isWords(key))) : node;
}

/** The one that says of a status what it means: its own, its range's, or the default. */
function responseFor(responses: ReadonlyMap<string, Place>, status: string): Place | undefined {
  const own = responses.get(status);
  if (own || status === 'default') return own;
  return (
    responses.get(`${status.slice(0, 1)}XX`) ??
    (isSuccess(status) && hasSuccess(responses) ? undefined : responses.get('default'))
  );
}

/** Beside a success that is spelled out, the default is of errors. */
function hasSuccess(responses: ReadonlyMap<string, Place>): boolean {
  return [...responses.keys()].some(isSuccess);
}

function isSuccess(status: string): boolean {
  return /^[23]/.test(status);
}

/** Whether a status is one of those that a range or the default means. */
function isPart(status: string, general: string): boolean {
  if (general === 'default') return true;
  return /XX$/i.test(general) && status.startsWith(general.slice(0, 1));
}
