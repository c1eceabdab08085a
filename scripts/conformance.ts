import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withOwnServer } from './conformance/own-server';
import { printResult, printSummary } from './conformance/report';
import { CannotRun, runConformance } from './conformance/run';
import { readDocumentFile } from './contract/read/text';
import { answerHelp } from './help';
import { runScript } from './run';

const USAGE = `npm run conformance -- --url http://127.0.0.1:8080 [--key KEY] [--json]

Checks any server of this API against openapi.json, over HTTP only: every operation, every documented status that a
client can cause, the limits of every field, and the schema of every answer. It deletes its uploads, but not what other
operations create. Nobody else may write to the server during the run.

  --url URL        the address of the server
  --start          starts Sluice as in the README, in place of --url; with --key, the server needs this key, or the other one
  --key KEY        the API key, if the server needs one (or set CONFORMANCE_KEY, which no list of processes shows)
  --other-key KEY  a key of another tenant, who must see none of the files (or CONFORMANCE_OTHER_KEY)
  --json           the report as JSON
  --runs N         the number of random uploads and ranges (40)
  --seed N         repeats the random part of another run
  --only TEXT      runs only the checks whose line has this text, such as "POST /v1/files" or "a range"
  --contract FILE  a contract other than openapi.json

Exit code: 0 the server conforms; 1 it does not; 2 it could not be tried.`;

const OPTIONS = {
  url: { type: 'string' },
  start: { type: 'boolean', default: false },
  key: { type: 'string' },
  'other-key': { type: 'string' },
  json: { type: 'boolean', default: false },
  runs: { type: 'string' },
  seed: { type: 'string' },
  only: { type: 'string' },
  contract: { type: 'string', default: join(__dirname, '../openapi.json') },
} as const;

answerHelp(USAGE);
void runScript(async (args) => {
  const { values } = parseArgs({ args, options: OPTIONS });
  const key = values.key ?? process.env['CONFORMANCE_KEY'];
  const otherKey = values['other-key'] ?? process.env['CONFORMANCE_OTHER_KEY'];
  if (otherKey !== undefined && key === undefined) throw new CannotRun(`--other-key needs --key. ${USAGE}`);
  if (values.start === (values.url !== undefined)) throw new CannotRun(`Which server? ${USAGE}`);
  const conform = async (url: string) => {
    const report = await runConformance({
      url,
      key,
      otherKey,
      document: readDocumentFile(values.contract),
      only: values.only,
      ...wholeNumber('runs', values.runs),
      ...wholeNumber('seed', values.seed),
      ...(!values.json && { onResult: (result) => console.log(printResult(result)) }),
    });
    console.log(values.json ? JSON.stringify(report, null, 2) : printSummary(report));
    return report.conforms ? 0 : 1;
  };
  return values.url === undefined ? withOwnServer([key ?? [], otherKey ?? []].flat(), conform) : conform(values.url);
}, 2);

function wholeNumber(name: string, text: string | undefined): Record<string, number> {
  if (text === undefined) return {};
  if (!/^\d{1,9}$/.test(text)) throw new CannotRun(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
  return { [name]: Number(text) };
}
