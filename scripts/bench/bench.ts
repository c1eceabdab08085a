/**
 * Sluice beside its peers and the limit, in turns, in one run: only the ratios within a run say something.
 *
 *     npm run bench -- [--reps 5] [--size 1GiB] [--plot docs/performance.svg]
 *
 * Linux; loopback only; every load ends by itself. Peers: npm install in scripts/bench/peers.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { parseByteSize } from '../../src/storage/storage-url';
import { download, uploadLarge, uploadMany } from './load';
import type { LargeUpload, SmallResult } from './load';
import { plotBars } from './plot';
import { startTarget } from './process';
import type { RunningTarget, Target } from './process';
import { SLUICE, installedTargets } from './targets';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const SMALL_BYTES = 10 * 1024;

interface Measured {
  target: Target;
  mibPerSecond: number;
  cpuPerGib: number;
  diskPerByte: number;
  small: Record<16 | 64, { perSecond: number; p99Ms: number; errors: number }>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { reps: { type: 'string' }, size: { type: 'string' }, plot: { type: 'string' } },
  });
  const bytes = parseByteSize(values.size ?? '1GiB');
  const reps = Number(values.reps ?? 5);
  const { targets, missing } = installedTargets();
  say(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'} x ${availableParallelism()}, ${reps} rounds in turns, medians`,
  );
  for (const name of missing) say(`not run: ${name} is not installed (npm install in scripts/bench/peers)`);

  const measured = await compare(targets, bytes, reps);
  printComparison(measured, bytes);
  await printShapes(bytes, reps);
  const peaks = await printMemory();
  await printReading(bytes, reps);
  if (values.plot) {
    const bars = (pick: (m: Measured) => number) =>
      measured.map((m) => ({ label: m.target.name, value: pick(m), isOurs: m.target.name.startsWith('sluice') }));
    const plot = plotBars([
      { title: 'One large upload, throughput (more is better)', unit: 'MiB/s', bars: bars((m) => m.mibPerSecond) },
      { title: 'One large upload, CPU (less is better)', unit: 's/GiB', bars: bars((m) => m.cpuPerGib) },
      { title: '10 KiB uploads, 64 at once (more is better)', unit: '/s', bars: bars((m) => m.small[64].perSecond) },
      {
        title: 'Peak memory of one upload',
        unit: 'MiB',
        bars: peaks.map(([label, value]) => ({ label, value, isOurs: true })),
      },
    ]);
    writeFileSync(values.plot, plot);
  }
}

async function compare(targets: Target[], bytes: number, reps: number): Promise<Measured[]> {
  const running: RunningTarget[] = [];
  try {
    for (const [index, target] of targets.entries()) running.push(await startTarget(target, 18_400 + index));
    const large = new Map(running.map((one) => [one, [] as { mibPerSecond: number; cpu: number; disk: number }[]]));
    const small = new Map(running.map((one) => [one, noRuns()]));
    for (const one of running) await uploadLarge(one.origin, { bytes: 32 * MIB });
    for (let rep = 0; rep < reps; rep += 1) {
      // there and back: a drift of the machine must not favour a place in the order
      for (const one of rep % 2 ? running.toReversed() : running)
        large.get(one)?.push(await measureLarge(one, { bytes }));
      for (const one of rep % 2 ? running.toReversed() : running) {
        for (const concurrency of [16, 64] as const) {
          small
            .get(one)
            ?.[concurrency].push(await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency, seconds: 3 }));
        }
      }
    }
    return running.map((one) => ({
      target: one.target,
      mibPerSecond: median(large.get(one)?.map((run) => run.mibPerSecond)),
      cpuPerGib: median(large.get(one)?.map((run) => run.cpu)),
      diskPerByte: median(large.get(one)?.map((run) => run.disk)),
      small: { 16: summary(small.get(one)?.[16]), 64: summary(small.get(one)?.[64]) },
    }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** For each number of clients at once. */
function noRuns(): Record<16 | 64, SmallResult[]> {
  return { 16: [], 64: [] };
}

function summary(runs: SmallResult[] | undefined) {
  return {
    perSecond: median(runs?.map((run) => run.perSecond)),
    p99Ms: median(runs?.map((run) => run.p99Ms)),
    errors: (runs ?? []).reduce((sum, run) => sum + run.errors, 0),
  };
}

async function measureLarge(one: RunningTarget, upload: LargeUpload) {
  const before = one.cost();
  const { seconds } = await uploadLarge(one.origin, upload);
  const after = one.cost();
  const cpu = after.userSeconds + after.systemSeconds - before.userSeconds - before.systemSeconds;
  return {
    mibPerSecond: upload.bytes / MIB / seconds,
    cpu: cpu / (upload.bytes / GIB),
    disk: (after.writtenBytes - before.writtenBytes) / upload.bytes,
  };
}

