import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeAccepted } from './compare/accepted';
import { compareContracts, worstOf } from './compare/compare';
import { readHandlerTable } from './compare/handlers';
import type { UpdateReport } from './compare/report';
import { ContractFaults } from './generate/faults';
import { writeFiles } from './generate/files';
import { generate, generateSupported } from './generate/generate';
import type { Supported } from './generate/generate';
import { inspect } from './generate/inspect';
import { listOperations } from './generate/operations';
import { suggestOverlay } from './generate/suggest';
import { printLeftOut } from './generate/unsupported';
import { ContractError, isObject, openDocument } from './read/document';
import type { JsonObject, OpenApiDocument } from './read/document';
import { createNotes } from './read/notes';
import { applyOverlay } from './read/overlay';
import type { OverlayOutcome } from './read/overlay';
import type { Source } from './read/source';
import { isJson, messageOf, parseText, readDocumentFile, readText, shownPath } from './read/text';

/** Of the project that is updated. */
export const OVERLAY = 'contract/overlay.yaml';
const SUGGESTED = 'contract/overlay.suggested.yaml';
const ACCEPTED = 'contract/accepted-breaks.txt';

/** What this command writes is not what it reads. @throws ContractError */
export function refuseOurOwn(path: string | undefined, root: string): void {
  const own = ['openapi.json', 'contract/overlay.yaml'].find(
    (name) => path !== undefined && resolve(path) === join(root, name),
  );
  if (own === undefined) return;
  throw new ContractError(
    own,
    'is no published document. What you want to add belongs into contract/overlay.yaml: then run `npm run update-spec` ' +
      'without a file. A newer published document is taken over by its own file or URL. `npm run generate` makes ' +
      'generated/ of openapi.json as it is.',
  );
}

/** Everything is made before anything is written. @throws ContractError */
export async function update(root: string, source: Source, isDryRun: boolean, skips: boolean): Promise<UpdateReport> {
  const { document: next, skipped } = await applyOurOverlay(root, source);
  const notes = skipped.map((action) => `contract/overlay.yaml, ${action}: the document has this by itself now`);
  const said = createNotes();
  const whole = openDocument(next, said.warn);
  const { files: generated, document: after, leftOut } = await (skips ? generateSupported : generateAll)(whole);
  notes.push(...said.lines(), ...printLeftOut(leftOut));
  const before = await readCurrent(join(root, 'openapi.json'), skips);
  const { unused, ...comparison } = takeAccepted(compareContracts(before, after), readAccepted(root));
  notes.push(...unused.map((line) => `${ACCEPTED}: this update has no such change: ${line}`));
  const todo = todoOf(after, join(root, 'src/http/handlers.ts'));
  const text = `${JSON.stringify(next, null, 2)}\n`;
  const isSame = text === `${JSON.stringify(before.root, null, 2)}\n`;
  if (!isDryRun) {
    const files = new Map([...generated].map(([name, content]) => [join(root, 'generated', name), content]));
    files.set(join(root, 'contract/published.json'), publishedText(source)).set(join(root, 'openapi.json'), text);
    writeFiles(files);
  }
  return {
    fromVersion: versionOf(before.root),
    toVersion: versionOf(next),
    ...comparison,
    isBreaking: worstOf(comparison) === 'breaking',
    isSame,
    notes,
    todo,
    isWritten: !isDryRun,
  };
}

async function generateAll(document: OpenApiDocument): Promise<Supported> {
  return { files: await generate(document), document, leftOut: [] };
}

/** A project without an overlay adds nothing to what is published. @throws ContractFaults that have the document's, too. */
async function applyOurOverlay(root: string, source: Source): Promise<OverlayOutcome> {
  const path = join(root, OVERLAY);
  if (!existsSync(path)) return { document: source.root, skipped: [] };
  const unfit: ContractError[] = [];
  const outcome = applyOverlay(source.root, parseText(readText(path), path), OVERLAY, (error) => unfit.push(error));
  if (unfit.length === 0) return outcome;
  const { faults } = await inspect(openDocument(outcome.document));
  throw new ContractFaults(outcome.document, [...unfit, ...faults]);
}

/** Writes our overlay with what the document needs behind it. @throws ContractError */
export async function suggest(root: string, source: Source): Promise<number> {
  const path = join(root, OVERLAY);
  const { text, lines, isWhole } = await suggestOverlay(
    source.root,
    existsSync(path) ? readText(path) : undefined,
    OVERLAY,
  );
  for (const line of lines) console.log(line);
  if (text !== undefined) {
    writeFiles(new Map([[join(root, SUGGESTED), text]]));
    console.log(
      `${SUGGESTED} is written: read it, put it in the place of ${OVERLAY}, and update without --suggest-overlay.`,
    );
  }
  return isWhole ? 0 : 1;
}

/** Without the file nothing is accepted. */
function readAccepted(root: string): string {
  const path = join(root, ACCEPTED);
  return existsSync(path) ? readText(path) : '';
}

/** The contract that is to be updated: what is wrong with it is not wrong with the new document. */
async function readCurrent(path: string, skips: boolean): Promise<OpenApiDocument> {
  try {
    const document = readDocumentFile(path);
    if (skips) return (await generateSupported(document)).document;
    listOperations(document);
    return document;
  } catch (error) {
    const name = shownPath(path);
    const isAboutIt = error instanceof ContractError && [name, path].includes(error.pointer);
    const fault = isAboutIt ? error.fault : messageOf(error);
    throw new ContractError(name, `cannot be compared with it: ${fault}`, { cause: error });
  }
}

/** As it was published, byte for byte, where it is JSON. */
function publishedText({ text, root }: Source): string {
  return isJson(text) ? text : `${JSON.stringify(root, null, 2)}\n`;
}

function versionOf({ info }: JsonObject): string {
  return isObject(info) && typeof info['version'] === 'string' ? info['version'] : 'without version';
}

function todoOf(document: OpenApiDocument, handlersPath: string): UpdateReport['todo'] {
  const { handled, notImplemented } = readHandlerTable(handlersPath);
  const operationIds = listOperations(document).map(({ operationId }) => operationId);
  const known = new Set([...handled, ...notImplemented]);
  return {
    missing: operationIds.filter((id) => !known.has(id)),
    stale: [...known].filter((id) => !operationIds.includes(id)),
    notImplemented: notImplemented.filter((id) => operationIds.includes(id)),
  };
}
