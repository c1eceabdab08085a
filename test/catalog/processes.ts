import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundle, ROOT } from '../support/bundle';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** Runs a TypeScript file of this folder as a process of its own, to its end. */
export async function runScript(file: string, ...args: string[]): Promise<Ended> {
  const code = bundle(join(__dirname, file));
  const child = spawn(process.execPath, ['-', ...args], { cwd: ROOT, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(code);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, stderr };
}
