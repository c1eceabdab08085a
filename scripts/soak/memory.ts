import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentOf, uploadForm } from '../../test/support/form-upload';
import { startServerProcess } from '../../test/support/server-process';
import { memoryOf } from '../../test/support/sockets';

interface MemoryOptions {
  folder: string;
  /** Bytes of the uploads; each goes to a fresh server. */
  sizes: readonly number[];
  /** How much more than the first upload any other may need. */
  maxGrowthMiB: number;
}

interface Peak {
  bytes: number;
  status: number | undefined;
  idleMiB: number;
  peakMiB: number;
  seconds: number;
}

/** The server's peak resident memory (VmHWM) for one upload of each size. */
export async function measurePeakMemory({ folder, sizes, maxGrowthMiB }: MemoryOptions) {
  const violations: string[] = [];
  const peaks: Peak[] = [];
  for (const bytes of sizes) peaks.push(await measure(join(folder, String(bytes)), bytes));
  const first = peaks[0]?.peakMiB ?? 0;
  for (const { bytes, status, peakMiB } of peaks) {
    if (status !== 200) violations.push(`${bytes} bytes were answered ${status}`);
    if (peakMiB - first > maxGrowthMiB) violations.push(`${bytes} bytes took ${peakMiB - first} MiB more`);
  }
  return { peaks, violations };
}

async function measure(folder: string, bytes: number): Promise<Peak> {
  await mkdir(folder);
  const server = await startServerProcess({ folder, env: { MAX_FILE_BYTES: String(bytes + 1) } });
  const idleMiB = peakMiBOf(server.pid);
  const startedAt = performance.now();
  const content = contentOf(1, bytes);
  const { status } = await uploadForm(server.url, { filename: 'large.jsonl', content, bytes });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const peak = { bytes, status, idleMiB, peakMiB: peakMiBOf(server.pid), seconds };
  await server.end();
  await rm(folder, { recursive: true });
  return peak;
}

function peakMiBOf(pid: number): number {
  return Math.round(memoryOf(pid).peakKiB / 102.4) / 10;
}
