import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendUnread } from '../../test/support/unread';
import { uploadLarge, uploadMany } from './load';
import { startTarget } from './process';
import { MIB, SMALL_BYTES, say, table } from './table';
import { SLUICE } from './targets';

const STUCK = 500;

/** The most memory that a server ever had (VmHWM), a fresh one for each size. @returns MiB by size. */
export async function printPeaks(): Promise<[string, number][]> {
  const peaks: [string, number][] = [];
  for (const mib of [0, 64, 256, 1024, 4096]) {
    const one = await startTarget(SLUICE, 18_430);
    if (mib > 0) await uploadLarge(one.origin, { bytes: mib * MIB });
    peaks.push([mib === 0 ? 'none' : `${mib} MiB`, one.cost().peakRssBytes / MIB]);
    await one.stop();
  }
  const one = await startTarget(SLUICE, 18_430);
  await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 64, seconds: 60 });
  say('\n### Peak memory (VmHWM), a fresh server for each upload\n');
  table(
    ['upload', 'MiB'],
    [
      ...peaks.map(([name, value]) => [name, value.toFixed(0)]),
      ['10 KiB, 64 at once for a minute', (one.cost().peakRssBytes / MIB).toFixed(0)],
    ],
  );
  await one.stop();
  return peaks;
}

/** What a client costs that has begun an upload and sends no more. */
export async function printStuck(): Promise<void> {
  const one = await startTarget(SLUICE, 18_431);
  // what the first uploads of a process load and compile is no cost of a connection
  await uploadMany(one.origin, { bytes: SMALL_BYTES, concurrency: 64, seconds: 3 });
  const before = one.cost().rssBytes;
  const sockets = await Promise.all(Array.from({ length: STUCK }, () => stuckUpload(one.origin)));
  await steady(() => one.cost().rssBytes);
  say(`\nA stuck upload holds ${((one.cost().rssBytes - before) / STUCK / 1024).toFixed(0)} KiB (${STUCK} of them).`);
  for (const socket of sockets) socket.destroy();
  await one.stop();
}

async function stuckUpload(origin: string): Promise<Socket> {
  const head =
    'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000';
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nfirst bytes';
  const socket = sendUnread(origin, head, part);
  await once(socket, 'connect');
  return socket;
}

/** Waits until a number has not risen for a second. */
async function steady(read: () => number): Promise<void> {
  let highest = read();
  for (let quiet = 0; quiet < 10; quiet += 1) {
    await sleep(100);
    const now = read();
    if (now > highest) {
      highest = now;
      quiet = 0;
    }
  }
}
