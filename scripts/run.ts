import { ContractFaults } from './contract/generate/faults';
import { ContractError } from './contract/read/document';
import { messageOf, shownPath } from './contract/read/text';

/** Runs a command to its exit code. Prints the message of an error, and its stack only with `DEBUG`. */
export async function runScript(main: (args: string[]) => Promise<number>, failureCode = 1): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(process.env['DEBUG'] ? error : messageOf(error));
    process.exitCode = failureCode;
  }
}

/** Runs `work`, and names the document at `path` in its errors. */
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
