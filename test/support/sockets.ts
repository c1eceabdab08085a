import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';

/** What the kernel and the process know about a server, read from /proc: Linux only. */

/** Resident memory now and at its peak, in KiB. */
export function memoryOf(pid: number): { residentKiB: number; peakKiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { residentKiB: field('VmRSS'), peakKiB: field('VmHWM') };
}

/** The peak begins anew from what is resident now (proc(5), clear_refs). */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** TCP sockets of the server that hold a connection: TIME_WAIT and what the kernel ends alone are not its own. */
export function connectionsOf(pid: number): number {
  const own = new Set(linksOf(pid).map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields.length > 9 && fields[3] !== LISTEN && own.has(fields[9]);
  }).length;
}

const LISTEN = '0A';

function linksOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // closed in between
      return [];
    }
  });
}
