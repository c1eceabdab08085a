import { measureLarge, removeFile } from './large';
import type { LargeRun } from './large';
import { uploadLarge, uploadMany } from './load';
import type { LargeUpload } from './load';
import { startTarget } from './process';
import type { RunningTarget } from './process';
import { MIB, SMALL_BYTES, inTurns, median, say, table } from './table';
import { SLUICE } from './targets';

/** The same upload in other framings and with content that is hard on the search for the boundary. */
export async function printShapes(bytes: number, reps: number): Promise<void> {
  const shapes: [string, LargeUpload][] = [
    ['Content-Length, random', { bytes }],
    ['chunks of 64 KiB', { bytes, framing: 'chunked-64KiB' }],
    ['content that imitates the boundary', { bytes, content: 'near-boundary' }],
  ];
  const one = await startTarget(SLUICE, 18_420);
  const runs = new Map<string, LargeRun[]>();
  await uploadLarge(one.origin, { bytes: 32 * MIB });
  for (const [name, upload] of inTurns(shapes, reps)) {
    runs.set(name, [...(runs.get(name) ?? []), await measureLarge(one, upload, true)]);
  }
  await one.stop();
  const rows = shapes.map(([name]) => ({
    name,
    rate: median(runs.get(name)?.map((run) => run.mibPerSecond)),
    cpu: median(runs.get(name)?.map((run) => run.cpuPerGib)),
  }));
  const plain = rows[0] ?? { rate: Number.NaN, cpu: Number.NaN };
  say('\n### The same upload in other shapes (x: ratio to the first)\n');
  table(
    ['shape', 'MiB/s', 'x', 'CPU s/GiB', 'x'],
    rows.map(({ name, rate, cpu }) => [
      name,
      rate.toFixed(0),
      (rate / plain.rate).toFixed(2),
      cpu.toFixed(2),
      (cpu / plain.cpu).toFixed(2),
    ]),
  );
}

/** What small uploads feel of large ones. The large files go when that is measured: freeing one is a load of its own. */
export async function printMixed(bytes: number, reps: number): Promise<void> {
  const one = await startTarget(SLUICE, 18_421);
  const small = { bytes: SMALL_BYTES, concurrency: 4, seconds: 4 };
  const alone = [];
  const beside = [];
  await uploadMany(one.origin, small);
  for (let rep = 0; rep < reps; rep += 1) {
    alone.push(await uploadMany(one.origin, small));
    const over = new AbortController();
    const large = uploadUntil(one, bytes, over.signal);
    beside.push(await uploadMany(one.origin, small));
    over.abort();
    for (const id of await large) await removeFile(one, id);
  }
  await one.stop();
  const p99 = { alone: median(alone.map((run) => run.p99Ms)), beside: median(beside.map((run) => run.p99Ms)) };
  say('\n### Uploads of 10 KiB, 4 at once, alone and beside large ones\n');
  table(
    ['', '/s', 'p50 ms', 'p99 ms', 'x'],
    (
      [
        ['alone', alone],
        ['beside', beside],
      ] as const
    ).map(([name, runs]) => [
      name,
      median(runs.map((run) => run.perSecond)).toFixed(0),
      median(runs.map((run) => run.p50Ms)).toFixed(1),
      p99[name].toFixed(1),
      (p99[name] / p99.alone).toFixed(1),
    ]),
  );
}

/** One after the other. @returns the ids of the files. */
async function uploadUntil(one: RunningTarget, bytes: number, over: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  while (!over.aborted) ids.push((await uploadLarge(one.origin, { bytes })).id);
  return ids;
}
