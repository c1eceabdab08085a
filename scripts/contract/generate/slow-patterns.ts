// recheck's part in pure JavaScript: its others start a native program or Java
process.env['RECHECK_SYNC_BACKEND'] = 'pure';
import { checkSync } from 'recheck';
import type { AttackPattern, Parameters } from 'recheck';

/**
 * How much is tried is counted in steps, so that a pattern is judged alike on every machine, whatever else it does.
 * Automata tell for certain; a pattern that is too large for them, mostly by what it counts (`{1,64}`), is attacked with
 * texts at random.
 */
const BOUNDS: Parameters = {
  randomSeed: 1,
  maxNFASize: 2000,
  maxSimpleRepeatCount: 5,
  maxInitialGenerationSize: 12,
  maxGenerationSize: 10,
  maxIteration: 2,
  mutationSize: 6,
  crossoverSize: 3,
  maxGeneStringSize: 400,
  incubationLimit: 3000,
  attackLimit: 300_000,
  maxAttackStringSize: 10_000,
  maxDegree: 2,
  incubationTimeout: null,
  attackTimeout: null,
  seedingTimeout: null,
  // no pattern that is known comes near it: it ends what would have no end
  timeout: 300_000,
};
/** A document may have thousands of patterns. */
const MAX_JUDGED = 1000;
/** What is said of a pattern that was not judged. */
export const NOT_JUDGED = 'not judged';

const known = new Map<string, string | undefined>();

/** How some text makes the pattern backtrack (`exponential`, `2nd degree polynomial`), or NOT_JUDGED; undefined if none does. */
export function slownessOf(pattern: string, flags: string): string | undefined {
  const key = `${flags}/${pattern}`;
  if (!known.has(key)) known.set(key, known.size < MAX_JUDGED ? judge(pattern, flags) : NOT_JUDGED);
  return known.get(key);
}

function judge(pattern: string, flags: string): string | undefined {
  const verdict = checkSync(pattern, flags, BOUNDS);
  if (verdict.status === 'unknown') return NOT_JUDGED;
  if (verdict.status === 'safe') return undefined;
  const { summary, type } = verdict.complexity;
  const isCertain = verdict.checker === 'automaton' || type === 'exponential';
  return isCertain || isSlow(RegExp(pattern, flags), verdict.attack) ? summary.replace(' (fuzz)', '') : undefined;
}

const LONGEST_PUMP = 64_000;
/** Of the processor, whatever else it does. In linear time all texts together take a hundredth of it. */
const SLOW_MS = 250;

/** A few steps too many may be all that counted repetition can cost (`.{1,99}@.{1,99}`): longer texts tell. */
function isSlow(regex: RegExp, { pumps, suffix }: AttackPattern): boolean {
  for (let times = 50; times <= LONGEST_PUMP; times *= 2) {
    const text =
      pumps.map(({ prefix, pump, bias }) => prefix + pump.repeat(Math.max(0, times + bias))).join('') + suffix;
    const start = process.cpuUsage();
    try {
      regex.test(text);
    } catch {
      // the stack of what is to be tried overflowed
      return true;
    }
    if (process.cpuUsage(start).user > SLOW_MS * 1000) return true;
  }
  return false;
}
