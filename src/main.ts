#!/usr/bin/env node
import './node-version'; // oxlint-disable-line import/no-unassigned-import -- it ends an old Node before the rest is loaded
import { spawnSync } from 'node:child_process';
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { version } from '../package.json';
import { ConfigError, SETTINGS, parseConfig } from './config';
import type { Config } from './config';
import { costsOf } from './costs';
import { reasonOf } from './errors';
import { createLogger } from './observability';
import type { Logger } from './observability';
import type { VerifyFault } from './files/verify';
import { backUp } from './backup';
import { nearVariables } from './near-variables';
import { adopt, startServer, verify } from './server';
import type { StartUp } from './server';
import { StartFailure } from './start-failure';
import { createSupervisor, reportToSupervisor } from './workers';

// fsync blocks a libuv thread and the kernel merges concurrent fsyncs, so more threads mean more uploads. Must be set
// before the thread pool starts.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// It speaks of versions of the SDK to come, and this one is pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Of each command. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  serve: [],
  verify: ['--json', '--repair'],
  adopt: [],
  backup: [],
};
const names = Object.values(SETTINGS).map(({ name }) => name);

/** Env, signals, exit: the only file that touches `process`. */
async function main(): Promise<void> {
  const [command = 'serve', ...rest] = process.argv.slice(2);
  if (['--help', '-h', 'help'].includes(command)) return print(help());
  if (command === 'conformance') return runConformance(rest);
  if (['--version', '-v', 'version'].includes(command)) return print(version);
  const options = OPTIONS[command];
  // a folder may have any name
  const folder = command === 'backup' ? rest.shift() : undefined;
  const unknown = options ? rest.find((option) => !options.includes(option)) : command;
  if (unknown !== undefined) return fail([`Sluice knows no '${unknown}'.`, 'All commands and variables: --help'], 2);
  if (command === 'backup' && folder === undefined) return fail(["'backup' needs a folder: 'backup FOLDER'."], 2);
  if (cluster.isPrimary) {
    for (const sentence of nearVariables(process.env, names)) process.stderr.write(`${sentence}\n`);
  }
  const config = readConfig();
  if (!config) return;
  if (command === 'verify')
    return runVerify(config, { isJson: rest.includes('--json'), isRepair: rest.includes('--repair') });
  if (folder !== undefined) return runBackup(config, folder);
  if (command === 'adopt') return runAdopt(config);
  const logger = createLogger(config.logLevel, { isTerminal: process.stdout.isTTY });
  if (config.workers > 1 && cluster.isPrimary) await supervise(config.workers, logger);
  else await serve(config, logger);
}

function readConfig(): Config | undefined {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail([error.message, ...error.faults.map((fault) => `  ${fault}`), '', 'All variables: --help'], 1);
    return undefined;
  }
}

async function serve(config: Config, logger: Logger): Promise<void> {
  let rereadKeys: (() => void) | undefined;
  // from the first moment on: unheard, it ends the process
  process.on('SIGHUP', () => rereadKeys?.());
  const server = await startServer(config, logger).catch((error: unknown) => {
    // what is no expected cause is a fault of ours, and needs its stack
    if (!(error instanceof StartFailure)) logger.fatal({ err: error }, 'fault');
    fail([`Sluice cannot start: ${reasonOf(error)}`], 1);
    process.exit();
  });
  ({ rereadKeys } = server);
  if (cluster.isWorker) reportToSupervisor(server.startUp);
  else announce(logger, server.startUp);
  onStopSignal(logger, () => server.close());
}

/** The program ends when no worker can start: something outside, such as systemd, knows whether to try again. */
async function supervise(count: number, logger: Logger): Promise<void> {
  const supervisor = createSupervisor(logger, () => {
    fail(['No worker is left, and none can start.'], 1);
    process.exit();
  });
  process.on('SIGHUP', supervisor.rereadKeys);
  onStopSignal(logger, () => supervisor.stop());
  await supervisor.start(count).then(
    ({ startUp, pids }) => announce(logger, startUp, pids),
    (error: Error) => {
      if (isStopping) return;
      // the worker has written why
      logger.debug(error.message);
      process.exit(1);
    },
  );
}

