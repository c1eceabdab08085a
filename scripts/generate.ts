import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFiles } from './contract/generate/files';
import { generate } from './contract/generate/generate';
import { runScript } from './run';
import { readDocumentFile } from './contract/read/text';

const root = join(__dirname, '..');

const OPTIONS = {
  check: { type: 'boolean', default: false },
  document: { type: 'string', default: join(root, 'openapi.json') },
  out: { type: 'string', default: join(root, 'generated') },
} as const;

/** `npm run generate [-- --check]`: writes generated/ from openapi.json, or says which files differ from it. */
async function main(args: string[]): Promise<number> {
  const { check, document: path, out } = parseArgs({ args, options: OPTIONS }).values;
  const document = readDocumentFile(path, (pointer, message) => console.warn(`note: ${pointer}: ${message}`));
  const files = await generate(document);
  if (!check) {
    writeFiles(new Map([...files].map(([name, text]) => [join(out, name), text])));
    return 0;
  }
  const differing = [...files].filter(([name, text]) => readIfThere(join(out, name)) !== text).map(([name]) => name);
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

void runScript(main, 'openapi.json cannot be used: ');
