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
    'Usage: sluice [serve]     start the server',
    '       sluice verify      read every file back, compare it with its checksum, and look for orphaned bytes;',
    '                          --json for machines; exit code 1 when something is wrong, 2 when it cannot be told',
    '                          --repair frees orphaned bytes that are older than a day',
    '       sluice backup FOLDER   copy the catalog (SQLite) and the files into a new folder while servers run',
    '       sluice adopt       after a restore, or when the storage was moved: make this catalog the owner of the storage;',
    '                          a server of another catalog stops writing within a minute',
    '       sluice conformance hold any server of this API to the contract, over HTTP; --help says how',
    '       sluice --help      this text',
    '       sluice --version   the version',
    '',
    'It is configured by environment variables:',
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
