import { parseConfig } from '../config/config';
import { SETTINGS } from '../config/settings';
import { costsOf } from './costs';

/** What `sluice --help` prints. */
export function helpText(): string {
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
    'What a client may make a process hold in memory, by the defaults:',
    '',
    ...costsOf(parseConfig({})).map((cost) => `  ${cost}`),
  ].join('\n');
}
