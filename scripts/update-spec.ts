import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEVELS } from './contract/compare/changes';
import type { Level } from './contract/compare/changes';
import { worstOf } from './contract/compare/compare';
import { printReport } from './contract/compare/report';
import { ContractError } from './contract/read/document';
import { readSource } from './contract/read/source';
import { OVERLAY, refuseOurOwn, suggest, update } from './contract/update';
import { answerHelp } from './help';
import { about, runScript } from './run';

const USAGE = `npm run update-spec -- [FILE_OR_URL] [--dry-run] [--json] [--fail-on LEVEL]
                       [--suggest-overlay] [--skip-unsupported] [--allow-remote]

Updates the contract to a newer published document, by default contract/published.json. It applies contract/overlay.yaml,
reports what changes for clients, writes contract/published.json, openapi.json and generated/, and lists what is left to do.

  --dry-run        writes nothing
  --json           the report as JSON
  --fail-on LEVEL  breaking (the default), look, note or none: the lowest level with exit code 2

  --suggest-overlay   only writes contract/overlay.suggested.yaml: our overlay, and all actions that the document needs
                      to be served
  --skip-unsupported  leaves out the operations that cannot be served or checked, and names them; they are answered 501
  --allow-remote      reads references to other servers, too

To accept an intended break, copy its line of the report into contract/accepted-breaks.txt.

Exit code: 0 nothing breaks existing clients; 1 the document cannot be used, and nothing was written; 2 something breaks.`;

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'fail-on': { type: 'string', default: 'breaking' },
  'suggest-overlay': { type: 'boolean', default: false },
  'skip-unsupported': { type: 'boolean', default: false },
  'allow-remote': { type: 'boolean', default: false },
  /** The project to update. */
  root: { type: 'string', default: join(__dirname, '..') },
} as const;

const HINT = `Each list is of actions for ${OVERLAY}. \`--suggest-overlay\` writes them all into one; \`--skip-unsupported\` leaves
the operations out.`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (positionals.length > 1) throw new Error(USAGE);
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

answerHelp(USAGE);
void runScript(main);
