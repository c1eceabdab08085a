import { isObject } from '../read/document';
import type { Json, JsonObject } from '../read/document';
import type { Add, Side } from './changes';
import { readFile } from './checks';
import { inOneForm, isEvery, partsOf } from './common-checks';
import { narrowed, reason } from './compare-words';
import { isSame, show } from './json';

type Checks = ReadonlyMap<string, Json>;
/** Compares two schemas inside of a keyword, in which all that they refer to is written out. */
type CompareInside = (was: Json, is: Json, label: string) => void;

/** What a check stands in. */
export interface CheckContext {
  side: Side;
  /** Of a form of parts, in which a file is known by its media type. */
  isForm: boolean;
  /** Whether every value of one schema is one of another. */
  isWithin(narrow: Json, wide: Json): boolean;
}

/** Every keyword that checks something and is no part of the structure. */
export function compareChecks(
  before: Checks,
  after: Checks,
  { side, isForm, isWithin }: CheckContext,
  add: Add,
  compareInside: CompareInside,
): void {
  const [old, now] = inOneForm(readFile(before, isForm), readFile(after, isForm));
  compareBounds(old, now, LOWER, side, add);
  compareBounds(old, now, UPPER, side, add);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)];
    if (isSame(was, is) || BOUNDS.has(name)) continue;
    if (name === 'file') compareFile(is === true, add);
    else if (name === 'format') compareFormats(was, is, side, add);
    else if (isEvery(was) || isEvery(is)) compareEvery(name, was, is, side, add);
    else if (COUNTS.has(name) && isNumber(was) && isNumber(is))
      narrowed(name.startsWith('min') ? is > was : is < was, change(name, was, is), side, add);
    else if (name === 'minContains') narrowed((is ?? 1) > (was ?? 1), change(name, was, is), side, add);
    else if (isInside(name, old, now) && was !== undefined && is !== undefined) compareInside(was, is, name);
    else if ((name === 'not' || name === 'if') && was !== undefined && is !== undefined) {
      const [isNarrower, isWider] = [isWithin(was, is), isWithin(is, was)];
      if (isNarrower && isWider) continue;
      if (name === 'not' && (isNarrower || isWider)) narrowed(isNarrower, change(name, was, is), side, add);
      else add(change(name, was, is), reason(side));
    } else if (name === 'contentMediaType' && !isForm) add(change(name, was, is));
    else if (name === 'contentSchema') add(change(name, was, is), 'clients may read what the text says', 'look');
    else if (name === 'prefixItems' && Array.isArray(was) && Array.isArray(is))
      compareFirst(was, is, side, add, compareInside);
    else if (EACH.has(name) && isObject(was ?? null) && isObject(is ?? null))
      compareEach(name, was as JsonObject, is as JsonObject, side, add, compareInside);
    else if (name === 'dependentRequired' && (isAskingMore(was, is) || isAskingMore(is, was))) {
      if (isAskingMore(was, is) !== isAskingMore(is, was))
        narrowed(isAskingMore(was, is), change(name, was, is), side, add);
    } else if (name === 'multipleOf' && isNumber(was) && isNumber(is)) compareSteps(was, is, side, add);
    else if (was === undefined || is === undefined) narrowed(was === undefined, change(name, was, is), side, add);
    // neither is known to be part of the other
    else add(change(name, was, is), reason(side));
  }
}

/** A check more is narrower. */
function compareEvery(name: string, was: Json | undefined, is: Json | undefined, side: Side, add: Add): void {
  const [olds, news] = [partsOf(was), partsOf(is)];
  const [isNarrower, isWider] = [olds.every((one) => isIn(one, news)), news.every((one) => isIn(one, olds))];
  if (isNarrower && isWider) return;
  if (isNarrower || isWider) narrowed(isNarrower, change(name, was, is), side, add);
  else add(change(name, was, is), reason(side));
}

function isIn(check: Json, checks: readonly Json[]): boolean {
  return checks.some((other) => isSame(other, check));
}

const EACH = new Set(['patternProperties', 'dependentSchemas']);

/** Keywords whose schema allows more where the whole does. */
function isInside(name: string, old: Checks, now: Checks): boolean {
  if (name === 'contains') return !old.has('maxContains') && !now.has('maxContains');
  // behind another condition it is another thing
  if (name === 'then' || name === 'else') return isSame(old.get('if'), now.get('if'));
  return name === 'propertyNames';
}

const LOWER = ['minimum', 'exclusiveMinimum'] as const;
const UPPER = ['maximum', 'exclusiveMaximum'] as const;
const BOUNDS: ReadonlySet<string> = new Set([...LOWER, ...UPPER]);
const COUNTS = new Set([
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
]);

