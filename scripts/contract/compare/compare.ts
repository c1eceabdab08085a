import type { OpenApiDocument } from '../read/document';
import { listOperations } from '../generate/operations';
import type { Operation } from '../generate/operations';
import { LEVELS, lineOf } from './changes';
import type { Change, Level } from './changes';
import { compareSecurity } from './compare-access';
import { compareCallbacks, compareWebhooks } from './compare-callbacks';
import { compareMessages, createAddAt } from './compare-operation';
import type { SidedDifference } from './compare-operation';
import { createSchemaComparer } from './compare-schemas';
import { compareServers } from './compare-servers';
import type { Contracts, OperationPair } from './places';
import { readSunset } from './sunset';

/** What changed from one contract to another, as its clients see it. */
export interface Comparison {
  added: OperationName[];
  removed: RemovedOperation[];
  changes: Change[];
}

export interface OperationName {
  method: string;
  path: string;
  operationId: string;
}

export interface RemovedOperation extends OperationName {
  level: Level;
  why: string;
}

/** @throws ContractError */
export function compareContracts(before: OpenApiDocument, after: OpenApiDocument): Comparison {
  const [schemas, forms] = [createSchemaComparer(before, after, false), createSchemaComparer(before, after, true)];
  const contracts: Contracts = { before, after, schemas, forms };
  const [old, now] = [byRoute(before), byRoute(after)];
  const merged = new Map<string, Change>();
  for (const [route, operation] of old) {
    const same = now.get(route);
    if (same) add(`${same.method.toUpperCase()} ${same.path}`, compareOperations(contracts, operation, same));
  }
  const ofWebhooks: SidedDifference[] = [];
  ofWebhooks.push(...compareWebhooks(contracts, createAddAt(ofWebhooks)));
  add('webhooks', ofWebhooks);
  return {
    added: [...now].filter(([route]) => !old.has(route)).map(([, operation]) => nameOf(operation)),
    removed: [...old].filter(([route]) => !now.has(route)).map(([, operation]) => removalOf(operation)),
    changes: [...merged.values()],
  };

  function add(operation: string, differences: readonly SidedDifference[]): void {
    for (const difference of differences) {
      const key = lineOf(difference);
      const known = merged.get(key);
      if (!known) merged.set(key, { ...difference, operations: [operation] });
      else {
        if (!known.operations.includes(operation)) known.operations.push(operation);
        // one line is as bad as the worst of what it says
        if (LEVELS.indexOf(difference.level) < LEVELS.indexOf(known.level))
          Object.assign(known, { level: difference.level, why: difference.why });
      }
    }
  }
}

/** The worst that a client can meet; undefined when nothing changed. */
export function worstOf({ added, removed, changes }: Comparison): Level | undefined {
  const found = new Set<Level>([...removed, ...changes].map(({ level }) => level));
  return LEVELS.find((level) => found.has(level)) ?? (added.length > 0 ? 'note' : undefined);
}

/** On the wire a path parameter is its place, not its name. */
function byRoute(document: OpenApiDocument): Map<string, Operation> {
  return new Map(
    listOperations(document).map((operation) => [
      `${operation.method} ${operation.path.replaceAll(/\{[^}]*\}/g, '{}')}`,
      operation,
    ]),
  );
}

function nameOf({ method, path, operationId }: Operation): OperationName {
  return { method: method.toUpperCase(), path, operationId };
}

function removalOf(operation: Operation): RemovedOperation {
  const { day, isOver } = readSunset(operation.place);
  const name = nameOf(operation);
  if (isOver) return { ...name, level: 'look', why: `its last day was to be ${day}: does anybody still call it?` };
  const early = day === '' ? '' : `, and its last day was to be ${day}`;
  return { ...name, level: 'breaking', why: `clients that call it find nothing${early}` };
}

function compareOperations(contracts: Contracts, old: Operation, now: Operation): SidedDifference[] {
  const found: SidedDifference[] = [];
  const addAt = createAddAt(found);
  const pair: OperationPair = { old, now, isToClient: false };
  if (old.operationId !== now.operationId)
    addAt('operationId', `${old.operationId} became ${now.operationId}`, 'generated clients call it by this name');
  if (old.path !== now.path) addAt('path', `${old.path} became ${now.path}`);
  compareServers(contracts, pair, addAt);
  compareSecurity(contracts, pair, addAt);
  found.push(...compareMessages(contracts, pair), ...compareCallbacks(contracts, old.place, now.place, addAt));
  return found;
}
