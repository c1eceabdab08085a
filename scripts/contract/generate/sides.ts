import { childrenOf, follow, isObject, itemsOf } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';

/** Which half of an exchange a schema checks: `required` of a readOnly property counts in responses alone, and the reverse. */
export type Direction = 'request' | 'response';

/** The properties that a direction does not have, wherever the parts of the schema describe them. */
export function hiddenIn(document: OpenApiDocument, start: Place, direction: Direction): ReadonlySet<string> {
  const flag = direction === 'request' ? 'readOnly' : 'writeOnly';
  const seen = new Set<string>();
  return new Set(namesIn(start));

  function namesIn(place: Place): string[] {
    if (seen.has(place.pointer)) return [];
    seen.add(place.pointer);
    const own = childrenOf(place, 'properties').filter(([, property]) => isFlagged(property, new Set()));
    const parts = [...targetOf(place), ...itemsOf(place, 'allOf')].flatMap(namesIn);
    return [...own.map(([name]) => name), ...parts];
  }

  function isFlagged(place: Place, above: Set<string>): boolean {
    if (!isObject(place.node) || above.has(place.pointer)) return false;
    above.add(place.pointer);
    return place.node[flag] === true || targetOf(place).some((target) => isFlagged(target, above));
  }

  function targetOf(place: Place): Place[] {
    return isObject(place.node) && place.node['$ref'] !== undefined ? [follow(document, place)] : [];
  }
}
