import { removedLine } from './accepted';
import type { Judged } from './accepted';
import { LEVELS, lineOf } from './changes';
import type { Change, Level } from './changes';
import type { OperationName, RemovedOperation } from './compare';

/** What an update does, and what it leaves to do. */
export interface UpdateReport extends Omit<Judged, 'unused'> {
  fromVersion: string;
  toVersion: string;
  isBreaking: boolean;
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
  const { added, removed, changes, accepted, notes, todo } = report;
  const sections = [
    `Contract ${report.fromVersion} -> ${report.toVersion}`,
    section('Added operations', added.map(showAdded)),
    section('Removed operations', removed.map(showRemoved)),
    ...changedOperations(changes),
    added.length + removed.length + changes.length + accepted.length === 0
      ? report.isSame
        ? 'Nothing changed.'
        : 'Nothing changed but words.'
      : '',
    section(
      'Accepted',
      accepted.map((line) => `  ${line}`),
    ),
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

function showAdded({ method, path, operationId }: OperationName): string {
  return `  + ${method} ${path} (${operationId})`;
}

function showRemoved(removal: RemovedOperation): string {
  return `  ${SIGNS[removal.level]} ${removedLine(removal)}${reasonOf(removal)}`;
}

/** Changes of a component under its name, those of an operation under the operation's. */
function changedOperations(changes: readonly Change[]): string[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const title = titleOf(change);
    groups.set(title, [...(groups.get(title) ?? []), change]);
  }
  return [...groups].map(([title, group]) =>
    [`Changed: ${title}`, ...group.toSorted(byLevel).map(showChange)].join('\n'),
  );
}

function byLevel(a: Change, b: Change): number {
  return LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level);
}

/** More than these are not listed by name. */
const MAX_NAMES = 3;

function titleOf({ component, operations }: Change): string {
  const names = operations.length > MAX_NAMES ? `${operations.length} operations` : operations.join(', ');
  return component === undefined ? names : `${component} (${names})`;
}

function showChange(change: Change): string {
  return `  ${SIGNS[change.level]} ${lineOf(change)}${reasonOf(change)}`;
}

const SIGNS: Readonly<Record<Level, string>> = { breaking: '!', look: '?', note: '.' };

function reasonOf({ level, why }: { level: Level; why: string | undefined }): string {
  return why === undefined ? '' : `\n      ${level === 'breaking' ? 'BREAKS' : 'LOOK'}: ${why}`;
}

function verdict({ removed, changes, isWritten }: UpdateReport): string {
  const all = [...removed, ...changes];
  const [breaks, looks] = [countOf('breaking'), countOf('look')];
  const effect =
    breaks === 0
      ? 'Nothing breaks existing clients.'
      : `${breaks} ${breaks === 1 ? 'change breaks' : 'changes break'} existing clients.`;
  const rest = looks === 0 ? '' : ` ${looks} ${looks === 1 ? 'wants' : 'want'} a look.`;
  return `${effect}${rest} ${isWritten ? 'openapi.json and generated/ are written.' : 'Nothing was written.'}`;

  function countOf(wanted: Level): number {
    return all.filter(({ level }) => level === wanted).length;
  }
}
