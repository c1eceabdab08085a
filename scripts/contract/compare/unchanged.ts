import { childrenOf, isObject } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { isSame } from './json';

/** Tells of two schemas whether they are the same to the letter, and whatever they refer to as well. */
export function createUnchanged(before: OpenApiDocument, after: OpenApiDocument): (old: Place, now: Place) => boolean {
  const [old, now] = [schemasOf(before), schemasOf(after)];
  const references = new Map([...now].map(([pointer, node]) => [pointer, referencesIn(node)]));
  const unchanged = new Set([...now].filter(([pointer, node]) => isSame(node, old.get(pointer))).map(([at]) => at));
  if (before.version !== after.version) unchanged.clear();
  // what refers to a changed schema has changed
  for (let size = -1; size !== unchanged.size;) {
    size = unchanged.size;
    for (const pointer of unchanged)
      if (references.get(pointer)?.some((ref) => !unchanged.has(ref))) unchanged.delete(pointer);
  }
  return (oldPlace, newPlace) =>
    before.version === after.version &&
    isSame(oldPlace.node, newPlace.node) &&
    referencesIn(newPlace.node).every((ref) => unchanged.has(ref));
}

function schemasOf({ root }: OpenApiDocument): Map<string, Json> {
  const components = { pointer: '#/components', node: root['components'] ?? {} };
  return new Map(childrenOf(components, 'schemas').map(([, { pointer, node }]) => [pointer, node]));
}

/** Also what only looks like a reference: then two schemas that are the same are compared once more. */
function referencesIn(node: Json): string[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : referencesIn(value),
  );
}
