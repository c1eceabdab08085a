import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Target {
  name: string;
  /** What was on, for the table. */
  note: string;
  command: string[];
  env?: (folder: string) => Record<string, string>;
  /** The path that gives an uploaded file back. */
  contentPath?: (id: string) => string;
  /** The path to delete it at; without one it is taken out of the server's folder. */
  deletePath?: (id: string) => string;
}

interface Cost {
  userSeconds: number;
  systemSeconds: number;
  /** Bytes that reached the block device, or will. */
  writtenBytes: number;
  peakRssBytes: number;
  rssBytes: number;
}

/** The CPU that was taken between two looks. */
export function cpuSecondsBetween(before: Cost, after: Cost): number {
  return after.userSeconds + after.systemSeconds - before.userSeconds - before.systemSeconds;
}

export interface RunningTarget {
  target: Target;
  origin: string;
  folder: string;
  cost(): Cost;
  stop(): Promise<void>;
}

const TICKS_PER_SECOND = 100;
const START_MS = 30_000;

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Starts a server on a free port with an empty folder of its own, which goes at the end of the whole run: deleting is a
 * load of its own. Linux: costs are read from /proc.
 */
export async function startTarget(target: Target, port: number): Promise<RunningTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  folders.push(folder);
  const env = { ...process.env, NODE_ENV: 'production', PORT: String(port), DATA_DIR: folder, ...target.env?.(folder) };
  const [command = '', ...args] = target.command;
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let hasExited = false;
  child.once('exit', () => {
    hasExited = true;
  });
  const deadline = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (hasExited || performance.now() > deadline) throw new Error(`${target.name} does not start`);
    await sleep(50);
  }
  const root = child.pid ?? 0;
  return {
    target,
    origin: `http://127.0.0.1:${port}`,
    folder,
    cost: () => costOf(processTree(root)),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), 5000).unref();
      }),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A process and all below it: workers count, too. */
function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = Number(statFields(Number(name))[1] ?? Number.NaN);
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function costOf(pids: number[]): Cost {
  const total: Cost = { userSeconds: 0, systemSeconds: 0, writtenBytes: 0, peakRssBytes: 0, rssBytes: 0 };
  for (const pid of pids) {
    const fields = statFields(pid);
    total.userSeconds += Number(fields[11] ?? 0) / TICKS_PER_SECOND;
    total.systemSeconds += Number(fields[12] ?? 0) / TICKS_PER_SECOND;
    total.writtenBytes += named(pid, 'io', 'write_bytes');
    total.peakRssBytes += named(pid, 'status', 'VmHWM') * 1024;
    total.rssBytes += named(pid, 'status', 'VmRSS') * 1024;
  }
  return total;
}

/** The fields of /proc/PID/stat behind the command's name, which may hold anything. */
function statFields(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function named(pid: number, file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/${file}`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
