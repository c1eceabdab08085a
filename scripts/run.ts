import { ContractError } from './contract/read/document';
import { messageOf } from './contract/read/text';

/** Runs a script to its exit code. What it throws is a sentence, and no stack, unless `DEBUG` asks for one. */
export async function runScript(main: (args: string[]) => Promise<number>, refusal: string): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const text = error instanceof ContractError ? `${refusal}${error.message}` : messageOf(error);
    console.error(process.env['DEBUG'] ? error : text);
    process.exitCode = 1;
  }
}
