// recheck's part in pure JavaScript: its others start a native program or Java
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
import { checkSync } from 'recheck';

/** A pattern that cannot be judged in this time counts as fast: most are large lists of alternatives. */
const TIMEOUT_MS = 3000;

const known = new Map<string, string | undefined>();

/** Whether some text makes the pattern backtrack: how (`exponential`, `2nd degree polynomial`), or undefined if none does. */
export function slownessOf(pattern: string, flags: string): string | undefined {
  const key = `${flags}/${pattern}`;
  if (!known.has(key)) known.set(key, judge(pattern, flags));
  return known.get(key);
}

function judge(pattern: string, flags: string): string | undefined {
  const verdict = checkSync(pattern, flags, { timeout: TIMEOUT_MS });
  return verdict.status === 'vulnerable' ? verdict.complexity.summary : undefined;
}
