import { availableParallelism } from 'node:os';
import { uploadLarge, uploadMany } from './load';
import { cpuSecondsBetween, startTarget } from './process';
import type { RunningTarget } from './process';
import { MIB, SMALL_BYTES, median, say, table } from './table';
import { SLUICE } from './targets';

const CONCURRENCY = 32;
const SECONDS = 4;
const LARGE_BYTES = 64 * MIB;

interface Run {
  rate: number;
  /** CPU seconds of a second. */
  server: number;
  client: number;
}

/** Two workers beside one. The client runs on the same cores: its share is shown, and may be what stands in the way. */
export async function printWorkers(reps: number): Promise<void> {
  const loads: [name: string, unit: string, load: (origin: string) => Promise<number>][] = [
    [
      '10 KiB',
      '/s',
      async (origin) =>
        (await uploadMany(origin, { bytes: SMALL_BYTES, concurrency: CONCURRENCY, seconds: SECONDS })).perSecond,
    ],
    [`${LARGE_BYTES / MIB} MiB`, 'MiB/s', uploadAtOnce],
  ];
  const one = await startWorkers(1);
  const two = await startWorkers(2);
  const rows: string[][] = [];
  const full: string[] = [];
  for (const [name, unit, load] of loads) {
    const runs: Record<'one' | 'two', Run[]> = { one: [], two: [] };
    await Promise.all([load(one.origin), load(two.origin)]);
    for (let rep = 0; rep < reps; rep += 1) {
      runs.one.push(await measure(one, load));
      runs.two.push(await measure(two, load));
    }
    const single = medianOf(runs.one);
    const double = medianOf(runs.two);
    for (const [workers, run] of [
      ['1', single],
      ['2', double],
    ] as const) {
      const ratio = (run.rate / single.rate).toFixed(2);
      rows.push([name, workers, `${run.rate.toFixed(0)} ${unit}`, ratio, run.server.toFixed(2), run.client.toFixed(2)]);
    }
    // twice the rate would take twice the CPU of both
    if (2 * (single.server + single.client) > availableParallelism()) full.push(name);
  }
  await Promise.all([one.stop(), two.stop()]);
  say(`\n### WORKERS: ${CONCURRENCY} uploads at once\n`);
  table(['upload', 'workers', 'rate', 'x', 'cores that the server took', 'and the client'], rows);
  for (const name of full) {
    say(
      `\nNot a measure of two workers: with uploads of ${name}, one worker and the client take more than half of the ` +
        `${availableParallelism()} cores that there are.`,
    );
  }
}

function startWorkers(workers: number): Promise<RunningTarget> {
  const env = (folder: string) => ({ ...SLUICE.env?.(folder), WORKERS: String(workers) });
  return startTarget({ ...SLUICE, name: `sluice-${workers}`, env }, 18_460 + workers);
}

/** @returns MiB a second. */
async function uploadAtOnce(origin: string): Promise<number> {
  const startedAt = performance.now();
  const uploads = await Promise.all(
    Array.from({ length: CONCURRENCY }, () => uploadLarge(origin, { bytes: LARGE_BYTES })),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const { id } of uploads) await fetch(`${origin}/v1/files/${id}`, { method: 'DELETE' });
  return (CONCURRENCY * LARGE_BYTES) / MIB / seconds;
}

async function measure(one: RunningTarget, load: (origin: string) => Promise<number>): Promise<Run> {
  const before = { client: process.cpuUsage(), server: one.cost(), at: performance.now() };
  const rate = await load(one.origin);
  const seconds = (performance.now() - before.at) / 1000;
  const used = process.cpuUsage(before.client);
  const server = cpuSecondsBetween(before.server, one.cost());
  return { rate, server: server / seconds, client: (used.user + used.system) / 1e6 / seconds };
}

function medianOf(runs: readonly Run[]): Run {
  return {
    rate: median(runs.map((run) => run.rate)),
    server: median(runs.map((run) => run.server)),
    client: median(runs.map((run) => run.client)),
  };
}
