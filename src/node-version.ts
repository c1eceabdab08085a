import { engines } from '../package.json';

/**
 * Imported before everything else by the program: an older Node loads the rest, seems ready, and fails at each upload.
 * Its own `engines` are checked by npm alone, which only warns.
 */
const wanted = engines.node.replace('>=', '');
if (isOlder(process.versions.node, wanted)) {
  process.stderr.write(`Sluice needs Node ${wanted} or newer, and this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

function isOlder(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
