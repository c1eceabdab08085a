import { join } from 'node:path';
import { download, uploadLarge, uploadMany } from './load';
import { cpuSecondsBetween, startTarget } from './process';
import type { Target } from './process';
import { GIB, MIB, SMALL_BYTES, inTurns, median, say, table } from './table';
import { SLUICE, installedTargets } from './targets';

/** A file read back, beside `createReadStream` into a bare response. */
export async function printDownloads(bytes: number, reps: number): Promise<void> {
  const targets = installedTargets().targets.filter((target) => target.contentPath);
  const runs = [];
  for (const [index, target] of targets.entries()) {
    const one = await startTarget(target, 18_440 + index);
    const { id } = await uploadLarge(one.origin, { bytes });
    const url = one.origin + (target.contentPath?.(id) ?? '');
    await download(url);
    runs.push({ one, url, rates: [] as number[], cpus: [] as number[] });
  }
  for (const { one, url, rates, cpus } of inTurns(runs, reps)) {
    const before = one.cost();
    const { seconds } = await download(url);
    rates.push(bytes / MIB / seconds);
    cpus.push(cpuSecondsBetween(before, one.cost()) / (bytes / GIB));
  }
  await Promise.all(runs.map(({ one }) => one.stop()));
  const raw = runs.find(({ one }) => one.target.name.startsWith('raw'));
  say('\n### Reading back (x: ratio to createReadStream into a bare response)\n');
  table(
    ['server', 'MiB/s', 'x', 'CPU s/GiB', 'x'],
    runs.map(({ one, rates, cpus }) => [
      one.target.name,
      median(rates).toFixed(0),
      (median(rates) / median(raw?.rates)).toFixed(2),
      median(cpus).toFixed(2),
      (median(cpus) / median(raw?.cpus)).toFixed(2),
    ]),
  );
}

const RAW_LIST: Target = {
  name: 'from memory',
  note: 'JSON.stringify of the same page, into a bare response',
  command: [process.execPath, join(__dirname, 'peers', 'raw-json.cjs')],
};

/** A page of the list beside the same page from memory, and what pages and uploads cost as the catalog grows. */
export async function printLists(reps: number): Promise<void> {
  const one = await startTarget(SLUICE, 18_450);
  const rows: string[][] = [];
  let files = 0;
  for (const goal of [10_000, 30_000]) {
    let rate = 0;
    for (; files < goal;) {
      ({ perSecond: rate } = await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 64, seconds: 3 }));
      files += Math.round(rate * 3);
    }
    const page = await timesOf(`${one.origin}/v1/files?limit=10000`, reps);
    const short = await timesOf(`${one.origin}/v1/files?limit=20`, reps);
    rows.push([String(files), rate.toFixed(0), short.toFixed(1), page.toFixed(0)]);
  }
  const text = await (await fetch(`${one.origin}/v1/files?limit=10000`)).text();
  const raw = await startTarget(RAW_LIST, 18_451);
  await fetch(raw.origin, { method: 'POST', body: text });
  const list = await timesOf(`${one.origin}/v1/files?limit=10000`, reps);
  const memory = await timesOf(raw.origin, reps);
  await Promise.all([one.stop(), raw.stop()]);
  say('\n### Lists, and how they and uploads fare as the catalog grows\n');
  table(['files', '10 KiB uploads /s, 64 at once', 'page of 20, ms', 'page of 10,000, ms'], rows);
  say(
    `\nA page of 10,000 (${(text.length / MIB).toFixed(1)} MiB): ${list.toFixed(0)} ms, ` +
      `${(list / memory).toFixed(1)} x the same JSON from memory (${memory.toFixed(0)} ms).`,
  );
}

async function timesOf(url: string, reps: number): Promise<number> {
  const times: number[] = [];
  for (let rep = 0; rep < 3 + 2 * reps; rep += 1) {
    const { seconds } = await download(url);
    // the first are the engine's, which compiles
    if (rep >= 3) times.push(1000 * seconds);
  }
  return median(times);
}