function announce(logger: Logger, startUp: StartUp, workers?: (number | undefined)[]): void {
  const { url, storage, database, access } = startUp;
  const words = [
    `Sluice listens on ${url}`,
    `storage ${storage}`,
    `database ${database}`,
    access,
    ...(workers ? [`${workers.length} workers`] : []),
  ];
  logger.info({ ...startUp, ...(workers && { workers }) }, words.join(', '));
}

/** For cron: exit code 0 when all is well, 1 when something is missing, damaged or orphaned, 2 when it cannot be told. */
async function runVerify(config: Config, { isJson, isRepair }: { isJson: boolean; isRepair: boolean }): Promise<void> {
  const absent = whatIsAbsent(config);
  if (absent.length > 0) return fail(['There is nothing to verify.', ...absent], 2);
  try {
    const report = await verify(config, { isRepair });
    const { files, bytes, faults, freed } = report;
    const summary = `${files} files, ${bytes} bytes, ${faults.length === 0 ? 'all well' : `${faults.length} faults`}`;
    if (isJson) print(JSON.stringify(report));
    else print([...freed.map((key) => `freed: blob ${key}`), ...faults.map(faultLine), summary].join('\n'));
    if (faults.length > 0) process.exitCode = 1;
  } catch (error) {
    fail([`It could not be verified: ${reasonOf(error)}`], 2);
  }
}

/** Opening would make them, and then every blob would be an orphan. */
function whatIsAbsent({ database, storage }: Config): string[] {
  return [
    database.kind === 'sqlite' && !existsSync(database.filename) && `  DATABASE_URL: there is no ${database.filename}`,
    storage.kind === 'file' && !existsSync(storage.root) && `  STORAGE_URL: there is no ${storage.root}`,
  ].filter((fault) => fault !== false);
}

/** Exit code 0 when all is copied, 1 when files had lost their bytes before, 2 when there is no backup. */
async function runBackup(config: Config, folder: string): Promise<void> {
  const absent = whatIsAbsent(config);
  if (absent.length > 0) return fail(['There is nothing to back up.', ...absent], 2);
  try {
    const { files, bytes, missing } = await backUp(config, folder);
    print(
      [...missing.map((id) => `missing: ${id} had no bytes`), `${files} files, ${bytes} bytes in ${folder}`].join('\n'),
    );
    if (missing.length > 0) process.exitCode = 1;
  } catch (error) {
    fail([`There is no backup: ${reasonOf(error)}`], 2);
  }
}

/** On purpose, after a restore or a move: exit code 0 when the catalog owns the storage now, 2 when that failed. */
async function runAdopt(config: Config): Promise<void> {
  try {
    const { fault } = await adopt(config);
    print(fault === undefined ? 'Catalog and storage belonged together already.' : `What was so: ${fault}`);
    print("The catalog owns the storage now; a server of another catalog stops writing within a minute. Run 'verify'.");
  } catch (error) {
    fail([`The storage could not be adopted: ${reasonOf(error)}`], 2);
  }
}

function faultLine(fault: VerifyFault): string {
  if (fault.kind === 'apart') return `apart: ${fault.detail}`;
  if (fault.kind === 'miscounted') return `miscounted: ${fault.tenant}: ${fault.detail}`;
  const file = fault.kind === 'orphaned' ? '' : ` ${fault.id} of ${fault.tenant},`;
  return `${fault.kind}:${file} blob ${fault.blobKey}: ${fault.detail}`;
}

/** One file that the package brings; the repository has `npm run conformance`. */
function runConformance(args: string[]): void {
  const program = join(__dirname, '../conformance.js');
  if (!existsSync(program)) return fail(['The conformance run is not packed here: npm run conformance'], 2);
  process.exitCode = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' }).status ?? 2;
}

let isStopping = false;

/**
 * The first signal stops in peace, the second at once. A worker heeds the first alone: it gets the supervisor's besides
 * the one that a terminal or systemd sends to all processes, and when the supervisor goes, it goes.
 */
function onStopSignal(logger: Logger, stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping && cluster.isWorker) return;
      if (isStopping) process.exit(1);
      isStopping = true;
      if (cluster.isPrimary) logger.info({ signal }, 'stopping');
      stop().then(
        () => {
          if (cluster.isPrimary) logger.info('stopped');
          process.exit(0);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
    });
  }
}

function help(): string {
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

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(lines: string[], exitCode: number): void {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

if (isMainThread) {
  main().catch((error: unknown) => {
    fail([error instanceof Error ? (error.stack ?? error.message) : String(error)], 1);
  });
}
