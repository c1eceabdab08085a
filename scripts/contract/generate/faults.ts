import type { ContractError } from '../read/document';
import { actionsAgainst, printActions } from '../read/remedies';
import type { JsonObject } from '../read/document';

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
  const groups = new Map<string, ContractError[]>();
  for (const fault of faults) {
    // one format or one component that is wrong in many places has one remedy
    const key = JSON.stringify([fault.fault, fault.remedy.length > 0 ? fault.remedy : fault.pointer]);
    groups.set(key, [...(groups.get(key) ?? []), fault]);
  }
  const lines = [...groups.values()].flatMap(([first, ...others]) =>
    first ? printFault(root, first, others.length) : [],
  );
  return lines.join('\n');
}

function printFault(root: JsonObject, fault: ContractError, others: number): string[] {
  const more = others > 0 ? ` (and at ${others} other places)` : '';
  // what they are against stands above them
  const bare = actionsAgainst(root, [fault]).map((action) =>
    Object.fromEntries(Object.entries(action).filter(([key]) => key !== 'description')),
  );
  const actions = printActions(bare).trimEnd().split('\n');
  return [`${fault.message}${more}`, ...(fault.remedy.length > 0 ? actions.map((line) => `    ${line}`) : [])];
}
