import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFiles } from './contract/generate/files';
import { generate, generateSupported } from './contract/generate/generate';
import { printLeftOut } from './contract/generate/unsupported';
import { openDocument } from './contract/read/document';
import { createNotes } from './contract/read/notes';
import { applyOverlay } from './contract/read/overlay';
import { readSource } from './contract/read/source';
import { parseText, readText } from './contract/read/text';
import { answerHelp } from './help';
import { about, runScript } from './run';

const root = join(__dirname, '..');

const USAGE = `npm run generate -- [--check] [--document FILE_OR_URL] [--overlay FILE] [--out FOLDER]
                    [--skip-unsupported] [--allow-remote]

Writes types, validators and descriptors of a contract.

--check             write nothing; list the files that differ from the contract, and exit with 1
--document          the contract (openapi.json): OpenAPI 3.0 or 3.1, JSON or YAML, one file or several
--overlay           an OpenAPI Overlay to apply to the document first, in memory
--out               where the files go (generated)
--skip-unsupported  leave out the operations that cannot be served or checked, and name them; they are answered 501
--allow-remote      read references to other servers, too

When a format is not to be checked, name it in the list \`x-annotation-formats\` of the document.

Exit code: 0 written, or nothing differs; 1 the document cannot be used, or something differs.`;

const OPTIONS = {
  check: { type: 'boolean', default: false },
  document: { type: 'string', default: join(root, 'openapi.json') },
  overlay: { type: 'string' },
  out: { type: 'string', default: join(root, 'generated') },
  'skip-unsupported': { type: 'boolean', default: false },
  'allow-remote': { type: 'boolean', default: false },
} as const;

const HINT = `Each list is of actions for an overlay (--overlay). \`npm run update-spec -- FILE --suggest-overlay\` writes them all;
\`--skip-unsupported\` leaves the operations out.`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { check, document: path, overlay, out } = values;
  const files = await about(path, HINT, async () => {
    const source = await readSource(path, values['allow-remote']);
    const contract = overlay
      ? applyOverlay(source.root, parseText(readText(overlay), overlay), overlay).document
      : source.root;
    const notes = createNotes();
    const document = openDocument(contract, notes.warn);
    const { files: made, leftOut } = values['skip-unsupported']
      ? await generateSupported(document)
      : { files: await generate(document), leftOut: [] };
    for (const line of printLeftOut(leftOut)) console.warn(line);
    for (const line of notes.lines()) console.warn(`note: ${line}`);
    return made;
  });
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

answerHelp(USAGE);
void runScript(main);
