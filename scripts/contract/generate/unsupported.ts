import { child, childrenOf, follow, isObject, resolve } from '../read/document';
import type { ContractError, JsonObject, OpenApiDocument, Place } from '../read/document';
import { below, isReference } from '../read/walk';
import type { Visit } from '../read/walk';
import { METHODS } from './operations';

/** An operation that is not generated: it stays in the contract and is answered 501. */
export interface LeftOut {
  method: string;
  path: string;
  /** Where it is. */
  pointer: string;
  because: ContractError;
}

/** The operations that have one of the faults, in themselves or in what they refer to. */
export function findUnsupported(document: OpenApiDocument, faults: readonly ContractError[]): LeftOut[] {
  return eachOperation(document).flatMap((operation) => {
    const reached = reach(document, [operation.place, ...operation.shared]);
    const because = faults.find(({ pointer }) => pointer === operation.pathPointer || isReached(pointer, reached));
    const { method, path, place } = operation;
    return because ? [{ method, path, pointer: place.pointer, because }] : [];
  });
}

/** The document without some of its operations, and without what only they have used. */
export function withoutOperations(document: OpenApiDocument, leftOut: readonly LeftOut[]): OpenApiDocument {
  const root: JsonObject = JSON.parse(JSON.stringify(document.root));
  const rest: OpenApiDocument = { ...document, root };
  const pointers = new Set(leftOut.map(({ pointer }) => pointer));
  for (const { item, method, place } of eachOperation(rest)) {
    if (pointers.has(place.pointer)) delete item[method];
  }
  // operations of the client's side: nothing here is made from them but types
  delete root['webhooks'];
  const starts = eachOperation(rest);
  const reached = reach(rest, [...starts.map(({ place }) => place), ...starts.flatMap(({ shared }) => shared)]);
  const used = new Set([...reached].map((pointer) => pointer.split('/').slice(0, 4).join('/')));
  const { components } = root;
  for (const [kind, group] of Object.entries(isObject(components) ? components : {})) {
    if (kind === 'securitySchemes' || !isObject(group)) continue;
    for (const [name, place] of childrenOf({ pointer: '#/components', node: components ?? {} }, kind))
      if (!used.has(place.pointer)) delete group[name];
  }
  return rest;
}

export function printLeftOut(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(
    ({ method, path, because }) => `left out, and answered 501: ${method.toUpperCase()} ${path}: ${because.message}`,
  );
}

interface Found {
  method: string;
  path: string;
  /** Of the path, and what is there or is referred to from there. */
  pathPointer: string;
  item: JsonObject;
  place: Place;
  /** What the path item has for all its operations. */
  shared: Place[];
}

function eachOperation(document: OpenApiDocument): Found[] {
  return childrenOf({ pointer: '#', node: document.root }, 'paths').flatMap(([path, reference]) => {
    const target = quietly(() => resolve(document, reference));
    if (!target || !isObject(target.node)) return [];
    const item = target.node;
    const pathPointer = reference.pointer;
    const [methods, others] = [true, false].map((is) =>
      Object.keys(item).filter((key) => METHODS.includes(key) === is),
    );
    const shared = (others ?? []).map((key) => child(target, key));
    return (methods ?? []).map((method) => ({ method, path, pathPointer, item, place: child(target, method), shared }));
  });
}

/** The places that are reached from some: each stands for all below it. */
function reach(document: OpenApiDocument, starts: readonly Place[]): Set<string> {
  const reached = new Set<string>();
  const open = starts.map(visitOf);
  for (let visit = open.pop(); visit; visit = open.pop()) {
    if (reached.has(visit.pointer)) continue;
    reached.add(visit.pointer);
    const at = visit;
    const target = isReference(at) ? quietly(() => follow(document, at)) : undefined;
    if (target) open.push(visitOf(target));
    open.push(...below(at));
  }
  return reached;
}

function visitOf({ pointer, node }: Place): Visit {
  const [kind = '', name] = pointer.split('/').slice(-2);
  return { pointer, node, isMap: false, under: kind === 'schemas' ? 'schema' : (name ?? '') };
}

/** A fault can be at a keyword that is missing, or that is data: then the place around it counts. */
function isReached(pointer: string, reached: ReadonlySet<string>): boolean {
  for (let at = pointer; at.includes('/'); at = at.slice(0, at.lastIndexOf('/'))) {
    if (reached.has(at)) return true;
  }
  return false;
}

/** What is wrong with a reference is a fault of its own, with a place of its own. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
