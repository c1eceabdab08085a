import cluster from 'node:cluster';
import type { Config } from '../config/config';
import { reasonOf } from '../errors';
import { createLogger } from '../observability/logger';
import type { Logger } from '../observability/logger';
import { startServer } from '../server';
import type { StartUp } from '../server';
import { StartFailure } from '../start-failure';
import { WorkerFailed, createSupervisor, reportToSupervisor } from '../workers';
import { fail } from './output';

/** Starts the server, in this process or in several, and ends when it is told to. */
export async function runServe(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel, { isTerminal: process.stdout.isTTY });
  if (config.workers > 1 && cluster.isPrimary) await supervise(config.workers, logger);
  else await serve(config, logger);
}

async function serve(config: Config, logger: Logger): Promise<void> {
  let rereadKeys: (() => void) | undefined;
  // from the start: without a listener the signal ends the process
  process.on('SIGHUP', () => rereadKeys?.());
  const server = await startServer(config, logger).catch((error: unknown) => {
    // any other error is a fault of ours, and needs its stack
    if (!(error instanceof StartFailure)) logger.fatal({ err: error }, 'fault');
    fail([`Sluice cannot start: ${reasonOf(error)}`], 1);
    process.exit();
  });
  ({ rereadKeys } = server);
  if (cluster.isWorker) reportToSupervisor(server.startUp);
  else announce(logger, server.startUp);
  onStopSignal(logger, () => server.close());
}

/** The program ends when no worker can start: systemd or the like decides whether to try again. */
async function supervise(count: number, logger: Logger): Promise<void> {
  const supervisor = createSupervisor(logger, () => {
    fail(['No worker is running, and none can start.'], 1);
    process.exit();
  });
  process.on('SIGHUP', supervisor.rereadKeys);
  onStopSignal(logger, () => supervisor.stop());
  await supervisor.start(count).then(
    ({ startUp, pids }) => announce(logger, startUp, pids),
    (error: unknown) => {
      if (isStopping) return;
      // any other worker has printed the reason
      if (error instanceof WorkerFailed && error.mayPass) {
        fail([`Sluice cannot start: ${error.message}. The machine may be short of memory or of processes.`], 1);
      }
      process.exit(1);
    },
  );
}

function announce(logger: Logger, startUp: StartUp, workers?: (number | undefined)[]): void {
  const { url, storage, database, access } = startUp;
  const sentence = `Sluice listens on ${url}, storage ${storage}, database ${database}, ${access}`;
  if (workers) logger.info({ ...startUp, workers }, `${sentence}, ${workers.length} workers`);
  else logger.info(startUp, sentence);
}

let isStopping = false;

/**
 * The first signal stops gracefully, the second at once. A worker ignores the second: it gets one from the supervisor and
 * one that a terminal or systemd sends to all processes. It ends when the supervisor ends.
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
          exit(0);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'the server could not stop cleanly');
          exit(1);
        },
      );
    });
  }

  function exit(code: number): void {
    logger.flush(() => process.exit(code));
  }
}
