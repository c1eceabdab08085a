// recheck's part in pure JavaScript: its others start a native program or Java
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
import { checkSync } from 'recheck';

const TIMEOUT_MS = 3000;
/** What is said of a pattern that could not be judged in this time: most are large lists of alternatives. */
export const NOT_JUDGED = `not judged within ${TIMEOUT_MS} ms`;

/** For all patterns together: a document may have thousands. */
const TOTAL_MS = 60_000;
/** Chosen once: with another, the same pattern could be judged otherwise. */
const SEED = 1;
let spent = 0;
let patience = 1;

/** Gives each pattern more time: what is suggested against a pattern must be enough on a faster machine, too. */
export function judgePatiently(): void {
  patience = 5;
}

const known = new Map<string, string | undefined>();

/** How some text makes the pattern backtrack (`exponential`, `2nd degree polynomial`), or NOT_JUDGED; undefined if none does. */
export function slownessOf(pattern: string, flags: string): string | undefined {
  const key = `${flags}/${pattern}`;
  if (!known.has(key)) known.set(key, judge(pattern, flags));
  return known.get(key);
}

function judge(pattern: string, flags: string): string | undefined {
  const timeout = Math.min(TIMEOUT_MS * patience, TOTAL_MS * patience - spent);
  if (timeout <= 0) return NOT_JUDGED;
  const start = performance.now();
  const verdict = checkSync(pattern, flags, { timeout, randomSeed: SEED });
  spent += performance.now() - start;
  if (verdict.status === 'unknown') return NOT_JUDGED;
  return verdict.status === 'vulnerable' ? verdict.complexity.summary : undefined;
}
