import { parseConfig } from '../config/config';
import type { Config } from '../config/config';
import { SETTINGS } from '../config/settings';
import { costsOf } from './costs';

/** What `sluice --help` prints, for the environment that it is asked in. */
export function helpText(env: NodeJS.ProcessEnv): string {
  const settings = Object.values(SETTINGS).map(
    (s) => `  ${s.name}\n      ${s.sentence}\n      Default: ${s.default === '' ? 'none' : s.default}`,
  );
  return [
    'Sluice: an OpenAI-compatible file upload server.',
    '',
    'Usage: sluice [serve]          start the server',
    '       sluice verify           read every file, compare it with its checksum, and find bytes of no file',
    '                               --json    print the report as JSON',
    '                               --repair  delete such bytes when they are older than a day',
    '                               exit code: 0 all is well, 1 something is wrong, 2 the check could not be made',
    '       sluice backup FOLDER    copy the catalog (SQLite) and the files into a new folder, while servers run',
    '       sluice adopt            make this catalog the owner of the storage, after a restore or a move of the storage;',
    '                               a server on another catalog stops writing within a minute',
    '       sluice conformance      check over HTTP whether a server keeps the contract; it has its own --help',
    '       sluice --help           print this text',
    '       sluice --version        print the version',
    '',
    'Environment variables configure Sluice:',
    '',
    ...settings,
    '',
    ...costs(env),
  ].join('\n');
}

/** Help is for whoever has a fault in the environment, too. */
function costs(env: NodeJS.ProcessEnv): string[] {
  let settings = 'with these settings on this machine';
  let config: Config;
  try {
    config = parseConfig(env);
  } catch {
    settings = 'with the defaults, because the environment has a fault';
    config = parseConfig({});
  }
  const title = `The memory that clients can use in one process, ${settings}:`;
  return [title, '', ...costsOf(config).map((cost) => `  ${cost}`)];
}
