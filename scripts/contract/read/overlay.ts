import { exec } from 'jsonpath-rfc9535';
import type { Path } from 'jsonpath-rfc9535';
import { ContractError, escapePointer, isObject } from './document';
import type { Json, JsonObject } from './document';

/** What an overlay did, action by action. */
export interface OverlayOutcome {
  document: JsonObject;
  /** Actions that were left out because the document has by itself what they add. */
  skipped: string[];
}

const ACTION_KEYS = new Set(['target', 'description', 'update', 'remove']);

/**
 * Applies an OpenAPI Overlay 1.0 document (https://spec.openapis.org/overlay/v1.0.0.html): objects merge, an update of
 * an array is appended to it, arrays inside an update are appended, anything else is replaced.
 *
 * Stricter than the standard, since this overlay must survive updates of what lies below it: a target that selects
 * nothing is an error, and so is appending what an array already has. One extension: an action with
 * `x-unless-present` is skipped when that path selects something.
 *
 * @param refuse takes what is wrong with an action, which is then left out. @throws ContractError that names the action.
 */
export function applyOverlay(
  published: JsonObject,
  overlay: Json,
  name = 'overlay',
  refuse: (error: ContractError, index: number) => void = rethrow,
): OverlayOutcome {
  if (!isObject(overlay) || typeof overlay['overlay'] !== 'string' || !/^1\.0\.\d+$/.test(overlay['overlay'])) {
    throw new ContractError(name, 'is no OpenAPI Overlay 1.0 document');
  }
  const actions = overlay['actions'];
  if (!Array.isArray(actions) || actions.length === 0) throw new ContractError(name, 'has no actions');
  const document = copyOf(published);
  const skipped: string[] = [];
  for (const [index, action] of actions.entries()) {
    const title = titleOf(action, index);
    const fail = (problem: string, cause?: unknown): never => {
      throw new ContractError(name, `${title}: ${problem}`, { cause });
    };
    try {
      if (!isObject(action) || typeof action['target'] !== 'string') fail('has no target');
      else if (isPresent(document, action['x-unless-present'], fail)) skipped.push(title);
      else applyAction(document, action, action['target'], fail);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      refuse(error, index);
    }
  }
  return { document, skipped };
}

function rethrow(error: ContractError): never {
  throw error;
}

type Fail = (problem: string, cause?: unknown) => never;

function titleOf(action: Json | undefined, index: number): string {
  const description =
    isObject(action) && typeof action['description'] === 'string' ? ` (${action['description']})` : '';
  return `action ${index + 1}${description}`;
}

function isPresent(document: JsonObject, path: Json | undefined, fail: Fail): boolean {
  if (path === undefined) return false;
  if (typeof path !== 'string') return fail('its x-unless-present must be a JSONPath');
  return select(document, path, fail).length > 0;
}

function applyAction(document: JsonObject, action: JsonObject, target: string, fail: Fail): void {
  for (const key of Object.keys(action)) {
    if (!ACTION_KEYS.has(key) && !key.startsWith('x-')) fail(`has the unknown field \`${key}\``);
  }
  const found = select(document, target, fail);
  if (found.length === 0) fail(`its target ${target} selects nothing`);
  const update = action['update'];
  if (action['remove'] === true) {
    // from the back, so that the places of what is still to be removed from an array stay right
    for (const path of found.toReversed()) removeAt(document, path, fail);
  } else if (update === undefined) {
    fail('has neither `update` nor `remove: true`');
  } else {
    for (const path of found) updateAt(document, path, update, fail);
  }
}

function select(document: JsonObject, jsonPath: string, fail: Fail): Path[] {
  const found: Path[] = [];
  try {
    exec(document, jsonPath, (_value, path) => found.push([...path]));
  } catch (error) {
    return fail(`${jsonPath} is no JSONPath (RFC 9535)`, error);
  }
  return found;
}

function valueAt(document: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = document;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isObject(value)) value = value[key];
  }
  return value;
}

function updateAt(document: JsonObject, path: Path, update: Json, fail: Fail): void {
  const value = valueAt(document, path);
  if (Array.isArray(value)) append(value, [update], path, fail);
  else if (isObject(value) && isObject(update)) merge(value, update, path, fail);
  else fail(`${show(path)} and its update are not both objects, and it is no array`);
}

function merge(target: JsonObject, update: JsonObject, path: Path, fail: Fail): void {
  if (('$ref' in target || '$ref' in update) && !isSame(target, update) && Object.keys(target).length > 0) {
    fail(`${show(path)} would get keys beside a $ref`);
  }
  for (const [key, value] of Object.entries(update)) {
    const old = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(old) && isObject(value)) merge(old, value, [...path, key], fail);
    else if (Array.isArray(old) && Array.isArray(value)) append(old, value, [...path, key], fail);
    else target[key] = copyOf(value);
  }
}

function append(target: Json[], values: readonly Json[], path: Path, fail: Fail): void {
  for (const value of values) {
    if (target.some((old) => isSame(old, value))) fail(`${show(path)} already has ${JSON.stringify(value)}`);
    target.push(copyOf(value));
  }
}

function removeAt(document: JsonObject, path: Path, fail: Fail): void {
  const parent = valueAt(document, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined) fail('the whole document cannot be removed');
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isObject(parent)) delete parent[key];
}

function show(path: Path): string {
  return `#${path.map((key) => `/${escapePointer(String(key))}`).join('')}`;
}

/** Through text: the JSONPath library knows plain objects by their constructor, and those of `structuredClone` can have another. */
function copyOf<T extends Json>(value: T): T {
  const copy: T = JSON.parse(JSON.stringify(value));
  return copy;
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