function compareBounds(old: Checks, now: Checks, names: typeof LOWER | typeof UPPER, side: Side, add: Add): void {
  const [was, is] = [boundOf(old, names), boundOf(now, names)];
  if (was?.name === is?.name && was?.value === is?.value) return;
  const sign = names === LOWER ? 1 : -1;
  const isNarrower =
    was === undefined ||
    (is !== undefined && (sign * (is.value - was.value) > 0 || (is.value === was.value && is.name === names[1])));
  narrowed(isNarrower, boundChange(was, is), side, add);
}

interface Bound {
  name: string;
  value: number;
}

/** The narrower of the two, where both are there. */
function boundOf(checks: Checks, [open, exclusive]: typeof LOWER | typeof UPPER): Bound | undefined {
  const [a, b] = [checks.get(open), checks.get(exclusive)];
  if (!isNumber(a)) return isNumber(b) ? { name: exclusive, value: b } : undefined;
  if (!isNumber(b)) return { name: open, value: a };
  const isOpenNarrower = open === 'minimum' ? a > b : a < b;
  return isOpenNarrower ? { name: open, value: a } : { name: exclusive, value: b };
}

function boundChange(was: Bound | undefined, is: Bound | undefined): string {
  if (was && is && was.name !== is.name) return `${was.name} ${was.value} became ${is.name} ${is.value}`;
  return change((is ?? was)?.name ?? '', was?.value, is?.value);
}

function change(name: string, was: Json | undefined, is: Json | undefined): string {
  const [old, now] = [was, is].map((check) => partsOf(check).map(show).join(' and '));
  if (was === undefined) return `${name} ${now} was added`;
  return is === undefined ? `${name} ${old} was removed` : `${name} ${old} became ${now}`;
}

function compareFirst(
  was: readonly Json[],
  is: readonly Json[],
  side: Side,
  add: Add,
  compareInside: CompareInside,
): void {
  for (const [index, item] of was.entries()) {
    const other = is[index];
    if (other !== undefined) compareInside(item, other, `[${index}]`);
  }
  if (was.length !== is.length)
    narrowed(is.length > was.length, `prefixItems are ${is.length} and were ${was.length}`, side, add);
}

function compareEach(
  name: string,
  was: JsonObject,
  is: JsonObject,
  side: Side,
  add: Add,
  compareInside: CompareInside,
): void {
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [old, now] = [was[key], is[key]];
    if (old !== undefined && now !== undefined) compareInside(old, now, `[${key}]`);
    else narrowed(old === undefined, change(`${name} ${key}`, old, now), side, add);
  }
}

/** Whether `now` asks for all that `old` asks for. */
function isAskingMore(old: Json | undefined, now: Json | undefined): boolean {
  if (!isObject(old ?? null) || !isObject(now ?? null)) return false;
  return Object.entries(old as JsonObject).every(([name, needed]) =>
    [needed].flat().every((one) => [(now as JsonObject)[name] ?? []].flat().includes(one)),
  );
}

function compareFile(isFile: boolean, add: Add): void {
  add(`it is ${isFile ? 'a file now' : 'no longer a file'}`, 'its bytes are read in another way');
}

/** A multiple of 10 is one of 5. */
function compareSteps(was: number, is: number, side: Side, add: Add): void {
  const what = change('multipleOf', was, is);
  if (isMultiple(was, is)) narrowed(false, what, side, add);
  else if (isMultiple(is, was)) narrowed(true, what, side, add);
  else add(what, reason(side));
}

function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

/** Each with those that allow all of it. */
const WIDER = new Map<Json, Json>([
  ['ipv4', 'hostname'],
  ['uri', 'uri-reference'],
  ['url', 'uri'],
  ['date-time', 'iso-date-time'],
  ['time', 'iso-time'],
]);

/** Formats that say something to people check nothing. */
function compareFormats(was: Json | undefined, is: Json | undefined, side: Side, add: Add): void {
  const [old, now] = [was, is].map((format) => (CHECKED_FORMATS.has(format) ? format : undefined));
  const what = change('format', was, is);
  if (old === now) add(what);
  else if (old === undefined || now === undefined) narrowed(old === undefined, what, side, add);
  else if (WIDER.get(old) === now) narrowed(false, what, side, add);
  else if (WIDER.get(now) === old) narrowed(true, what, side, add);
  else add(what, reason(side));
}

/** The formats that a validator of ours refuses a value for. */
const CHECKED_FORMATS: ReadonlySet<Json | undefined> = new Set(
  `date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email hostname ipv4 ipv6 regex
  uuid json-pointer json-pointer-uri-fragment relative-json-pointer byte int32`.split(/\s+/),
);

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}
