import { attempt, child, childrenOf, follow, isObject, itemsOf, removable, resolve } from './document';
import type { OpenApiDocument, Place } from './document';
import { isReference, isSchemaPlace, rootOf, walk } from './walk';
import type { Visit } from './walk';

/**
 * Every reference of the document, also of what no operation uses: the types have all of it.
 * @throws ContractError for one that points at nothing, and for a schema that contains itself without end.
 */
export function checkReferences(document: OpenApiDocument): void {
  const ended = new Set<string>();
  for (const at of walk(rootOf(document.root))) {
    attempt(document, () => checkReference(document, at), undefined);
    if (isSchemaPlace(at)) attempt(document, () => refuseEndless(document, at, ended, new Set()), undefined);
  }
}

function checkReference(document: OpenApiDocument, visit: Visit): void {
  if (!isReference(visit)) return;
  if (isSchemaPlace(visit)) follow(document, visit);
  else resolve(document, visit);
}

/** A schema that leads to itself for the same value, not for a part of it, would be checked for ever. */
function refuseEndless(document: OpenApiDocument, place: Place, ended: Set<string>, inside: Set<string>): void {
  const { pointer } = place;
  if (ended.has(pointer)) return;
  inside.add(pointer);
  for (const next of ofSameValue(document, place)) {
    if (inside.has(next.pointer)) {
      const edge = isObject(place.node) && place.node['$ref'] !== undefined ? `${pointer}/$ref` : next.pointer;
      // once is enough: the others that lead here would say the same
      for (const one of inside) ended.add(one);
      throw removable(next.pointer, 'contains itself: no value could be checked to the end', edge);
    }
    refuseEndless(document, next, ended, inside);
  }
  inside.delete(pointer);
  ended.add(pointer);
}

function ofSameValue(document: OpenApiDocument, place: Place): Place[] {
  const { node } = place;
  if (!isObject(node)) return [];
  const target = node['$ref'] === undefined ? [] : [follow(document, place)];
  if (target.length > 0 && document.version === '3.0') return target;
  const one = ['not', 'if', 'then', 'else'].filter((key) => node[key] !== undefined).map((key) => child(place, key));
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => itemsOf(place, key));
  const dependent = childrenOf(place, 'dependentSchemas').map(([, schema]) => schema);
  return [...target, ...one, ...lists, ...dependent];
}
