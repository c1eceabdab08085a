import { lineOf } from './changes';
import type { Change } from './changes';
import type { Comparison, RemovedOperation } from './compare';

export interface Judged extends Comparison {
  /** The lines of what is accepted. */
  accepted: string[];
  /** Lines that accept nothing of this update. */
  unused: string[];
}

/**
 * Takes out what a maintainer has accepted: a line of the report, as it stands behind its sign, with `METHOD /path ` in
 * front of it where it is accepted for one operation alone. `#` begins a comment.
 */
export function takeAccepted(comparison: Comparison, text: string): Judged {
  const lines = new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  );
  const used = new Set<string>();
  const accepted = new Set<string>();
  return {
    added: comparison.added,
    removed: comparison.removed.filter((removal) => !isAccepted(removedLine(removal))),
    changes: comparison.changes.flatMap(remaining),
    accepted: [...accepted],
    unused: [...lines].filter((line) => !used.has(line)),
  };

  function remaining(change: Change): Change[] {
    const line = lineOf(change);
    if (change.level === 'note') return [change];
    if (isAccepted(line)) return [];
    const operations = change.operations.filter((operation) => !isAccepted(`${operation} ${line}`));
    return operations.length === 0 ? [] : [{ ...change, operations }];
  }

  function isAccepted(line: string): boolean {
    if (!lines.has(line)) return false;
    used.add(line);
    accepted.add(line);
    return true;
  }
}

export function removedLine({ method, path }: Pick<RemovedOperation, 'method' | 'path'>): string {
  return `${method} ${path}: was removed`;
}
