import { createHash } from 'node:crypto';
import { follow, isObject } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { below, isData, isReference, schemaAt, step, walk } from '../read/walk';
import type { Visit } from '../read/walk';
import { isWords } from './checks';

/** A schema that leads to more is not written out: schemas that refer to the one before twice double at each level. */
const MAX_REFERRED = 500;

/**
 * The JSON of a schema, or of one of its keywords, with what it refers to: that can change as well. In the place of a schema
 * that leads to too many stands a digest of them all, so that no change is lost.
 */
export function spellOut(document: OpenApiDocument, visit: Visit): Json {
  return spell(document, visit, new Set());
}

function spell(document: OpenApiDocument, visit: Visit, inside: ReadonlySet<string>): Json {
  const { node, isMap } = visit;
  if (Array.isArray(node)) return below(visit).map((item) => spell(document, item, inside));
  if (!isObject(node)) return node;
  const entries = Object.entries(node)
    .filter(([key]) => isMap || !isWords(key))
    .map(([key, value]): [string, Json] => [
      key,
      isMap || !isData(key) ? spell(document, step(visit, key, value), inside) : value,
    ])
    .map(([key, value]): [string, Json] => [key, !isMap && UNORDERED.has(key) ? inOrder(value) : value]);
  if (!isReference(visit)) return Object.fromEntries(entries);
  const target = follow(document, visit);
  if (inside.has(target.pointer)) return Object.fromEntries(entries);
  if (countReferred(document, target) > MAX_REFERRED) {
    return { ...Object.fromEntries(entries), digest: remember(digests, document, target, digest) };
  }
  const referred = spell(document, schemaAt(target), new Set(inside).add(target.pointer));
  const { $ref: _, ...beside } = Object.fromEntries(entries);
  if (Object.keys(beside).length === 0) return referred;
  return { ...beside, allOf: [...(Array.isArray(beside['allOf']) ? beside['allOf'] : []), referred] };
}

const UNORDERED = new Set(['enum', 'required', 'type']);

function inOrder(value: Json): Json {
  return Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
}

type Remembered<Value> = WeakMap<OpenApiDocument, Map<string, Value>>;

function remember<Value>(
  all: Remembered<Value>,
  document: OpenApiDocument,
  place: Place,
  make: (document: OpenApiDocument, place: Place) => Value,
): Value {
  const known = all.get(document) ?? new Map<string, Value>();
  all.set(document, known);
  const value = known.get(place.pointer) ?? make(document, place);
  known.set(place.pointer, value);
  return value;
}

/** What a schema refers to, itself and in its parts, as often as it does. */
function* referredBy(document: OpenApiDocument, place: Place): Generator<Place> {
  for (const visit of walk(schemaAt(place))) if (isReference(visit)) yield follow(document, visit);
}

const counts: Remembered<number> = new WeakMap();

/** How many references are written out in the place of one to this schema; what contains itself counts once. */
function countReferred(document: OpenApiDocument, place: Place): number {
  return remember(counts, document, place, () => {
    counts.get(document)?.set(place.pointer, 0);
    let count = 1;
    for (const target of referredBy(document, place)) count += countReferred(document, target);
    return count;
  });
}

const digests: Remembered<string> = new WeakMap();

/** Of a schema and all that it leads to, words included. */
function digest(document: OpenApiDocument, place: Place): string {
  const hash = createHash('sha256');
  const targets = new Map([[place.pointer, place]]);
  // grows while it is read
  for (const target of targets.values()) {
    hash.update(JSON.stringify(target.node));
    for (const next of referredBy(document, target)) if (!targets.has(next.pointer)) targets.set(next.pointer, next);
  }
  return hash.digest('hex');
}
