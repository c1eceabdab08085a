#!/usr/bin/env node
import './node-version'; // oxlint-disable-line import/no-unassigned-import -- it ends an old Node before the rest is loaded
import cluster from 'node:cluster';
import { isMainThread } from 'node:worker_threads';
import { version } from '../package.json';
import { runAdopt } from './commands/adopt';
import { runBackup } from './commands/backup';
import { runConformance } from './commands/conformance';
import { helpText } from './commands/help';
import { fail, print } from './commands/output';
import { runServe } from './commands/serve';
import { runVerify } from './commands/verify';
import { ConfigError, parseConfig } from './config/config';
import type { Config } from './config/config';
import { nearVariables } from './config/near-variables';
import { SETTINGS } from './config/settings';

// fsync blocks a libuv thread and the kernel merges concurrent fsyncs, so more threads mean more uploads. Must be set
// before the thread pool starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// The SDK warns that later versions of it need a newer Node; this version is pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

interface Command {
  options: readonly string[];
  run: (config: Config, options: readonly string[], folder: string) => Promise<void>;
}

const COMMANDS = new Map<string, Command>([
  ['serve', { options: [], run: runServe }],
  ['verify', { options: ['--json', '--repair'], run: runVerify }],
  ['adopt', { options: [], run: runAdopt }],
  ['backup', { options: [], run: (config, _options, folder) => runBackup(config, folder) }],
]);
const HELP = new Set(['--help', '-h', 'help']);
const names = Object.values(SETTINGS).map(({ name }) => name);

/** Reads arguments and environment, and calls the command. */
async function main(): Promise<void> {
  const [name = 'serve', ...rest] = process.argv.slice(2);
  const asksForHelp = HELP.has(name) || rest.some((option) => option === '--help' || option === '-h');
  if (asksForHelp && name !== 'conformance') return print(helpText(process.env));
  if (['--version', '-v', 'version'].includes(name)) return print(version);
  if (name === 'conformance') return runConformance(rest);
  const command = COMMANDS.get(name);
  // taken first: a folder may have the name of an option
  const folder = name === 'backup' ? rest.shift() : '';
  const unknown = command ? rest.find((option) => !command.options.includes(option)) : name;
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
  if (config) await command.run(config, rest, folder);
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
