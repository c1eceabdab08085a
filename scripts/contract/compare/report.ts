import type { Change, Comparison, OperationName } from './compare';

/** What an update does, and what it leaves to do. */
export interface UpdateReport extends Comparison {
  fromVersion: string;
  toVersion: string;
  /** True when only words changed, or nothing. */
  isSame: boolean;
  /** What the generator and the overlay say about the document. */
  notes: string[];
  todo: {
    /** Operations without a handler: the table of handlers does not compile until they have one. */
    missing: string[];
    /** Handlers without an operation. */
    stale: string[];
    /** Operations that answer 501. */
    notImplemented: string[];
  };
  isWritten: boolean;
}

export function printReport(report: UpdateReport): string {
  const { added, removed, changes, notes, todo } = report;
  const sections = [
    `Contract ${report.fromVersion} -> ${report.toVersion}`,
    section('Added operations', added.map(showOperation('+'))),
    section(
      'Removed operations',
      removed.map((name) => `${showOperation('-')(name)}\n      BREAKS: clients that call it find nothing`),
    ),
    ...changedOperations(changes),
    added.length + removed.length + changes.length === 0
      ? report.isSame
        ? 'Nothing changed.'
        : 'Nothing changed but words.'
      : '',
    section(
      'Notes',
      notes.map((note) => `  ${note}`),
    ),
    section('To do in src/http/handlers.ts', [
      ...todo.missing.map((id) => `  write a handler, or \`${id}: notImplemented\` for now`),
      ...todo.stale.map((id) => `  remove ${id}: it is no operation of the contract`),
    ]),
    section(
      'Answered with 501',
      todo.notImplemented.map((id) => `  ${id}`),
    ),
    verdict(report),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title} (${lines.length})`, ...lines].join('\n');
}

const showOperation =
  (sign: string) =>
  ({ method, path, operationId }: OperationName): string =>
    `  ${sign} ${method} ${path} (${operationId})`;

/** Changes of one operation under its name; those of several under the names of all. */
function changedOperations(changes: readonly Change[]): string[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const title = change.operations.join(', ');
    groups.set(title, [...(groups.get(title) ?? []), change]);
  }
  return [...groups].map(([title, group]) =>
    [`Changed: ${title}`, ...group.toSorted((a, b) => Number(!a.why) - Number(!b.why)).map(showChange)].join('\n'),
  );
}

function showChange({ label, what, why, side }: Change): string {
  const where = side === 'operation' ? '' : `${side}: `;
  return `  ${why ? '!' : '.'} ${where}${label}: ${what}${why ? `\n      BREAKS: ${why}` : ''}`;
}

function verdict({ removed, changes, isBreaking, isWritten }: UpdateReport): string {
  const count = removed.length + changes.filter(({ why }) => why !== undefined).length;
  const effect = isBreaking
    ? `${count} ${count === 1 ? 'change breaks' : 'changes break'} existing clients.`
    : 'Nothing breaks existing clients.';
  return `${effect} ${isWritten ? 'openapi.json and generated/ are written.' : 'Nothing was written.'}`;
}
