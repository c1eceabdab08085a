import type { Config } from '../config/config';
import { reasonOf } from '../errors';
import { counted } from '../counted';
import { verifyBlobs } from '../files/verify';
import type { VerifyFault, VerifyReport } from '../files/verify';
import { withPair } from '../open-pair';
import { absentData } from './absent-data';
import { fail, print } from './output';

/**
 * Checks every live blob and looks for bytes that belong to none, beside running servers or without them. For cron: exit
 * code 0 when all is well, 1 when something is missing, damaged or orphaned, 2 when it cannot be told.
 */
export async function runVerify(config: Config, options: readonly string[]): Promise<void> {
  const absent = absentData(config);
  if (absent.length > 0) return fail(['There is nothing to verify.', ...absent], 2);
  const isRepair = options.includes('--repair');
  try {
    const report = await withPair(config, ({ store, catalog }) => verifyBlobs(store, catalog, { isRepair }));
    print(options.includes('--json') ? JSON.stringify(report) : inLines(report));
    if (report.faults.length > 0) process.exitCode = 1;
  } catch (error) {
    fail([`The files could not be verified: ${reasonOf(error)}`], 2);
  }
}

function inLines({ files, bytes, faults, freed }: VerifyReport): string {
  const outcome = faults.length === 0 ? 'all well' : counted(faults.length, 'fault');
  const summary = `${counted(files, 'file')}, ${counted(bytes, 'byte')}, ${outcome}`;
  return [...freed.map((key) => `freed: blob ${key}`), ...faults.map(faultLine), summary].join('\n');
}

function faultLine(fault: VerifyFault): string {
  if (fault.kind === 'apart') return `apart: ${fault.detail}`;
  if (fault.kind === 'miscounted') return `miscounted: ${fault.tenant}: ${fault.detail}`;
  const file = fault.kind === 'orphaned' ? '' : ` ${fault.id} of ${fault.tenant},`;
  return `${fault.kind}:${file} blob ${fault.blobKey}: ${fault.detail}`;
}
