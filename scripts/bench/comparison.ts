import { spawnSync } from 'node:child_process';
import { measureLarge } from './large';
import type { LargeRun } from './large';
import { uploadLarge, uploadMany } from './load';
import type { SmallResult } from './load';
import { cpuSecondsBetween, startTarget } from './process';
import type { RunningTarget, Target } from './process';
import { MIB, SMALL_BYTES, median, say, table } from './table';

const CONCURRENCIES = [1, 16, 64] as const;
type Concurrency = (typeof CONCURRENCIES)[number];

export interface Measured extends LargeRun {
  target: Target;
  small: Record<Concurrency, SmallRun>;
}

interface SmallRun extends SmallResult {
  cpuMicroseconds: number;
}

/** Every target in turn, round after round, there and back: a drift of the machine must not favour a place in the order. */
export async function compare(targets: Target[], bytes: number, reps: number): Promise<Measured[]> {
  const running: RunningTarget[] = [];
  try {
    for (const [index, target] of targets.entries()) running.push(await startTarget(target, 18_400 + index));
    const runs = running.map((one) => ({
      one,
      large: [] as LargeRun[],
      small: { 1: [], 16: [], 64: [] } as SmallRuns,
    }));
    for (const { one } of runs) {
      await uploadLarge(one.origin, { bytes: 32 * MIB });
      await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 16, seconds: 3 });
    }
    for (let rep = 0; rep < reps; rep += 1) {
      for (const { one, large } of rep % 2 ? runs.toReversed() : runs) {
        flush();
        large.push(await measureLarge(one, { bytes }));
      }
    }
    for (let rep = 0; rep < reps; rep += 1) {
      for (const { one, small } of rep % 2 ? runs.toReversed() : runs) {
        for (const concurrency of CONCURRENCIES) {
          flush();
          small[concurrency].push(await measureSmall(one, concurrency));
        }
      }
    }
    return runs.map(({ one, large, small }) => ({
      target: one.target,
      mibPerSecond: median(large.map((run) => run.mibPerSecond)),
      cpuPerGib: median(large.map((run) => run.cpuPerGib)),
      diskPerByte: median(large.map((run) => run.diskPerByte)),
      small: { 1: summary(small[1]), 16: summary(small[16]), 64: summary(small[64]) },
    }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** What one server left unwritten the next one would pay for, with its first sync or with the disk's time. */
function flush(): void {
  spawnSync('sync');
}

type SmallRuns = Record<Concurrency, SmallRun[]>;

const SMALL_SECONDS = 3;

async function measureSmall(one: RunningTarget, concurrency: Concurrency): Promise<SmallRun> {
  const before = one.cost();
  const result = await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency, seconds: SMALL_SECONDS });
  const after = one.cost();
  return { ...result, cpuMicroseconds: (1e6 * cpuSecondsBetween(before, after)) / (result.perSecond * SMALL_SECONDS) };
}

function summary(runs: readonly SmallRun[]): SmallRun {
  return {
    cpuMicroseconds: median(runs.map((run) => run.cpuMicroseconds)),
    perSecond: median(runs.map((run) => run.perSecond)),
    p50Ms: median(runs.map((run) => run.p50Ms)),
    p99Ms: median(runs.map((run) => run.p99Ms)),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
  };
}

export function printComparison(measured: readonly Measured[], bytes: number): void {
  const base = measured.find((m) => m.target.name.startsWith('raw'));
  if (!base) throw new Error('the limit was not measured');
  say(`\n### One upload of ${bytes / MIB} MiB (x: ratio to ${base.target.name})\n`);
  table(
    ['server', 'MiB/s', 'x', 'CPU s/GiB', 'x', 'written for a byte'],
    measured.map((m) => [
      m.target.name,
      m.mibPerSecond.toFixed(0),
      ratio(m.mibPerSecond, base.mibPerSecond),
      m.cpuPerGib.toFixed(2),
      ratio(m.cpuPerGib, base.cpuPerGib),
      m.diskPerByte.toFixed(2),
    ]),
  );
  say(`\n### Uploads of 10 KiB (x: ratio to ${base.target.name})\n`);
  table(
    ['server', ...CONCURRENCIES.flatMap((c) => [`${c} at once, /s`, 'x', 'p50 ms', 'p99 ms', 'µs of CPU']), 'errors'],
    measured.map((m) => [
      m.target.name,
      ...CONCURRENCIES.flatMap((c) => [
        m.small[c].perSecond.toFixed(0),
        ratio(m.small[c].perSecond, base.small[c].perSecond),
        m.small[c].p50Ms.toFixed(1),
        m.small[c].p99Ms.toFixed(1),
        m.small[c].cpuMicroseconds.toFixed(0),
      ]),
      String(CONCURRENCIES.reduce((sum, c) => sum + m.small[c].errors, 0)),
    ]),
  );
  say('');
  for (const { target } of measured) say(`- ${target.name}: ${target.note}`);
}

function ratio(value: number, to: number): string {
  return (value / to).toFixed(2);
}
