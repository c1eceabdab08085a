import { isObject } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { LOWER, UPPER, isSame, viewSchema } from './schema-view';
import type { SchemaView } from './schema-view';

/**
 * The rule: a request that the old contract allowed must still be allowed, and an answer must still keep what the old
 * contract promised. So a narrowing breaks requests, a widening breaks answers, and a change breaks both.
 */
export type Side = 'request' | 'answer';

/** One difference, where it is in words, such as `query limit` or `FileObjectModel.purpose`. */
export interface SchemaChange {
  label: string;
  what: string;
  /** Why existing clients break; undefined when they do not. */
  why: string | undefined;
}

const REFUSED = 'requests that were valid are refused';
const UNEXPECTED = 'answers can hold what clients do not expect';

export function compareSchemas(
  documents: { before: OpenApiDocument; after: OpenApiDocument },
  before: Place,
  after: Place,
  side: Side,
  start: string,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const seen = new Set<string>();
  compare(before, after, start);
  return changes;

  function compare(oldPlace: Place, newPlace: Place, path: string): void {
    const [old, now] = [viewSchema(documents.before, oldPlace), viewSchema(documents.after, newPlace)];
    const label = old.component !== undefined && old.component === now.component ? old.component : path;
    const key = `${oldPlace.pointer} ${newPlace.pointer}`;
    if (seen.has(key)) return;
    seen.add(key);
    const add = (what: string, why?: string) => changes.push({ label, what, why });
    compareTypes(old, now, add);
    compareValues(old, now, add);
    compareChecks(old, now, add);
    compareFlags(old, now, add);
    compareProperties(old, now, label, add);
    compareAlternatives(old, now, label, add);
    if (old.items && now.items) compare(old.items, now.items, `${label}[]`);
    else if (old.items || now.items) narrowed(now.items !== undefined, 'the schema of its items', add);
    compareAdditional(old, now, label, add);
  }

  /** `isNarrower`: less is allowed than before. */
  function narrowed(isNarrower: boolean, what: string, add: Add): void {
    const isBreaking = isNarrower === (side === 'request');
    add(`${what} was ${isNarrower ? 'added' : 'removed'}`, isBreaking ? reason(side) : undefined);
  }

  function compareTypes(old: SchemaView, now: SchemaView, add: Add): void {
    const isKept = side === 'request' ? covers(now, old) : covers(old, now);
    if (covers(now, old) && covers(old, now)) return;
    add(`the type ${typeNames(old)} became ${typeNames(now)}`, isKept ? undefined : reason(side));
  }

  function compareValues(old: SchemaView, now: SchemaView, add: Add): void {
    if (!old.values || !now.values) {
      if (old.values || now.values) narrowed(now.values !== undefined, 'the list of its values', add);
      return;
    }
    for (const value of without(old.values, now.values)) {
      add(
        `the value ${JSON.stringify(value)} was removed`,
        side === 'request' ? 'requests with it are refused' : undefined,
      );
    }
    for (const value of without(now.values, old.values)) {
      add(
        `the value ${JSON.stringify(value)} was added`,
        side === 'answer' ? 'clients that know the old values alone can get it' : undefined,
      );
    }
  }

  function compareChecks(old: SchemaView, now: SchemaView, add: Add): void {
    for (const name of new Set([...old.checks.keys(), ...now.checks.keys()])) {
      const [was, is] = [old.checks.get(name), now.checks.get(name)];
      if (isSame(was, is)) continue;
      const text = `${name} ${show(was)} became ${show(is)}`;
      const isBound = LOWER.has(name) || UPPER.has(name);
      if (was === undefined || is === undefined) {
        const isNarrower = name === 'null' ? is === undefined : was === undefined;
        const isBreaking = isNarrower === (side === 'request');
        add(
          is === undefined ? `${name} ${show(was)} was removed` : `${name} ${show(is)} was added`,
          isBreaking ? reason(side) : undefined,
        );
      } else if (isBound && typeof was === 'number' && typeof is === 'number') {
        const isNarrower = LOWER.has(name) ? is > was : is < was;
        add(text, isNarrower === (side === 'request') ? reason(side) : undefined);
      } else {
        // neither is known to be part of the other
        add(text, reason(side));
      }
    }
  }

  function compareFlags(old: SchemaView, now: SchemaView, add: Add): void {
    if (side === 'request' && !isSame(old.default, now.default)) {
      add(`the default ${show(old.default)} became ${show(now.default)}`, 'requests without it mean something else');
    }
    if (side === 'request' && old.isReadOnly !== now.isReadOnly) {
      add(
        `it is ${now.isReadOnly ? 'now' : 'no longer'} readOnly`,
        now.isReadOnly ? 'what requests say of it is ignored' : undefined,
      );
    }
    if (side === 'answer' && old.isWriteOnly !== now.isWriteOnly) {
      add(
        `it is ${now.isWriteOnly ? 'now' : 'no longer'} writeOnly`,
        now.isWriteOnly ? 'answers no longer have it' : undefined,
      );
    }
  }

  function compareProperties(old: SchemaView, now: SchemaView, label: string, add: Add): void {
    for (const [name, place] of old.properties) {
      const same = now.properties.get(name);
      if (same) {
        compare(place, same, `${label}.${name}`);
        if (isHidden(place, side) || isHidden(same, side)) continue;
        compareRequired(name, old.required.has(name), now.required.has(name), add);
        continue;
      }
      if (isHidden(place, side)) continue;
      const twin = [...now.properties].find(
        ([other, { node }]) => !old.properties.has(other) && isSame(node, place.node),
      )?.[0];
      const hint = twin === undefined ? '' : ` (${twin}, which is new, has the same schema: was it renamed?)`;
      add(
        `the field ${name} was removed${hint}`,
        side === 'request' ? 'what requests say of it is lost' : 'clients that read it find nothing',
      );
    }
    // what is required need not be described
    for (const name of new Set([...old.required, ...now.required])) {
      if (old.properties.has(name) || now.properties.has(name)) continue;
      compareRequired(name, old.required.has(name), now.required.has(name), add);
    }
    for (const [name, place] of now.properties) {
      if (old.properties.has(name) || isHidden(place, side)) continue;
      const isRequired = now.required.has(name);
      add(
        `the ${isRequired ? 'required' : 'optional'} field ${name} was added`,
        isRequired && side === 'request' ? 'requests without it are refused' : undefined,
      );
    }
  }

  function compareRequired(name: string, was: boolean, is: boolean, add: Add): void {
    if (was === is) return;
    const isBreaking = is === (side === 'request');
    const why = side === 'request' ? 'requests without it are refused' : 'answers can lack it';
    add(`the field ${name} is ${is ? 'now' : 'no longer'} required`, isBreaking ? why : undefined);
  }

  function compareAlternatives(old: SchemaView, now: SchemaView, label: string, add: Add): void {
    if (old.alternatives.length > 1 && now.alternatives.length > 1 && old.isExclusive !== now.isExclusive)
      narrowed(now.isExclusive, 'that exactly one alternative fits', add);
    const oldByName = new Map(old.alternatives.map((place) => [nameOf(place), place]));
    const newByName = new Map(now.alternatives.map((place) => [nameOf(place), place]));
    for (const [name, place] of oldByName) {
      const same = newByName.get(name);
      if (same) compare(place, same, label);
    }
    const gone = [...oldByName].filter(([name]) => !newByName.has(name)).map(([, place]) => place);
    const come = [...newByName].filter(([name]) => !oldByName.has(name)).map(([, place]) => place);
    const [onlyGone, onlyCome] = [gone[0], come[0]];
    // one that went and one that came: the same, changed
    if (onlyGone && onlyCome && gone.length === 1 && come.length === 1) return compare(onlyGone, onlyCome, label);
    for (const place of gone)
      add(`the alternative ${nameOf(place)} was removed`, side === 'request' ? REFUSED : undefined);
    for (const place of come)
      add(`the alternative ${nameOf(place)} was added`, side === 'answer' ? UNEXPECTED : undefined);
  }

  function compareAdditional(old: SchemaView, now: SchemaView, label: string, add: Add): void {
    const [was, is] = [old.additional, now.additional];
    if (typeof was === 'object' && typeof is === 'object') compare(was, is, `${label}.*`);
    else if (was !== is) {
      const isNarrower = rank(is) < rank(was);
      // more keys in an answer are what clients ignore anyhow
      add(
        `other fields are ${describe(is)} and were ${describe(was)}`,
        isNarrower && side === 'request' ? REFUSED : undefined,
      );
    }
  }
}

