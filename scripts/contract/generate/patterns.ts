import { removable } from '../read/document';
import type { OpenApiDocument } from '../read/document';
import { NOT_JUDGED, slownessOf } from './slow-patterns';
import { messageOf } from '../read/text';

/** A class escape, another escape, a quantifier, or one character. */
const TOKENS = /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\[^]|\{\d+(?:,\d*)?\}|[^]/gu;
/** What older JavaScript reads in one way and another language in a different one. */
const FOREIGN = /\[:\w+:\]|\{,\d+\}/;
const CLASS_ESCAPE = /^\\[dDwWsSpP]/;

/**
 * A pattern as it is valid with the flag `u`, under which JSON Schema reads it. Many documents escape what needs no
 * escape (`\_`) or leave a brace or a hyphen bare, as older JavaScript allows: that is written out, with its meaning.
 *
 * @throws ContractError
 */
export function unicodePattern(source: string, pointer: string): string {
  if (faultOf(source) === undefined) return source;
  const written = FOREIGN.test(source) ? source : writeOut(source);
  const fault = faultOf(written);
  if (fault === undefined) return written;
  throw removable(pointer, `${JSON.stringify(source)} is no regular expression: ${fault}`);
}

/** Up to this many characters a pattern may take quadratic time: a client cannot make it last. */
const MAX_SLOW_LENGTH = 256;

/**
 * A pattern with its meaning under the flag `u`, which no text makes backtrack; what could not be judged is noted.
 * @throws ContractError also for a pattern with which one short request could stop the server.
 */
export function fastPattern(
  source: string,
  pointer: string,
  warn: OpenApiDocument['warn'],
  maxLength?: unknown,
): string {
  const pattern = unicodePattern(source, pointer);
  const slowness = slownessOf(pattern, 'u');
  if (slowness === NOT_JUDGED)
    warn(pointer, `whether ${clip(source)} backtracks could not be told: see that no text makes it slow`);
  const isShort = typeof maxLength === 'number' && maxLength <= MAX_SLOW_LENGTH && slowness?.startsWith('2nd');
  if (slowness === undefined || slowness === NOT_JUDGED || isShort) return pattern;
  throw removable(
    pointer,
    `${JSON.stringify(source)} backtracks (${slowness}), so that one request could stop the server: write it without ambiguous repetition, or take it out with an overlay`,
  );
}

function clip(source: string): string {
  return JSON.stringify(source.length > 100 ? `${source.slice(0, 100)}…` : source);
}

function faultOf(source: string): string | undefined {
  try {
    RegExp(source, 'u');
    return undefined;
  } catch (error) {
    return messageOf(error).replace(/^.*: /s, '');
  }
}

function writeOut(source: string): string {
  const tokens = source.match(TOKENS) ?? [];
  let isClass = false;
  return tokens
    .map((token, index) => {
      if (token.startsWith('\\')) return withoutNeedlessEscape(token, isClass);
      if (isClass) {
        if (token === ']') isClass = false;
        const isBesideSet = [tokens[index - 1], tokens[index + 1]].some((next) => CLASS_ESCAPE.test(next ?? ''));
        return token === '-' && isBesideSet ? '\\-' : token;
      }
      if (token === '[') isClass = true;
      return /^[{}\]]$/.test(token) ? `\\${token}` : token;
    })
    .join('');
}

/** `\_` is `_`. Letters keep theirs: what is no escape of JavaScript, such as `\A`, is one of another language. */
function withoutNeedlessEscape(token: string, isClass: boolean): string {
  const isNeedless = /^\\[^\w^$\\.*+?()[\]{}|/]$/u.test(token) || token === '\\_';
  return isNeedless && !(isClass && token === '\\-') ? token.slice(1) : token;
}
