import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ContractError } from './document';
import { messageOf } from './text';

/** Writes all of the files or none: each beside its place first, and to its place when all are there. @throws ContractError */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  const beside: string[] = [];
  let at = '';
  try {
    for (const [path, text] of files) {
      at = path;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, text);
      beside.push(`${path}.new`);
    }
    for (const path of files.keys()) {
      at = path;
      renameSync(`${path}.new`, path);
    }
  } catch (error) {
    throw new ContractError(at, `cannot be written: ${messageOf(error)}`, { cause: error });
  } finally {
    for (const path of beside) rmSync(path, { force: true });
  }
}