type Add = (what: string, why?: string) => void;

function reason(side: Side): string {
  return side === 'request' ? REFUSED : UNEXPECTED;
}

function describe(additional: Place | boolean): string {
  return additional === true ? 'allowed' : additional === false ? 'refused' : 'checked';
}

function typeNames({ types }: SchemaView): string {
  return types ? [...types].join(' or ') || 'nothing' : 'anything';
}

function without(values: readonly Json[], others: readonly Json[]): Json[] {
  return values.filter((value) => !others.some((other) => isSame(value, other)));
}

function show(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function covers(wide: SchemaView, narrow: SchemaView): boolean {
  const { types } = wide;
  if (!types) return true;
  if (!narrow.types) return false;
  return [...narrow.types].every((type) => types.has(type) || (type === 'integer' && types.has('number')));
}

function nameOf(place: Place): string {
  return JSON.stringify(place.node);
}

/** How much more than its properties an object may have. */
function rank(additional: Place | boolean): number {
  if (typeof additional === 'boolean') return additional ? 2 : 0;
  return 1;
}

/** What is readOnly is no part of a request, what is writeOnly none of an answer. */
function isHidden({ node }: Place, side: Side): boolean {
  return isObject(node) && node[side === 'request' ? 'readOnly' : 'writeOnly'] === true;
}
