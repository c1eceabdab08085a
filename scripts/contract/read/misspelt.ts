import { escapePointer } from './document';
import type { Json, Remedy } from './document';

/** A name shorter than this is near to too many others. */
const MIN_LENGTH = 5;

/** Other words of one letter less or more are as likely: `noneOf`, `cost`. */
const EXACT = new Set(['allOf', 'anyOf', 'oneOf', 'const', 'not']);

/** The name that was meant: one letter is wrong, missing or too much, two are swapped, or its words are written in another way. */
export function nameMeantBy(written: string, names: Iterable<string>): string | undefined {
  const letters = lettersOf(written);
  return [...names].find((name) =>
    EXACT.has(name) ? letters === lettersOf(name) : name.length >= MIN_LENGTH && isNear(letters, lettersOf(name)),
  );
}

function lettersOf(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

function isNear(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const at = Array.from(long).findIndex((letter, index) => letter !== short[index]);
  if (at < 0) return true;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const isSwapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (isSwapped && short.slice(at + 2) === long.slice(at + 2));
}

/** What gives a field its right name. */
export function renaming(pointer: string, written: string, meant: string, value: Json): Remedy[] {
  return [
    { at: pointer, update: { [meant]: value } },
    { at: `${pointer}/${escapePointer(written)}`, remove: true },
  ];
}
