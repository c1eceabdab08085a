/** `look`: whether clients break depends on what they do. */
export type Level = 'breaking' | 'look' | 'note';

/** From the worst to the mildest. */
export const LEVELS: readonly Level[] = ['breaking', 'look', 'note'];

/**
 * The rule: a request that the old contract allowed must still be allowed, and an answer must still keep what the old
 * contract promised. So a narrowing breaks requests, a widening breaks answers, and a change breaks both.
 */
export type Side = 'request' | 'answer';

/** One difference, where it is in words, such as `query limit` or `FileObjectModel.purpose`. */
export interface Difference {
  label: string;
  what: string;
  level: Level;
  /** Why existing clients break, or may; undefined for a note. */
  why: string | undefined;
  /** The schema that it is a change of, where that has a name. */
  component?: string;
}

export interface Change extends Difference {
  /** `METHOD path` of every operation that the change is part of. */
  operations: string[];
  side: Side | 'operation';
}

/** Says what changed: a note without `why`, and breaking with it where no level is given. */
export type Add = (what: string, why?: string, level?: Level) => void;

/** As `Add`, for changes of several places. */
export type AddAt = (label: string, ...change: Parameters<Add>) => void;

export function createAdd(differences: Difference[], label: string): Add {
  return (what, why, level = why === undefined ? 'note' : 'breaking') =>
    void differences.push({ label, what, level, why });
}

/** The line by which a break is accepted. */
export function lineOf({ side, label, what }: Pick<Change, 'side' | 'label' | 'what'>): string {
  // `answer 404` names its side
  const isSaid = side === 'operation' || label.startsWith(`${side} `);
  return `${isSaid ? '' : `${side} `}${label}: ${what}`;
}
