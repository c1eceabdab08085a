import { isObject } from '../read/document';
import type { Json, Place } from '../read/document';
import type { Branch } from './branches';
import { createAdd } from './changes';
import type { Add, Difference, Side } from './changes';
import { compareChecks } from './compare-checks';
import type { CheckContext } from './compare-checks';
import { REFUSED, narrowed } from './compare-words';
import { isSame, show } from './json';
import { isNever } from './simplify';
import { readSunset } from './sunset';

interface BranchContext extends CheckContext {
  label: string;
  /** Fields that other alternatives have now, and that they had. */
  elsewhere: ReadonlySet<string>;
  elsewhereBefore: ReadonlySet<string>;
  differences: Difference[];
  /** Inside of `not` or `if`: there a field that is not described can be anything, and is none that clients may miss. */
  isCondition: boolean;
}

/** Values of one type: their list, their bounds, their fields and their items. */
export function compareBranch(old: Branch, now: Branch, context: BranchContext, compareInside: CompareInside): void {
  const { side, label, differences } = context;
  const add = createAdd(differences, label);
  compareValues(old, now, side, add);
  compareChecks(old.checks, now.checks, context, add, (was, is, key) =>
    compareInside(writtenOut(was), writtenOut(is), `${label}${key.startsWith('[') ? '' : ' '}${key}`),
  );
  const patterns = patternsOf(now);
  const lost = patternsOf(old).filter((pattern) => !patterns.includes(pattern));
  if (lost.length > 0 && side === 'request' && now.additional !== true)
    add(`fields by the pattern ${lost.join(', ')} are now among the others`, REFUSED);
  if (context.isCondition) compareAllFields(old, now, context, add, compareInside);
  else compareFields(old, now, context, add, compareInside);
  if (old.items && now.items) compareInside(old.items, now.items, `${label}[]`);
  else if (old.items || now.items)
    narrowed(now.items !== undefined, `the schema of its items was ${now.items ? 'added' : 'removed'}`, side, add);
  if (typeof old.additional === 'object' && typeof now.additional === 'object')
    compareInside(old.additional, now.additional, `${label}.*`);
  else compareAdditional(old.additional, now.additional, side, add);
}

function patternsOf({ checks }: Branch): string[] {
  return Object.keys(checks.get('patternProperties') ?? {});
}

/** What is the same has the same place: places are what a comparison has seen. */
export function writtenOut(node: Json): Place {
  return { pointer: `written out: ${JSON.stringify(node)}`, node };
}

/** What must be there has no other value when it is not. */
export function withoutDefault(place: Place): Place {
  if (!isObject(place.node) || place.node['default'] === undefined) return place;
  const { default: _, ...node } = place.node;
  return { pointer: `${place.pointer} without its default`, node };
}

function compareValues(old: Branch, now: Branch, side: Side, add: Add): void {
  if (!old.values || !now.values) {
    if (old.values || now.values)
      narrowed(now.values !== undefined, `the list of its values was ${now.values ? 'added' : 'removed'}`, side, add);
    return;
  }
  for (const value of without(old.values, now.values)) {
    add(`the value ${show(value)} was removed`, side === 'request' ? 'requests with it are refused' : undefined);
  }
  for (const value of without(now.values, old.values)) {
    add(
      `the value ${show(value)} was added`,
      side === 'answer' ? 'clients that know the old values alone can get it' : undefined,
    );
  }
}

type CompareInside = (before: Place, after: Place, label: string) => void;

function compareAllFields(
  old: Branch,
  now: Branch,
  { side, label }: BranchContext,
  add: Add,
  compareInside: CompareInside,
): void {
  for (const name of new Set([...old.properties.keys(), ...now.properties.keys()]))
    compareInside(fieldOf(old, name), fieldOf(now, name), `${label}.${name}`);
  for (const name of new Set([...old.required, ...now.required]))
    compareRequired(name, old.required.has(name), now.required.has(name), side, add);
}

