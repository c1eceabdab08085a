import { ContractFaults } from './contract/generate/faults';
import { ContractError } from './contract/read/document';
import { messageOf, shownPath } from './contract/read/text';

/** Runs a script to its exit code. What it throws is a sentence, and no stack, unless `DEBUG` asks for one. */
export async function runScript(main: (args: string[]) => Promise<number>, refusal = ''): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const text = error instanceof ContractError ? `${refusal}${error.message}` : messageOf(error);
    console.error(process.env['DEBUG'] ? error : text);
    process.exitCode = 1;
  }
}

/** What `work` throws about the document at `path` says which document it is. */
export async function about<T>(path: string, hint: string, work: () => Promise<T>): Promise<T> {
  const name = shownPath(path);
  try {
    return await work();
  } catch (error) {
    if (error instanceof ContractFaults) {
      const count = error.faults.length === 1 ? 'one place' : `${error.faults.length} places`;
      throw new Error(`${name} cannot be used, because of ${count}:\n${error.message}\n${hint}`, { cause: error });
    }
    if (error instanceof ContractError) {
      const fault = [name, path].includes(error.pointer) ? error.fault : error.message;
      throw new Error(`${name} cannot be used: ${fault}`, { cause: error });
    }
    throw error;
  }
}
