import { mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ContractError } from '../read/document';
import { messageOf } from '../read/text';

/** Writes each file beside its place first, and all to their places when all are there, since a disk may be full. @throws ContractError */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  const beside: string[] = [];
  let at = '';
  try {
    for (const [path, text] of files) {
      at = path;
      mkdirSync(dirname(path), { recursive: true });
      beside.push(`${path}.new`);
      writeFileSync(`${path}.new`, text);
    }
    for (const path of files.keys()) {
      at = path;
      renameSync(`${path}.new`, path);
    }
  } catch (error) {
    throw new ContractError(at, `cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    for (const path of beside) removeQuietly(path);
  }
}

/** It may have gone to its place, or was never made. */
function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // what was wrong with it is told already
  }
}
