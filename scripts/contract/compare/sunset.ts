import type { Place } from '../read/document';
import type { Add } from './changes';
import { flag, textOf } from './places';

interface Sunset {
  /** `2027-01-31`; empty when none is announced. */
  day: string;
  /** True when what was announced to end has ended. */
  isOver: boolean;
}

/** `x-sunset` beside `deprecated`: the last day on which clients may rely on it. */
export function readSunset(place: Place, today: Date = new Date()): Sunset {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(textOf(place, 'x-sunset'))?.[0] ?? '';
  return { day, isOver: flag(place, 'deprecated') && day !== '' && day < today.toISOString().slice(0, 10) };
}

/** Deprecation breaks nobody; an end that comes earlier than it was announced may. */
export function compareDeprecation(was: Place, is: Place, add: Add): void {
  const [wasDeprecated, isDeprecated] = [flag(was, 'deprecated'), flag(is, 'deprecated')];
  const [{ day: before }, { day: after, isOver }] = [readSunset(was), readSunset(is)];
  const end = after === '' ? '' : `, and goes after ${after}`;
  if (!wasDeprecated && isOver)
    return add(`it is now deprecated${end}`, 'clients had no time: that day is over already', 'look');
  if (wasDeprecated !== isDeprecated)
    return add(isDeprecated ? `it is now deprecated${end}` : 'it is no longer deprecated');
  if (before === after) return;
  if (before === '') add(`it goes after ${after}`);
  else if (after === '') add(`it no longer goes after ${before}`);
  else if (after < before)
    add(`it goes after ${after}, and was to stay until ${before}`, 'clients planned with the later day', 'look');
  else add(`it stays until ${after}, and was to go after ${before}`);
}
