import { isObject } from '../read/document';
import type { Place } from '../read/document';
import type { Branch } from './branches';
import type { Add, Side } from './changes';
import { isSame, show } from './json';
import { constantsOf } from './pair-branches';
import type { SchemaView } from './schema-view';

export const REFUSED = 'requests that were valid are refused';
export const UNEXPECTED = 'clients can get what they do not expect';

export function reason(side: Side): string {
  return side === 'request' ? REFUSED : UNEXPECTED;
}

/** `isNarrower`: less is allowed than before. */
export function narrowed(isNarrower: boolean, what: string, side: Side, add: Add): void {
  add(what, isNarrower === (side === 'request') ? reason(side) : undefined);
}

export function compareTypes(old: SchemaView, now: SchemaView, side: Side, add: Add): void {
  const [isKept, isPromised] = [covers(now, old), covers(old, now)];
  if (isKept && isPromised) return;
  const isFine = side === 'request' ? isKept : isPromised;
  const isImplied = side === 'request' ? isImpliedBy(old, now) : isImpliedBy(now, old);
  add(
    `the type ${typeNames(old)} became ${typeNames(now)}`,
    isFine ? undefined : isImplied ? 'a value of another type was meant by nobody' : reason(side),
    isFine ? 'note' : isImplied ? 'look' : 'breaking',
  );
}

export function compareFlags(old: SchemaView, now: SchemaView, side: Side, add: Add): void {
  if (side === 'request' && !isSame(old.default, now.default)) {
    add(defaultChange(old, now), 'requests without it mean something else');
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
  if (old.isDeprecated !== now.isDeprecated) add(`it is ${now.isDeprecated ? 'now' : 'no longer'} deprecated`);
}

/** By which field clients tell alternatives apart, and which value means which. */
export function compareDiscriminators(
  { discriminator: old, branches: olds }: SchemaView,
  { discriminator: now, branches: news }: SchemaView,
  side: Side,
  add: Add,
  isAlike: (old: Place, now: Place) => boolean,
): void {
  if (!old) return now ? add(`the field ${now.property} now says which alternative it is`) : undefined;
  if (!now) {
    const why = 'clients that choose the alternative by it cannot rely on it';
    return add(
      `the field ${old.property} no longer says which alternative it is`,
      why,
      side === 'answer' ? 'breaking' : 'look',
    );
  }
  if (old.property !== now.property)
    return add(`the field ${now.property}, and no longer ${old.property}, says which alternative it is`, reason(side));
  for (const [value, was] of old.mapping) {
    const is = now.mapping.get(value);
    const what = `${old.property} ${show(value)}`;
    if (!now.mapping.has(value) && (isComponentOf(news, value) || news.some((branch) => isSaid(branch, value))))
      continue;
    if (!now.mapping.has(value))
      add(`${what} no longer names an alternative`, side === 'request' ? REFUSED : undefined);
    else if (was && is && !isAlike(was, is)) add(`${what} names another alternative`, reason(side));
  }
  for (const value of now.mapping.keys()) {
    if (old.mapping.has(value) || isComponentOf(olds, value) || olds.some((branch) => isSaid(branch, value))) continue;
    add(`${old.property} ${show(value)} names an alternative, too`, side === 'answer' ? UNEXPECTED : undefined);
  }

  /** By the values of the field itself. */
  function isSaid({ properties }: Branch, value: string): boolean {
    const node = properties.get(old?.property ?? '')?.node;
    return isObject(node) && [node['const'], ...[node['enum']].flat()].includes(value);
  }
}

/** The name of an alternative means it without a mapping. */
function isComponentOf(branches: readonly Branch[], name: string): boolean {
  return branches.some(({ component }) => component === name);
}

export function compareExclusivity(old: SchemaView, now: SchemaView, side: Side, add: Add): void {
  if (old.isExclusive === now.isExclusive || old.branches.length < 2 || now.branches.length < 2) return;
  if (isDisjoint(now.branches)) return;
  // whoever reads an answer chooses by this field, however many would fit
  if (side === 'answer' && isSame(old.discriminator?.property, now.discriminator?.property) && now.discriminator)
    return;
  narrowed(now.isExclusive, `${now.isExclusive ? 'now' : 'no longer'} exactly one alternative must fit`, side, add);
}

/** As people would call it. */
export function nameOf({ name, type, values, properties }: Branch): string {
  if (name !== undefined) return name;
  if (values) return values.map(show).join(' or ');
  if (properties.size > 0) return `with ${[...properties.keys()].join(', ')}`;
  return type ?? 'anything';
}

function defaultChange({ default: was }: SchemaView, { default: is }: SchemaView): string {
  if (was === undefined) return `it has the default ${show(is)} now`;
  if (is === undefined) return `the default ${show(was)} was removed`;
  return `the default ${show(was)} became ${show(is)}`;
}

function covers({ branches: wide }: SchemaView, { branches: narrow }: SchemaView): boolean {
  const types = new Set(wide.map(({ type }) => type));
  return narrow.every(
    ({ type }) => types.has(type) || types.has(undefined) || (type === 'integer' && types.has('number')),
  );
}

/** Fields without `type: object` beside them, and the like, where the other schema says the type. */
function isImpliedBy({ branches: olds }: SchemaView, { branches: news }: SchemaView): boolean {
  const [old, now] = [olds[0], news[0]];
  if (!old || !now || olds.length > 1 || news.length > 1 || old.type !== undefined) return false;
  return now.type === 'object' ? old.properties.size > 0 : now.type === 'array' && old.items !== undefined;
}

function typeNames({ branches }: SchemaView): string {
  const names = new Set(branches.map(({ type }) => type ?? 'anything'));
  return [...names].join(' or ') || 'nothing';
}

/** No value fits two of them. */
function isDisjoint(branches: readonly Branch[]): boolean {
  return branches.every((a, index) =>
    branches.slice(index + 1).every((b) => {
      if (a.type !== undefined && b.type !== undefined && a.type !== b.type)
        return ![a.type, b.type].includes('number');
      if (a.values && b.values) return !a.values.some((value) => b.values?.some((other) => isSame(value, other)));
      return constantsOf(a, b) === 'other';
    }),
  );
}
