import { spawnSync } from 'node:child_process';
import { measureLarge } from './large';
import type { LargeRun } from './large';
import { uploadLarge, uploadMany } from './load';
import type { SmallResult } from './load';
import { cpuSecondsBetween, startTarget } from './process';
import type { RunningTarget, Target } from './process';
import { KIB, MIB, SMALL_BYTES, inTurns, median, say, table } from './table';

const PHASES = [
  { name: '10 KiB, one at a time', bytes: SMALL_BYTES, concurrency: 1 },
  { name: '10 KiB, 16 at once', bytes: SMALL_BYTES, concurrency: 16 },
  { name: '10 KiB, 64 at once', bytes: SMALL_BYTES, concurrency: 64 },
  { name: '100 KiB, 16 at once', bytes: 100 * KIB, concurrency: 16 },
  { name: '1 MiB, 16 at once', bytes: MIB, concurrency: 16 },
] as const;
type Phase = (typeof PHASES)[number];
type PhaseName = Phase['name'];

export interface Measured extends LargeRun {
  target: Target;
  small: Record<PhaseName, SmallRun>;
}

interface SmallRun extends SmallResult {
  cpuMicroseconds: number;
  /** Bytes written to the disk for each byte sent. */
  diskPerByte: number;
}

/**
 * Every target in turn, round after round. Nothing is deleted before the end: ext4 skips the inodes of files that were deleted
 * within the last minute, which slows down whoever makes files.
 */
export async function compare(targets: Target[], bytes: number, reps: number): Promise<Measured[]> {
  const running: RunningTarget[] = [];
  try {
    for (const [index, target] of targets.entries()) running.push(await startTarget(target, 18_400 + index));
    const runs = running.map((one) => ({ one, large: [] as LargeRun[], small: new Map<PhaseName, SmallRun[]>() }));
    for (const { one } of runs) {
      await uploadLarge(one.origin, { bytes: 32 * MIB });
      await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 16, seconds: 3 });
    }
    for (let rep = 0; rep < reps; rep += 1) {
      for (const phase of PHASES) {
        for (const { one, small } of rep % 2 ? runs.toReversed() : runs) {
          flush();
          small.set(phase.name, [...(small.get(phase.name) ?? []), await measureSmall(one, phase)]);
        }
      }
    }
    for (const { one, large } of inTurns(runs, reps)) {
      flush();
      large.push(await measureLarge(one, { bytes }));
    }
    return runs.map(({ one, large, small }) => ({
      target: one.target,
      mibPerSecond: median(large.map((run) => run.mibPerSecond)),
      cpuPerGib: median(large.map((run) => run.cpuPerGib)),
      diskPerByte: median(large.map((run) => run.diskPerByte)),
      small: Object.fromEntries(PHASES.map(({ name }) => [name, summary(small.get(name) ?? [])])) as Measured['small'],
    }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** What one server left unwritten the next one would pay for, with its first sync or with the disk's time. */
function flush(): void {
  spawnSync('sync');
}

const SMALL_SECONDS = 2;
/** All phases of all targets must fit on the disk. */
const MAX_PHASE_BYTES = 512 * MIB;

async function measureSmall(one: RunningTarget, { bytes, concurrency }: Phase): Promise<SmallRun> {
  const before = one.cost();
  const load = { bytes, concurrency, seconds: SMALL_SECONDS, maxUploads: MAX_PHASE_BYTES / bytes };
  const result = await uploadMany(one.origin, load);
  const after = one.cost();
  return {
    ...result,
    cpuMicroseconds: (1e6 * cpuSecondsBetween(before, after)) / result.count,
    diskPerByte: (after.writtenBytes - before.writtenBytes) / (result.count * bytes),
  };
}

function summary(runs: readonly SmallRun[]): SmallRun {
  const of = (key: keyof SmallRun) => median(runs.map((run) => run[key]));
  return {
    count: of('count'),
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMicroseconds: of('cpuMicroseconds'),
    diskPerByte: of('diskPerByte'),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
  };
}

export function printComparison(measured: readonly Measured[], bytes: number): void {
  const base = measured.find((m) => m.target.name === 'multer') ?? measured.find((m) => m.target.name === 'raw');
  if (!base) throw new Error('there is nothing to compare with');
  for (const { name } of PHASES) {
    const to = base.small[name];
    say(`\n### ${name} (x: ratio to ${base.target.name})\n`);
    table(
      ['server', '/s', 'x', 'p50 ms', 'p99 ms', 'µs of CPU', 'x', 'written for a byte', 'errors'],
      measured.map(({ target, small: { [name]: run } }) => [
        target.name,
        run.perSecond.toFixed(0),
        ratio(run.perSecond, to.perSecond),
        run.p50Ms.toFixed(1),
        run.p99Ms.toFixed(1),
        run.cpuMicroseconds.toFixed(0),
        ratio(run.cpuMicroseconds, to.cpuMicroseconds),
        run.diskPerByte.toFixed(2),
        String(run.errors),
      ]),
    );
  }
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
  say('');
  for (const { target } of measured) say(`- ${target.name}: ${target.note}`);
}

function ratio(value: number, to: number): string {
  return (value / to).toFixed(2);
}
