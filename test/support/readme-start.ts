import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

const START_SECONDS = 60;

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
    PORT: '0',
    DATABASE_URL: `sqlite:${folder}/sluice.db`,
    STORAGE_URL: `file:${folder}/blobs`,
    ...options.env,
  };
  if (options.node) env['PATH'] = `${dirname(options.node)}${delimiter}${env['PATH']}`;
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`no start-up line in ${START_SECONDS} s: ${output}`)),
      START_SECONDS * 1000,
    );
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Sluice listens on (http:[^ ,"]+)/.exec(output)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
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
