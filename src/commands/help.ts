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
    '       sluice verify           read every file, compare it with its checksum, and look for bytes that belong to no file',
    '                               --json    print the report as JSON',
    '                               --repair  free such bytes when they are older than a day',
    '                               exit code: 0 all is well, 1 something is wrong, 2 the check could not be made',
    '       sluice backup FOLDER    copy the catalog (SQLite) and the files into a new folder, while servers run',
    '       sluice adopt            make this catalog the owner of the storage, after a restore or a move of the storage;',
    '                               a server with another catalog stops writing within a minute',
    '       sluice conformance      check over HTTP whether a server keeps the contract; more with --help',
    '       sluice --help           print this text',
    '       sluice --version        print the version',
    '',
    'Environment variables configure it:',
    '',
    ...settings,
    '',
    ...costs(env),
  ].join('\n');
}

/** Help is for whoever has a fault in the environment, too. */
function costs(env: NodeJS.ProcessEnv): string[] {
  const [config, settings] = readable(env) ?? [parseConfig({}), 'by the defaults, since the environment has a fault'];
  const title = `What clients may make a process hold in memory, ${settings}:`;
  return [title, '', ...costsOf(config).map((cost) => `  ${cost}`)];
}

function readable(env: NodeJS.ProcessEnv): [Config, string] | undefined {
  try {
    return [parseConfig(env), 'by the settings that this environment has, on this machine'];
  } catch {
    return undefined;
  }
}