function printComparison(measured: Measured[], bytes: number): void {
  const base = measured.find((m) => m.target.name.startsWith('raw'));
  if (!base) throw new Error('the limit was not measured');
  say(`\n### One upload of ${bytes / MIB} MiB, and uploads of 10 KiB (x: ratio to ${base.target.name})\n`);
  table(
    [
      'server',
      'MiB/s',
      'x',
      'CPU s/GiB',
      'x',
      'written/byte',
      '16 at once /s',
      'x',
      'p99 ms',
      '64 at once /s',
      'x',
      'p99 ms',
      'errors',
    ],
    measured.map((m) => [
      m.target.name,
      m.mibPerSecond.toFixed(0),
      (m.mibPerSecond / base.mibPerSecond).toFixed(2),
      m.cpuPerGib.toFixed(2),
      (m.cpuPerGib / base.cpuPerGib).toFixed(2),
      m.diskPerByte.toFixed(2),
      ...([16, 64] as const).flatMap((c) => [
        m.small[c].perSecond.toFixed(0),
        (m.small[c].perSecond / base.small[c].perSecond).toFixed(2),
        m.small[c].p99Ms.toFixed(0),
      ]),
      String(m.small[16].errors + m.small[64].errors),
    ]),
  );
  say('');
  for (const { target } of measured) say(`- ${target.name}: ${target.note}`);
}

async function printShapes(bytes: number, reps: number): Promise<void> {
  const one = await startTarget(SLUICE, 18_420);
  const shapes: [string, LargeUpload][] = [
    ['Content-Length, random', { bytes }],
    ['chunks of 64 KiB', { bytes, framing: 'chunked-64KiB' }],
    ['content that imitates the boundary', { bytes, content: 'near-boundary' }],
  ];
  const runs = new Map<string, Awaited<ReturnType<typeof measureLarge>>[]>();
  for (let rep = 0; rep < reps; rep += 1) {
    for (const [name, upload] of shapes) runs.set(name, [...(runs.get(name) ?? []), await measureLarge(one, upload)]);
  }
  say('\n### The same upload in other shapes\n');
  table(
    ['shape', 'MiB/s', 'CPU s/GiB'],
    [...runs].map(([name, all]) => [
      name,
      median(all.map((run) => run.mibPerSecond)).toFixed(0),
      median(all.map((run) => run.cpu)).toFixed(2),
    ]),
  );
  say('\n### Uploads of 10 KiB, 4 at once, alone and beside a large one\n');
  const alone = await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 4, seconds: 4 });
  const [beside] = await Promise.all([
    uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 4, seconds: 4 }),
    uploadLarge(one.origin, { bytes: 2 * bytes }),
  ]);
  table(
    ['', '/s', 'p50 ms', 'p99 ms', 'p99 ratio'],
    [
      ['alone', alone.perSecond.toFixed(0), alone.p50Ms.toFixed(1), alone.p99Ms.toFixed(1), ''],
      [
        'beside',
        beside.perSecond.toFixed(0),
        beside.p50Ms.toFixed(1),
        beside.p99Ms.toFixed(1),
        (beside.p99Ms / alone.p99Ms).toFixed(1),
      ],
    ],
  );
  await one.stop();
}

async function printMemory(): Promise<[string, number][]> {
  const peaks: [string, number][] = [];
  for (const mib of [64, 1024, 4096]) {
    const one = await startTarget(SLUICE, 18_430);
    await uploadLarge(one.origin, { bytes: mib * MIB });
    peaks.push([`${mib} MiB`, one.cost().peakRssBytes / MIB]);
    await one.stop();
  }
  say('\n### Peak memory (VmHWM), a fresh server for each upload\n');
  table(
    ['upload', 'MiB'],
    peaks.map(([name, value]) => [name, value.toFixed(0)]),
  );
  return peaks;
}

async function printReading(bytes: number, reps: number): Promise<void> {
  say('\n### Reading back\n');
  const rows: string[][] = [];
  for (const target of installedTargets().targets.filter((one) => one.contentPath)) {
    const one = await startTarget(target, 18_440);
    const { id } = await uploadLarge(one.origin, { bytes });
    const rates: number[] = [];
    const cpus_: number[] = [];
    for (let rep = 0; rep < reps; rep += 1) {
      const before = one.cost();
      const { seconds } = await download(one.origin + (target.contentPath?.(id) ?? ''));
      const after = one.cost();
      rates.push(bytes / MIB / seconds);
      cpus_.push((after.userSeconds + after.systemSeconds - before.userSeconds - before.systemSeconds) / (bytes / GIB));
    }
    rows.push([target.name, median(rates).toFixed(0), median(cpus_).toFixed(2)]);
    await one.stop();
  }
  table(['server', 'MiB/s', 'CPU s/GiB'], rows);
}

function median(values: number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function table(head: string[], rows: string[][]): void {
  for (const row of [head, head.map(() => '---'), ...rows]) say(`| ${row.join(' | ')} |`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
