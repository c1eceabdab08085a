import { isObject } from '../read/document';
import type { Json } from '../read/document';
import type { Branch } from './branches';
import { isSame } from './json';

/** Which old alternative became which new one: by name, by what they say, by a constant, by what they have in common. */
export function pairUp(
  olds: readonly Branch[],
  news: readonly Branch[],
  distance: (old: Branch, now: Branch) => number,
): Map<Branch, Branch> {
  const pairs = new Map<Branch, Branch>();
  const openOlds = new Set(olds);
  const openNews = new Set(news);
  const [onlyOld, onlyNew] = [olds[0], news[0]];
  if (onlyOld && onlyNew && olds.length === 1 && news.length === 1) return new Map([[onlyOld, onlyNew]]);
  pairWhere((old, now) => old.component !== undefined && old.component === now.component);
  pairWhere((old, now) => distance(old, now) === 0);
  pairWhere((old, now) => constantsOf(old, now) === 'same');
  pairWhere((old, now) => constantsOf(old, now) !== 'other' && distance(old, now) < 1000);
  const [lastOld, lastNew] = [[...openOlds], [...openNews]];
  if (lastOld.length === 1 && lastNew.length === 1) pairWhere(() => true);
  else pairWhere((old, now) => constantsOf(old, now) !== 'other' && isAkin(old, now));
  return pairs;

  function pairWhere(isMatch: (old: Branch, now: Branch) => boolean): void {
    for (const old of openOlds) {
      const matches = [...openNews].filter((now) => isMatch(old, now));
      const [first] = matches.length > 1 ? matches.toSorted((a, b) => distance(old, a) - distance(old, b)) : matches;
      if (!first) continue;
      pairs.set(old, first);
      openOlds.delete(old);
      openNews.delete(first);
    }
  }
}

/** What tells alternatives apart: a field that has one value in each. */
export function constantsOf(a: Branch, b: Branch): 'same' | 'other' | 'none' {
  let found: 'same' | 'none' = 'none';
  for (const [name, place] of a.properties) {
    const [one, other] = [constantOf(place.node), constantOf(b.properties.get(name)?.node)];
    if (one === undefined || other === undefined) continue;
    if (!isSame(one, other)) return 'other';
    found = 'same';
  }
  return found;
}

function constantOf(node: Json | undefined): Json | undefined {
  if (!isObject(node)) return undefined;
  if (node['const'] !== undefined) return node['const'];
  return Array.isArray(node['enum']) && node['enum'].length === 1 ? node['enum'][0] : undefined;
}

/** Half of their fields have the same names; what has no fields is alike. */
function isAkin(a: Branch, b: Branch): boolean {
  const names = new Set([...a.properties.keys(), ...b.properties.keys()]);
  const shared = [...names].filter((name) => a.properties.has(name) && b.properties.has(name));
  return shared.length * 2 >= names.size;
}
