import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();

// a test that runs out of time leaves no program behind that writes into its neighbour's folder
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs Node to its end. Whatever still runs when the test ends is ended with it. */
export function runNode(args: readonly string[], options: { cwd?: string } = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options },
      (_error, stdout, stderr) => {
        running.delete(child);
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
    running.add(child);
  });
}
