import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { answerScrapes } from './observability/cluster-metrics';
import type { Logger } from './observability/logger';
import type { StartUp } from './server';

/** The wait between two attempts to replace a worker. */
const RETRY_MS = 1000;

/** A worker that never listened. */
export class WorkerFailed extends Error {
  constructor(
    message: string,
    /** It was killed, or the system could not start it: memory or processes are short, and the next one may start. */
    readonly mayPass: boolean,
  ) {
    super(message);
  }
}

/**
 * Workers share the port, and one that dies is replaced. A replacement that cannot start is tried again while others serve
 * or start, or when the failure may pass; otherwise `onLost` is called. When the supervisor dies, Node ends its workers.
 */
export function createSupervisor(logger: Logger, onLost: () => void) {
  // Each worker accepts its own connections: round-robin would leave one open for ever whose worker dies before it gets it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  answerScrapes();
  const serving = new Set<Worker>();
  let starting = 0;
  let isStopping = false;
  return { start, stop, rereadKeys };

  /** @throws WorkerFailed when one cannot start; it has printed the reason, unless the failure may pass. */
  async function start(count: number): Promise<{ startUp: StartUp; pids: (number | undefined)[] }> {
    // the first one alone: one process migrates, and a taken port or an absent database is reported once
    const startUp = await fork();
    await Promise.all(Array.from({ length: count - 1 }, () => fork().catch(againIfItMayPass)));
    return { startUp, pids: pids() };
  }

  async function againIfItMayPass(error: unknown): Promise<void> {
    if (!(error instanceof WorkerFailed) || !error.mayPass) throw error;
    await tryAgain(error);
  }

  function fork(): Promise<StartUp> {
    const worker = cluster.fork();
    starting += 1;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: Partial<StartUp>) => {
        // other messages are of its metrics
        if (message.url === undefined) return;
        starting -= 1;
        serving.add(worker);
        resolve(message as StartUp);
      });
      worker.once('exit', (code, signal) => {
        if (!serving.delete(worker)) {
          starting -= 1;
          reject(new WorkerFailed(`a worker ended with ${signal ?? code} before it listened`, signal !== null));
        } else if (!isStopping) {
          logger.error({ worker: worker.process.pid, code, signal }, 'a worker died and is replaced');
          void replace();
        }
      });
      // without a listener the error would end the supervisor, and with it all workers
      worker.on('error', (error) => {
        if (worker.process.pid === undefined) {
          // `exit` does not follow
          starting -= 1;
          reject(new WorkerFailed(`the system could not start a worker: ${error.message}`, true));
        } else {
          logger.warn({ worker: worker.process.pid, err: error }, 'a message did not reach a worker');
        }
      });
    });
  }

  async function replace(): Promise<void> {
    if (isStopping) return;
    try {
      await fork();
      logger.info({ workers: pids() }, 'the worker is replaced');
    } catch (error) {
      await tryAgain(error as WorkerFailed);
    }
  }

  async function tryAgain(error: WorkerFailed): Promise<void> {
    if (isStopping) return;
    logger.error({ err: error }, 'a worker could not be replaced');
    if (serving.size + starting === 0 && !error.mayPass) return onLost();
    await new Promise((done) => setTimeout(done, RETRY_MS));
    return replace();
  }

  function pids(): (number | undefined)[] {
    return [...serving].map((worker) => worker.process.pid);
  }

  /** Passes SIGHUP on. */
  function rereadKeys(): void {
    // not to a worker that still starts: without a listener the signal would end it, and it reads the file anyway
    for (const worker of serving) worker.process.kill('SIGHUP');
  }

  /** Asks all workers to stop gracefully, and resolves when the last has ended. */
  async function stop(): Promise<void> {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
  }
}

/** Tells the supervisor that this worker listens. */
export function reportToSupervisor(startUp: StartUp): void {
  cluster.worker?.send(startUp);
}
