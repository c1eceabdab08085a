import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { takeAccepted } from './contract/compare/accepted';
import { LEVELS } from './contract/compare/changes';
import type { Level } from './contract/compare/changes';
import { compareContracts, worstOf } from './contract/compare/compare';
import { ContractError, isObject, openDocument } from './contract/read/document';
import type { JsonObject, OpenApiDocument } from './contract/read/document';
import { writeFiles } from './contract/generate/files';
import { ContractFaults } from './contract/generate/faults';
import { generate, generateSupported } from './contract/generate/generate';
import { inspect } from './contract/generate/inspect';
import type { Supported } from './contract/generate/generate';
import { suggestOverlay } from './contract/generate/suggest';
import { printLeftOut } from './contract/generate/unsupported';
import { readHandlerTable } from './contract/compare/handlers';
import { listOperations } from './contract/generate/operations';
import { applyOverlay } from './contract/read/overlay';
import type { OverlayOutcome } from './contract/read/overlay';
import { printReport } from './contract/compare/report';
import type { UpdateReport } from './contract/compare/report';
import { about, runScript } from './run';
import { readSource } from './contract/read/source';
import type { Source } from './contract/read/source';
import { isJson, messageOf, parseText, readDocumentFile, readText } from './contract/read/text';

const USAGE = `npm run update-spec -- [FILE_OR_URL] [--dry-run] [--json] [--fail-on LEVEL]
                       [--suggest-overlay] [--skip-unsupported] [--allow-remote]

Takes over a newer published document (contract/published.json when none is given): reports what changes for clients,
applies contract/overlay.yaml, writes contract/published.json, openapi.json and generated/, and lists what is to do.

  --dry-run        writes nothing
  --json           the report as JSON
  --fail-on LEVEL  breaking (the default), look, note or none: from which level on the exit code is 2

  --suggest-overlay   writes no more than contract/overlay.suggested.yaml: our overlay, and behind it all that the
                      document needs to be served
  --skip-unsupported  leaves out, by name, the operations that cannot be served or checked: they are answered 501
  --allow-remote      reads references to other servers, too

What breaks clients and is meant is accepted by its line of the report in contract/accepted-breaks.txt.

Exit code: 0 nothing breaks existing clients; 1 the document cannot be used, and nothing was written; 2 something breaks.`;

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'fail-on': { type: 'string', default: 'breaking' },
  'suggest-overlay': { type: 'boolean', default: false },
  'skip-unsupported': { type: 'boolean', default: false },
  'allow-remote': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  /** The project to update. */
  root: { type: 'string', default: join(__dirname, '..') },
} as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help || positionals.length > 1) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const { root } = values;
  const failing = failingLevels(values['fail-on']);
  refuseOurOwn(positionals[0], root);
  const path = positionals[0] ?? join(root, 'contract/published.json');
  const source = await about(path, '', () => readSource(path, values['allow-remote']));
  if (values['suggest-overlay']) return suggest(root, source);
  const report = await about(path, HINT, () => update(root, source, values['dry-run'], values['skip-unsupported']));
  console.log(values.json ? JSON.stringify(report, null, 2) : printReport(report).trimEnd());
  const worst = worstOf(report);
  return worst !== undefined && failing.includes(worst) ? 2 : 0;
}

/** @throws ContractError */
function failingLevels(name: string): Level[] {
  if (name === 'none') return [];
  const at = LEVELS.findIndex((level) => level === name);
  if (at < 0) throw new ContractError('--fail-on', `takes breaking, look, note or none, not ${JSON.stringify(name)}`);
  return LEVELS.slice(0, at + 1);
}

/** What this command writes is not what it reads. @throws ContractError */
function refuseOurOwn(path: string | undefined, root: string): void {
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
async function update(root: string, source: Source, isDryRun: boolean, skips: boolean): Promise<UpdateReport> {
  const { document: next, skipped } = await applyOurOverlay(root, source);
  const notes = new Set(
    skipped.map((action) => `contract/overlay.yaml, ${action}: the document has this by itself now`),
  );
  const whole = openDocument(next, (pointer, message) => notes.add(`${pointer}: ${message}`));
  const { files: generated, document: after, leftOut } = await (skips ? generateSupported : generateAll)(whole);
  for (const line of printLeftOut(leftOut)) notes.add(line);
  const before = await readCurrent(join(root, 'openapi.json'), skips);
  const { unused, ...comparison } = takeAccepted(compareContracts(before, after), readAccepted(root));
  for (const line of unused) notes.add(`${ACCEPTED}: this update has no such change: ${line}`);
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
    notes: [...notes],
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
async function suggest(root: string, source: Source): Promise<number> {
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

const OVERLAY = 'contract/overlay.yaml';
const SUGGESTED = 'contract/overlay.suggested.yaml';
const HINT = `Each list is of actions for ${OVERLAY}. \`--suggest-overlay\` writes them all into one; \`--skip-unsupported\` leaves
the operations out.`;

const ACCEPTED = 'contract/accepted-breaks.txt';

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
    throw new ContractError(path, `cannot be compared with it: ${messageOf(error)}`, { cause: error });
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

void runScript(main);
