import type { Measured } from './comparison';
import { plotBars } from './plot';
import { say, table } from './table';

const MANY = '10 KiB, 64 at once';

/** The numbers that docs/performance.md leads with. @param peaks MiB by the size of the upload. */
export function printSummary(measured: readonly Measured[], peaks: readonly [string, number][]): void {
  const columns = ['sluice', 'multer', 'multer, synced', 'raw', 'raw, synced'];
  const shown = columns.flatMap((name) => measured.find((m) => m.target.name === name) ?? []);
  const row = (title: string, of: (m: Measured) => string) => [title, ...shown.map(of)];
  say('\n### In numbers\n');
  table(
    ['', ...shown.map((m) => m.target.name)],
    [
      row('uploads of 10 KiB a second, 64 at once', (m) => m.small[MANY].perSecond.toFixed(0)),
      row('µs of CPU for each', (m) => m.small[MANY].cpuMicroseconds.toFixed(0)),
      row('one large upload, MiB/s', (m) => m.mibPerSecond.toFixed(0)),
      row('s of CPU for a GiB of it', (m) => m.cpuPerGib.toFixed(2)),
    ],
  );
  const [first, last] = [peaks.find(([name]) => name === '64 MiB'), peaks.at(-1)];
  if (first && last)
    say(`\nPeak memory: ${first[1].toFixed(0)} MiB for ${first[0]}, ${last[1].toFixed(0)} for ${last[0]}.`);
}

export function plotSummary(measured: readonly Measured[], peaks: readonly [string, number][]): string {
  const bars = (pick: (m: Measured) => number) =>
    measured.map((m) => ({ label: m.target.name, value: pick(m), isOurs: m.target.name === 'sluice' }));
  return plotBars([
    { title: '10 KiB uploads, 64 at once (more is better)', unit: '/s', bars: bars((m) => m.small[MANY].perSecond) },
    { title: 'CPU of each of these (less is better)', unit: 'µs', bars: bars((m) => m.small[MANY].cpuMicroseconds) },
    { title: 'One large upload, throughput (more is better)', unit: 'MiB/s', bars: bars((m) => m.mibPerSecond) },
    { title: 'One large upload, CPU (less is better)', unit: 's/GiB', bars: bars((m) => m.cpuPerGib) },
    {
      title: 'Peak memory of the server, by the size of the upload',
      unit: 'MiB',
      bars: peaks.map(([label, value]) => ({ label, value, isOurs: true })),
    },
  ]);
}