function fieldOf({ properties, additional }: Branch, name: string): Place {
  return properties.get(name) ?? (typeof additional === 'object' ? additional : writtenOut(additional));
}

function compareFields(
  old: Branch,
  now: Branch,
  { side, label, elsewhere, elsewhereBefore }: BranchContext,
  add: Add,
  compareInside: CompareInside,
): void {
  for (const [name, place] of old.properties) {
    const same = now.properties.get(name);
    const [wasThere, isThere] = [!isHidden(place, side), same !== undefined && !isHidden(same, side)];
    const isNeeded = old.required.has(name) && now.required.has(name);
    if (same && isNever(place.node)) {
      if (!isNever(same.node)) add(`the field ${name} can be there now`);
    } else if (same && isNever(same.node)) removed(name, place);
    else if (same && isNeeded) compareInside(withoutDefault(place), withoutDefault(same), `${label}.${name}`);
    else if (same) compareInside(place, same, `${label}.${name}`);
    else if (wasThere && typeof now.additional === 'object') {
      add(`the field ${name} is now one of the others`);
      compareInside(place, now.additional, `${label}.${name}`);
    } else if (wasThere) removed(name, place);
    if (isThere) compareRequired(name, wasThere && old.required.has(name), now.required.has(name), side, add);
    else if (!same && wasThere && elsewhere.has(name) && side === 'answer')
      compareRequired(name, old.required.has(name), false, side, add);
  }
  // what is required need not be described
  for (const name of new Set([...old.required, ...now.required])) {
    if (old.properties.has(name) || now.properties.has(name)) continue;
    compareRequired(name, old.required.has(name), now.required.has(name), side, add);
  }
  for (const [name, place] of now.properties) {
    if (old.properties.has(name) || isHidden(place, side)) continue;
    const isRequired = now.required.has(name);
    add(
      `the ${isRequired ? 'required' : 'optional'} field ${name} was added`,
      isRequired && side === 'request' && !old.required.has(name) ? 'requests without it are refused' : undefined,
    );
    if (typeof old.additional === 'object') compareInside(old.additional, place, `${label}.${name}`);
  }

  function removed(name: string, place: Place): void {
    if (elsewhere.has(name) && !elsewhereBefore.has(name) && (side === 'answer' || now.additional !== false))
      return add(`the field ${name} is now in some alternatives alone`);
    const twin = [...now.properties].find(
      ([other, { node }]) => !old.properties.has(other) && isSame(node, place.node),
    )?.[0];
    const sunset = readSunset(place);
    if (sunset.isOver) return add(`the field ${name} was removed`, `its last day was to be ${sunset.day}`, 'look');
    const hint = twin === undefined ? '' : ` (${twin}, which is new, has the same schema: was it renamed?)`;
    add(
      `the field ${name} was removed${hint}`,
      side === 'request' ? 'what requests say of it is lost' : 'clients that read it find nothing',
    );
  }
}

function compareRequired(name: string, was: boolean, is: boolean, side: Side, add: Add): void {
  if (was === is) return;
  const isBreaking = is === (side === 'request');
  const why = side === 'request' ? 'requests without it are refused' : 'answers can lack it';
  add(`the field ${name} is ${is ? 'now' : 'no longer'} required`, isBreaking ? why : undefined);
}

function compareAdditional(was: Place | boolean, is: Place | boolean, side: Side, add: Add): void {
  if (was === is) return;
  const what = `other fields are ${describe(is)} and were ${describe(was)}`;
  if (side === 'request') return add(what, rank(is) < rank(was) ? REFUSED : undefined);
  // where they were promised, clients read them; where they were not, clients ignore them
  if (typeof was === 'object') add(what, is === false ? 'clients that read them find nothing' : 'they can be anything');
  else add(what);
}

function without(values: readonly Json[], others: readonly Json[]): Json[] {
  return values.filter((value) => !others.some((other) => isSame(value, other)));
}

function describe(additional: Place | boolean): string {
  return additional === true ? 'allowed' : additional === false ? 'refused' : 'checked';
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
