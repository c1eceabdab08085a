import type { ContractError } from '../read/document';
import { actionsAgainst, printActions } from '../read/remedies';
import type { JsonObject } from '../read/document';
import { MAX_PLACES } from '../read/notes';

/** All faults of a document, each with its place and with the actions of an overlay that take it away. */
export class ContractFaults extends Error {
  readonly faults: readonly ContractError[];

  constructor(root: JsonObject, faults: readonly ContractError[]) {
    super(printFaults(root, faults));
    this.name = 'ContractFaults';
    this.faults = faults;
  }
}

function printFaults(root: JsonObject, faults: readonly ContractError[]): string {
  const lines = groupBy(faults, ({ fault }) => fault).flatMap((group) => {
    // one format or one component that is wrong in many places has one remedy
    const alike = groupBy(group, ({ remedy, pointer }) => JSON.stringify(remedy.length > 0 ? remedy : pointer));
    return alike.length > MAX_PLACES
      ? printFault(root, group, alike.length - 1)
      : alike.flatMap((faultsAlike) => printFault(root, faultsAlike, 0));
  });
  return lines.join('\n');
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** @param unsaid how many actions against others of the group differ from those that are printed */
function printFault(root: JsonObject, [fault, ...others]: readonly ContractError[], unsaid: number): string[] {
  if (!fault) return [];
  const more = others.length > 0 ? ` (and at ${others.length} other places)` : '';
  // what they are against stands above them
  const bare = actionsAgainst(root, [fault]).map((action) =>
    Object.fromEntries(Object.entries(action).filter(([key]) => key !== 'description')),
  );
  const lines = fault.remedy.length > 0 ? printActions(bare).trimEnd().split('\n') : [];
  if (unsaid > 0 && lines.length > 0) lines.push(`# and ${unsaid} more like this`);
  return [`${fault.message}${more}`, ...lines.map((line) => `    ${line}`)];
}
