import { engines } from '../package.json';

/**
 * Imported before everything else by the program: an older Node loads the rest, seems ready, and fails at each upload.
 * Its own `engines` are checked by npm alone, which only warns.
 */
const wanted = engines.node.replace('>=', '');
if (process.versions.node.localeCompare(wanted, 'en', { numeric: true }) < 0) {
  process.stderr.write(`Sluice needs Node ${wanted} or newer, and this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
