#!/usr/bin/env node
import './node-version'; // oxlint-disable-line import/no-unassigned-import -- it ends an old Node before the rest is loaded
import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import { version } from '../package.json';
import { helpText } from './commands/help';
import { fail, print } from './commands/output';
import { ConfigError, parseConfig } from './config/config';
import type { Config } from './config/config';
import { nearVariables } from './config/near-variables';
import { SETTINGS } from './config/settings';

// fsync blocks a libuv thread and the kernel merges concurrent fsyncs, so more threads mean more uploads. Must be set
// before the thread pool starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// The SDK warns that later versions of it need a newer Node; this version is pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

type Command = (config: Config, options: readonly string[], folder: string) => Promise<void>;

/** Each loads what it needs when it runs: all of it takes half a second, which no fault of the configuration should wait for. */
const COMMANDS = new Map<string, Command>([
  ['serve', async (config) => (await import('./commands/serve.js')).runServe(config)],
  ['verify', async (config, options) => (await import('./commands/verify.js')).runVerify(config, options)],
  ['adopt', async (config) => (await import('./commands/adopt.js')).runAdopt(config)],
  ['backup', async (config, _options, folder) => (await import('./commands/backup.js')).runBackup(config, folder)],
]);
const VERIFY_OPTIONS = ['--json', '--repair'];
const HELP = new Set(['--help', '-h', 'help']);
const names = Object.values(SETTINGS).map(({ name }) => name);

/** Reads arguments and environment, and calls the command. */
async function main(): Promise<void> {
  const [name = 'serve', ...rest] = process.argv.slice(2);
  const asksForHelp = HELP.has(name) || rest.some((option) => option === '--help' || option === '-h');
  if (asksForHelp && name !== 'conformance') return print(helpText(process.env));
  if (['--version', '-v', 'version'].includes(name)) return print(version);
  if (name === 'conformance') return (await import('./commands/conformance.js')).runConformance(rest);
  const command = COMMANDS.get(name);
  // taken first: a folder may have the name of an option
  const folder = name === 'backup' ? rest.shift() : '';
  const known = name === 'verify' ? VERIFY_OPTIONS : [];
  const unknown = command ? rest.find((option) => !known.includes(option)) : name;
  if (!command || unknown !== undefined) {
    return fail(
      [`Sluice has no command or option '${unknown}'.`, 'Run it with --help to see all commands and variables.'],
      2,
    );
  }
  if (folder === undefined) return fail(["'backup' needs a folder: 'sluice backup FOLDER'."], 2);
  if (cluster.isPrimary) {
    for (const sentence of nearVariables(process.env, names)) process.stderr.write(`${sentence}\n`);
  }
  const config = readConfig();
  if (config) await command(config, rest, folder);
}

function readConfig(): Config | undefined {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(
      [error.message, ...error.faults.map((fault) => `  ${fault}`), '', 'Run it with --help to see all variables.'],
      1,
    );
    return undefined;
  }
}

if (isMainThread) {
  main().catch((error: unknown) => {
    fail([error instanceof Error ? (error.stack ?? error.message) : String(error)], 1);
  });
}
