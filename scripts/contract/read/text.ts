import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Lexer, Parser, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ContractError, escapePointer, openDocument } from './document';
import type { Json, OpenApiDocument } from './document';

/** Deeper than any document is written, shallower than the stack. */
const MAX_DEPTH = 256;
/** How often what an anchor holds may be repeated: large documents have a few thousand aliases. */
const MAX_ALIASES = 10_000;

/** @throws ContractError when the file is not an OpenAPI 3.0 or 3.1 document. */
export function readDocumentFile(path: string, warn?: OpenApiDocument['warn']): OpenApiDocument {
  return openDocument(parseText(readText(path), path), warn);
}

/** @throws ContractError when the file cannot be read. */
export function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    // Node says the path as well
    const message = messageOf(error).replace(/, \w+( '.*')?$/s, '');
    throw new ContractError(shownPath(path), `cannot be read: ${message}`, { cause: error });
  }
  return decodeBytes(bytes, shownPath(path));
}

/** As people who stand in the folder of the project would write it. */
export function shownPath(path: string): string {
  const inside = relative('', path);
  return inside === '' || inside.startsWith('..') ? path : inside;
}

/** The text of a document. @throws ContractError when it is not UTF-8. */
export function decodeBytes(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ContractError(name, 'is not UTF-8', { cause: error });
  }
}

/** JSON or YAML text as a value. @throws ContractError when it is neither, or has a key twice. */
export function parseText(text: string, name: string): Json {
  const value = isJson(text) ? parseJson(text) : parseYaml(text, name);
  refuseUnusual(value);
  return value;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): Json {
  refuseDoubleKeys(text);
  const value: Json = JSON.parse(text);
  return value;
}

/** `JSON.parse` keeps the last of two equal keys: an operation, or half of a schema, would be lost without a word. */
function refuseDoubleKeys(text: string): void {
  const stack: { keys: Set<string> | undefined; at: string | number }[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"(?:\s*:)?|[{}[\],]/g)) {
    const top = stack.at(-1);
    if (token === '{') stack.push({ keys: new Set(), at: '' });
    else if (token === '[') stack.push({ keys: undefined, at: 0 });
    else if (token === '}' || token === ']') stack.pop();
    else if (token === ',' && typeof top?.at === 'number') top.at += 1;
    else if (top?.keys && token.endsWith(':')) {
      top.at = String(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)));
      if (top.keys.has(top.at)) {
        const pointer = stack.map(({ at }) => `/${escapePointer(String(at))}`).join('');
        throw new ContractError(`#${pointer}`, 'is there twice: keys must be unique');
      }
      top.keys.add(top.at);
    }
  }
}

function parseYaml(text: string, name: string): Json {
  refuseDeepNesting(text, name);
  // keys are texts, or `200` and `"200"` would be two
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, merge: true, stringKeys: true });
  // a warning is a tag, such as `!include`, whose meaning would be lost
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) throw new ContractError(name, `is neither JSON nor YAML: ${fault.message}`, { cause: fault });
  return toValue(document, name);
}

/** What is nested too deeply takes the whole stack of the YAML library, which can end the process. */
function refuseDeepNesting(text: string, name: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) throw new ContractError(name, `is nested more than ${MAX_DEPTH} deep`);
  }
}

function toValue(document: Document, name: string): Json {
  try {
    const value: Json = document.toJS({ maxAliasCount: MAX_ALIASES });
    return value;
  } catch (error) {
    // an alias without its anchor, or too many
    throw new ContractError(name, messageOf(error), { cause: error });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

interface Step {
  key: string;
  node: Json;
  parent: Step | undefined;
  depth: number;
}

/** @throws ContractError for what JSON cannot hold, and for what recursion could not follow to its end. */
function refuseUnusual(root: Json): void {
  const open: Step[] = [{ key: '#', node: root, parent: undefined, depth: 0 }];
  for (let step = open.pop(); step; step = open.pop()) {
    const { node, depth } = step;
    if (depth > MAX_DEPTH) throw new ContractError(pointerOf(step, 8), `is nested more than ${MAX_DEPTH} deep`);
    if (typeof node === 'number' && !Number.isFinite(node))
      throw new ContractError(pointerOf(step), 'is no finite number');
    if (typeof node !== 'object' || node === null) continue;
    if (isInsideItself(step)) throw new ContractError(pointerOf(step), 'contains itself');
    for (const [key, value] of Object.entries(node)) open.push({ key, node: value, parent: step, depth: depth + 1 });
  }
}

/** An alias of YAML can stand inside of its own anchor. */
function isInsideItself({ node, parent }: Step): boolean {
  for (let step = parent; step; step = step.parent) if (step.node === node) return true;
  return false;
}

function pointerOf(start: Step, depth = MAX_DEPTH): string {
  const keys: string[] = [];
  for (let step: Step | undefined = start; step; step = step.parent) keys.unshift(escapePointer(step.key));
  return keys.length > depth ? `${keys.slice(0, depth).join('/')}/...` : keys.join('/');
}
