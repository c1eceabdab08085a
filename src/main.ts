#!/usr/bin/env node
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { ConfigError, SETTINGS, parseConfig } from './config';
import type { Config } from './config';
import { createLogger } from './observability';
import type { Logger } from './observability';
import type { VerifyFault } from './files/verify';
import { startServer, verify } from './server';

/** Env, signals, exit: the only file that touches `process`. */
async function main(): Promise<void> {
  const [command = 'serve', ...rest] = process.argv.slice(2);
  if (['--help', '-h', 'help'].includes(command)) return print(help());
  const isVerify = command === 'verify' && rest.every((option) => option === '--json');
  if (!isVerify && (command !== 'serve' || rest.length > 0))
    return fail([`unknown command: ${[command, ...rest].join(' ')}`, '', help()], 2);
  const config = readConfig();
  if (!config) return;
  if (isVerify) return runVerify(config, { isJson: rest.length > 0 });
  const logger = createLogger(config.logLevel, { isTerminal: process.stdout.isTTY });
  if (config.workers > 1 && cluster.isPrimary) superviseWorkers(config.workers, logger);
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
  const server = await startServer(config, logger).catch((error: unknown) => {
    logger.fatal({ err: error }, `Sluice cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
  onStopSignal(logger, async () => {
    await server.close();
    logger.info('stopped');
    process.exit(0);
  });
}

/** For cron: exit code 0 when all is well, 1 when something is missing, damaged or orphaned, 2 when it cannot be told. */
async function runVerify(config: Config, { isJson }: { isJson: boolean }): Promise<void> {
  const { database, storage } = config;
  // opening would make them, and then every blob would be an orphan
  const absent = [
    database.kind === 'sqlite' && !existsSync(database.filename) && `DATABASE_URL: there is no ${database.filename}`,
    storage.kind === 'file' && !existsSync(storage.root) && `STORAGE_URL: there is no ${storage.root}`,
  ].filter((fault) => fault !== false);
  if (absent.length > 0) return fail(['There is nothing to verify.', ...absent.map((fault) => `  ${fault}`)], 2);
  try {
    const report = await verify(config);
    const { files, bytes, faults } = report;
    const summary = `${files} files, ${bytes} bytes, ${faults.length === 0 ? 'all well' : `${faults.length} faults`}`;
    if (isJson) print(JSON.stringify(report));
    else print([...faults.map(faultLine), summary].join('\n'));
    if (faults.length > 0) process.exitCode = 1;
  } catch (error) {
    fail([`It could not be verified: ${error instanceof Error ? error.message : String(error)}`], 2);
  }
}

function faultLine(fault: VerifyFault): string {
  const file = fault.kind === 'orphaned' ? '' : ` ${fault.id} of ${fault.tenant},`;
  return `${fault.kind}:${file} blob ${fault.blobKey}: ${fault.detail}`;
}

/** The first signal stops in peace, the second at once. */
function onStopSignal(logger: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      logger.info({ signal }, 'stopping');
      stop().catch((error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      });
    });
  }
}

/** Workers share the port; one that dies is replaced, at most once a second. */
function superviseWorkers(count: number, logger: Logger): void {
  let isStopping = false;
  for (let index = 0; index < count; index += 1) cluster.fork();
  cluster.on('exit', (worker, code, signal) => {
    if (isStopping) return;
    logger.error({ worker: worker.process.pid, code, signal }, 'a worker died and is replaced');
    setTimeout(() => !isStopping && cluster.fork(), 1000);
  });
  onStopSignal(logger, async () => {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {});
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve) => {
            worker?.once('exit', () => resolve());
            worker?.process.kill('SIGTERM');
          }),
      ),
    );
    logger.info('stopped');
    process.exit(0);
  });
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
    '       sluice --help      this text',
    '',
    'It is configured by environment variables:',
    '',
    ...settings,
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
