import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../../../scripts/contract/generate/generate';
import { readDocumentFile } from '../../../scripts/contract/read/text';

/**
 * `write-generated.ts DOCUMENT FOLDER [DOCUMENT FOLDER ...]` generates one after the other in one process:
 * a process of its own, since jest cannot load what openapi-typescript is made of.
 */
async function main(args: readonly string[]): Promise<void> {
  for (let index = 0; index + 1 < args.length; index += 2) {
    const [document = '', folder = ''] = args.slice(index);
    const files = await generate(readDocumentFile(document));
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  }
}

void main(process.argv.slice(2));
