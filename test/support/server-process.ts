import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from './node-flags';

const MAIN = join(__dirname, '../../dist/src/main.js');
const START_SECONDS = 60;

/** The built server in a process of its own, that can be killed, stopped and traced. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it wrote to stdout and stderr. */
  output(): string;
  /** True once the process has ended, for whatever reason. */
  hasEnded(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Ends it with `signal` (SIGTERM: in peace) and resolves when it has ended. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

export interface ServerOptions {
  /** Where its database and its blobs are. */
  folder: string;
  env?: Record<string, string>;
  /** A command that the server's is appended to; it must become the server's process, as `exec` does. */
  wrapper?: readonly string[];
  /** Further arguments of node. */
  nodeArguments?: readonly string[];
}

/** @throws Error with what it printed when it does not listen. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { child, output, ended } = launchServer(options);
  const pid = child.pid;
  if (pid === undefined) throw new Error('the server could not be spawned');
  const url = await listening(child, output);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    url,
    pid,
    output,
    hasEnded,
    signal,
    ended,
    async end(name = 'SIGTERM') {
      if (!hasEnded()) signal(name);
      // a stopped process heeds nothing but SIGKILL
      if (!hasEnded()) signal('SIGCONT');
      await ended;
    },
  };
}

/** Starts it without waiting until it listens, for a kill in the middle of the start. */
export function launchServer({ folder, env, wrapper = [], nodeArguments = [] }: ServerOptions) {
  if (!existsSync(MAIN)) throw new Error('the server is not built: npm run build');
  const node = [process.execPath, ...NODE_FLAGS, ...nodeArguments, MAIN];
  const [command = '', ...args] = [...wrapper, ...node];
  const child = spawn(command, args, {
    env: { ...process.env, ...environmentFor(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithUs = () => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const pieces: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => pieces.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => pieces.push(chunk.toString()));
  const ended = once(child, 'exit').then(() => void process.off('exit', killWithUs));
  return { child, output: () => pieces.join(''), ended };
}

export function environmentFor(folder: string): Record<string, string> {
  return { PORT: '0', DATABASE_URL: `sqlite:${folder}/sluice.db`, STORAGE_URL: `file:${folder}/blobs` };
}

/** The address in the start-up line. @throws Error with what it printed when it ends, or does not listen in time. */
export function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      settled();
      child.kill('SIGKILL');
      reject(new Error(`the server ${what}: ${output()}`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${START_SECONDS} s`), START_SECONDS * 1000);
    const onExit = (code: number | null, signal: string | null) => fail(`ended with ${code ?? signal}`);
    child.on('exit', onExit);
    child.stdout?.on('data', look);

    function look(): void {
      const found = /"url":"(http:[^"]+)"/.exec(output())?.[1];
      if (found === undefined) return;
      settled();
      resolve(found);
    }

    function settled(): void {
      clearTimeout(timer);
      child.off('exit', onExit);
      child.stdout?.off('data', look);
    }
  });
}
