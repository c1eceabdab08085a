import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { environmentFor, listening } from './server-process';

export interface StartedServer {
  url: string;
  nodeVersion: string;
  stop(): Promise<void>;
  /** Tells npm, and nobody else. */
  signalNpm(signal: NodeJS.Signals): void;
  /** Resolves when npm has ended. */
  ended: Promise<void>;
}

/**
 * The server as the README's own command starts it, `npm start`, on a free port and with its data in `folder`.
 * @throws Error with what it printed when it does not listen.
 */
export async function startAsTheReadmeSays(
  folder: string,
  options: { node?: string | undefined; env?: Record<string, string> } = {},
): Promise<StartedServer> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...environmentFor(folder),
    ...options.env,
  };
  if (options.node) env['PATH'] = `${dirname(options.node)}${delimiter}${env['PATH']}`;
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const pieces: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => pieces.push(chunk.toString()));
  const url = await listening(child, () => pieces.join(''));
  const nodeVersion = spawnSync('node', ['--version'], { env }).stdout.toString().trim();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return { url, nodeVersion, stop: () => stop(child, ended), signalNpm: (signal) => void child.kill(signal), ended };
}

/** npm passes SIGTERM on; the whole group is told, so that nothing can stay behind, even where npm has ended. */
async function stop({ pid }: ChildProcess, ended: Promise<void>): Promise<void> {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // the group is gone
  }
  await ended;
}
