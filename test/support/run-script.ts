import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome, Run } from './script-host';

const ROOT = join(__dirname, '../..');

let host: ChildProcess | undefined;

// a test that runs out of time leaves no script behind that writes into its neighbour's folder
afterEach(async () => {
  if (isRunning) await endHost();
});
afterAll(endHost);

let isRunning = false;

/**
 * Runs `scripts/NAME` as its command line would, all of a file's tests in one process, one after the other.
 *
 * @throws Error when that process dies.
 */
export async function runScript(name: string, args: readonly string[] = [], cwd = ROOT): Promise<Outcome> {
  if (isRunning) throw new Error('another script runs');
  host ??= fork(join(__dirname, 'script-host.ts'), { execArgv: ['--require', require.resolve('tsx/cjs')] });
  isRunning = true;
  const run: Run = { script: join(ROOT, 'scripts', name), args, cwd };
  host.send(run);
  const over = new AbortController();
  const died = once(host, 'exit', over).then(([code]) => {
    throw new Error(`the process of scripts/${name} ended with ${code}`);
  });
  const [outcome] = await Promise.race([once(host, 'message', over), died]);
  died.catch(() => undefined);
  over.abort();
  isRunning = false;
  return outcome as Outcome;
}

/** Waits for its end: a large process dies for up to half a second, and Jest's own would outlive the tests for as long. */
async function endHost(): Promise<void> {
  const ended = host;
  host = undefined;
  isRunning = false;
  if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
  ended.kill('SIGKILL');
  await once(ended, 'exit');
}
