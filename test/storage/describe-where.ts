import { spawnSync } from 'node:child_process';

/** Cases that need something of the machine. Where it is missing they are shown as skipped, with the reason. */
export function describeWhere(missing: string | undefined, name: string, cases: () => void): void {
  if (missing === undefined) describe(name, cases);
  // oxlint-disable-next-line jest/no-disabled-tests -- skipped by what the machine lacks, and it says so
  else describe.skip(`${name} (not run: ${missing})`, cases);
}

/** Undefined when the command succeeds, else a sentence for `describeWhere`. */
export function missingTool(command: string, ...args: string[]): string | undefined {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? undefined : `${command} does not work here`;
}
