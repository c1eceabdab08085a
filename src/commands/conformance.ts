import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './output';

/** Runs the one file that the package brings; the repository has `npm run conformance`. */
export function runConformance(args: readonly string[]): void {
  const program = join(__dirname, '../../conformance.js');
  if (!existsSync(program)) {
    return fail(['The conformance run comes with the package only; in the repository: npm run conformance'], 2);
  }
  process.exitCode = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' }).status ?? 2;
}
