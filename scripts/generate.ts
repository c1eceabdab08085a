import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError, readDocumentFile } from './contract/document';
import { generate } from './contract/generate';

const root = join(__dirname, '..');

/** `npm run generate [-- --check]`: writes generated/ from openapi.json, or says which files differ from it. */
async function main(args: readonly string[]): Promise<number> {
  const document = readDocumentFile(join(root, 'openapi.json'), (pointer, message) =>
    console.warn(`note: ${pointer}: ${message}`),
  );
  const files = await generate(document);
  const folder = join(root, 'generated');
  if (!args.includes('--check')) {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    return 0;
  }
  const differing = [...files].filter(([name, text]) => readIfThere(join(folder, name)) !== text).map(([name]) => name);
  for (const name of differing) console.error(`generated/${name} differs from what openapi.json says`);
  if (differing.length > 0) console.error('Run `npm run generate` and commit what it writes.');
  return differing.length > 0 ? 1 : 0;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof ContractError ? `openapi.json cannot be used: ${error.message}` : error);
    process.exitCode = 1;
  }
}

void run();
