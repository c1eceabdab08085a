import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { parseByteSize } from '../src/storage/storage-url';
import { compare, printComparison } from './bench/comparison';
import type { Measured } from './bench/comparison';
import { printPeaks, printStuck } from './bench/memory';
import { printDownloads, printLists } from './bench/reading';
import { printMixed, printShapes } from './bench/shapes';
import { plotSummary, printSummary } from './bench/summary';
import { say } from './bench/table';
import { installedTargets } from './bench/targets';
import { printWorkers } from './bench/workers';
import { answerHelp } from './help';

answerHelp(`Measures Sluice, other servers and the limit in turns, in one run. Compare only the ratios within a run.

    npm run bench -- [--reps 5] [--size 1GiB] [--only comparison,memory] [--plot docs/performance.svg]

It needs Linux, uses loopback only, and ends by itself. It writes some 20 GB by default, and deletes them at the end. To install
the other servers, run npm install in scripts/bench/peers.`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { reps: { type: 'string' }, size: { type: 'string' }, only: { type: 'string' }, plot: { type: 'string' } },
  });
  const bytes = parseByteSize(values.size ?? '1GiB');
  const reps = Number(values.reps ?? 5);
  const { targets, missing } = installedTargets();
  say(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'} x ${availableParallelism()}, ${reps} rounds in turns, medians`,
  );
  for (const name of missing) say(`not run: ${name} is not installed (npm install in scripts/bench/peers)`);

  const measured: Measured[] = [];
  const peaks: [string, number][] = [];
  const sections: Record<string, () => Promise<unknown>> = {
    comparison: async () => {
      measured.push(...(await compare(targets, bytes, reps)));
      printComparison(measured, bytes);
    },
    shapes: () => printShapes(bytes, reps),
    mixed: () => printMixed(bytes, reps),
    memory: async () => peaks.push(...(await printPeaks())),
    stuck: printStuck,
    downloads: () => printDownloads(bytes, reps),
    lists: () => printLists(reps),
    workers: () => printWorkers(reps),
  };
  const chosen = values.only?.split(',') ?? Object.keys(sections);
  for (const name of chosen) {
    const section = sections[name];
    if (!section) throw new Error(`there is no ${name}, only ${Object.keys(sections).join(', ')}`);
    await section();
  }
  if (measured.length > 0) printSummary(measured, peaks);
  if (values.plot) writeFileSync(values.plot, plotSummary(measured, peaks));
}

void main();
