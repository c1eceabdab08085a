import { ContractError } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import type { Branch } from './branches';
import { createAdd } from './changes';
import type { Difference, Side } from './changes';
import { compareBranch, writtenOut } from './compare-branch';
import { pairUp } from './pair-branches';
import {
  compareDiscriminators,
  compareExclusivity,
  compareFlags,
  compareTypes,
  nameOf,
  REFUSED,
  UNEXPECTED,
} from './compare-words';
import { canonical } from './json';
import { createUnchanged } from './unchanged';
import { viewSchema } from './schema-view';
import type { SchemaView } from './schema-view';

export interface SchemaComparer {
  /** What changed from one schema to the other, where `label` names them. */
  compare(before: Place, after: Place, side: Side, label: string): Difference[];
}

/** The differences of one schema, and the components inside of it, which have differences of their own. */
interface Findings {
  component: string | undefined;
  differences: Difference[];
  inner: Set<Findings>;
  /** Pairs of places that were met already: a schema can contain itself. */
  seen: Set<string>;
  /** Inside of `not` or `if`, where a default says nothing. */
  isCondition?: boolean;
}

/** Each component is compared once, however many schemas refer to it. `isForm`: of forms of parts. */
export function createSchemaComparer(before: OpenApiDocument, after: OpenApiDocument, isForm: boolean): SchemaComparer {
  const isUnchanged = createUnchanged(before, after);
  const components = new Map<string, Findings>();
  const scores = new WeakMap<Branch, WeakMap<Branch, Partial<Record<Side, number>>>>();
  const within = new Map<string, boolean>();
  const views = { before: new Map<string, SchemaView>(), after: new Map<string, SchemaView>() };

  return {
    compare(oldPlace, newPlace, side, label) {
      const findings = noFindings();
      compare(oldPlace, newPlace, side, label, findings);
      return allOf(findings);
    },
  };

  function compare(oldPlace: Place, newPlace: Place, side: Side, path: string, into: Findings): void {
    if (isUnchanged(oldPlace, newPlace)) return;
    const [old, now] = [viewOnce(before, views.before, oldPlace), viewOnce(after, views.after, newPlace)];
    const { component } = old;
    if (component === undefined || component !== now.component) {
      const key = `${oldPlace.pointer} ${newPlace.pointer}`;
      if (into.seen.has(key)) return;
      into.seen.add(key);
      return compareViews(old, now, side, path, into);
    }
    const key = `${side} ${component}`;
    const known = components.get(key);
    const findings = known ?? noFindings(component);
    components.set(key, findings);
    into.inner.add(findings);
    if (!known) compareViews(old, now, side, component, findings);
  }

  function compareViews(old: SchemaView, now: SchemaView, side: Side, label: string, into: Findings): void {
    const add = createAdd(into.differences, label);
    if (!into.isCondition) compareFlags(old, now, side, add);
    compareTypes(old, now, side, add);
    compareDiscriminators(
      old,
      now,
      side,
      add,
      (a, b) => breaksOf((scratch) => compare(a, b, side, label, scratch)) === 0,
    );
    compareExclusivity(old, now, side, add);
    for (const [olds, news] of groupsOf(old, now)) compareGroup(olds, news, side, label, into);
  }

  /** In a request each old alternative must still be allowed; in an answer each new one must have been promised. */
  function compareGroup(
    olds: readonly Branch[],
    news: readonly Branch[],
    side: Side,
    label: string,
    into: Findings,
  ): void {
    const pairs = pairUp(olds, news, (old, now) => score(old, now, olds, news, side));
    const add = createAdd(into.differences, label);
    const isFine = (old: Branch, now: Branch) => score(old, now, olds, news, side) < BREAK;
    for (const [old, now] of pairs) {
      const others = side === 'request' ? news.filter((one) => one !== now) : olds.filter((one) => one !== old);
      const isCovered = others.some((other) => (side === 'request' ? isFine(old, other) : isFine(other, now)));
      const found = isCovered && !isFine(old, now) ? noFindings() : into;
      comparePair(old, now, olds, news, side, label, found);
      if (found !== into) into.differences.push(...allOf(found).map(asNote));
    }
    const paired = new Set([...pairs].flat());
    for (const old of olds.filter((one) => !paired.has(one))) {
      const isKept = side === 'answer' || news.some((now) => isFine(old, now));
      add(`the alternative ${nameOf(old)} was removed`, isKept ? undefined : REFUSED);
    }
    for (const now of news.filter((one) => !paired.has(one))) {
      const isKnown = side === 'request' || olds.some((old) => isFine(old, now));
      add(`the alternative ${nameOf(now)} was added`, isKnown ? undefined : UNEXPECTED);
    }
  }

  function comparePair(
    old: Branch,
    now: Branch,
    olds: readonly Branch[],
    news: readonly Branch[],
    side: Side,
    label: string,
    into: Findings,
  ): void {
    compareBranch(
      old,
      now,
      {
        side,
        isForm,
        isWithin,
        label,
        elsewhere: fieldsBeside(now, news),
        elsewhereBefore: fieldsBeside(old, olds),
        differences: into.differences,
        isCondition: into.isCondition === true,
      },
      (a, b, path) => compare(a, b, side, path, into),
    );
  }

  /** Of what is written out; a schema that contains itself still refers to its own document, and is only known as different. */
  function isWithin(narrow: Json, wide: Json): boolean {
    const [one, other] = [canonical(narrow), canonical(wide)];
    if (one === other) return true;
    const pair = `${one} ${other}`;
    // each `not` inside of another one asks for both directions
    const known = within.get(pair) ?? isWithinNow(writtenOut(narrow), writtenOut(wide));
    within.set(pair, known);
    return known;
  }

  function isWithinNow(narrow: Place, wide: Place): boolean {
    try {
      return breaksOf((scratch) => compare(narrow, wide, 'request', '', { ...scratch, isCondition: true })) < BREAK;
    } catch (error) {
      if (error instanceof ContractError) return false;
      throw error;
    }
  }

  /** How far two alternatives are apart: each break counts more than all else. */
  function score(old: Branch, now: Branch, olds: readonly Branch[], news: readonly Branch[], side: Side): number {
    const known = scores.get(old) ?? new WeakMap<Branch, Partial<Record<Side, number>>>();
    scores.set(old, known);
    const entry = known.get(now) ?? {};
    known.set(now, entry);
    if (entry[side] !== undefined) return entry[side];
    // until it is known, for alternatives inside of themselves
    entry[side] = 0;
    const isOfType = side === 'request' ? isTypeIn(old, now) : isTypeIn(now, old);
    const inside = breaksOf((scratch) => comparePair(old, now, olds, news, side, '', scratch));
    return (entry[side] = (isOfType ? 0 : BREAK) + inside);
  }
}

function viewOnce(document: OpenApiDocument, known: Map<string, SchemaView>, place: Place): SchemaView {
  const found = known.get(place.pointer) ?? viewSchema(document, place);
  known.set(place.pointer, found);
  return found;
}

/** The fields that the other alternatives have. */
function fieldsBeside(branch: Branch, all: readonly Branch[]): Set<string> {
  return new Set(all.filter((one) => one !== branch).flatMap(({ properties }) => Array.from(properties.keys())));
}

const BREAK = 1000;

function breaksOf(compare: (into: Findings) => void): number {
  const scratch = noFindings();
  compare(scratch);
  const all = allOf(scratch);
  return all.filter(({ level }) => level === 'breaking').length * BREAK + Math.min(all.length, BREAK - 1);
}

function noFindings(component?: string): Findings {
  return { component, differences: [], inner: new Set(), seen: new Set() };
}

function allOf(start: Findings): Difference[] {
  const all = new Set([start]);
  for (const { inner } of all) for (const one of inner) all.add(one);
  return [...all].flatMap(({ component, differences }) =>
    component === undefined ? differences : differences.map((difference) => ({ ...difference, component })),
  );
}

function asNote(difference: Difference): Difference {
  return { ...difference, level: 'note', why: undefined };
}

/** The alternatives that are of one type, and all together where one is of any. */
function groupsOf({ branches: olds }: SchemaView, { branches: news }: SchemaView): [Branch[], Branch[]][] {
  if ([...olds, ...news].some(({ type }) => type === undefined)) return [[[...olds], [...news]]];
  const kinds = new Set(olds.map(kindOf));
  const of = (all: readonly Branch[], kind: string) => all.filter((branch) => kindOf(branch) === kind);
  return [...kinds]
    .map((kind): [Branch[], Branch[]] => [of(olds, kind), of(news, kind)])
    .filter(([, some]) => some.length > 0);
}

function isTypeIn({ type: narrow }: Branch, { type: wide }: Branch): boolean {
  return wide === undefined || wide === narrow || (wide === 'number' && narrow === 'integer');
}

function kindOf({ type = '' }: Branch): string {
  return type === 'integer' ? 'number' : type;
}
