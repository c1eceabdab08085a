import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { once } from 'node:events';
import { answerScrapes } from './observability/cluster-metrics';
import type { Logger } from './observability/logger';
import type { StartUp } from './server';

/** The wait between two attempts to replace a worker. */
const RETRY_MS = 1000;

/**
 * Workers share the port, and one that dies is replaced. While others serve, a replacement that cannot start is tried
 * again; when no worker is left, `onLost` is called. When the supervisor dies, Node ends its workers.
 */
export function createSupervisor(logger: Logger, onLost: () => void) {
  // Each worker accepts its own connections: round-robin would leave one open for ever whose worker dies before it gets it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  answerScrapes();
  const serving = new Set<Worker>();
  let isStopping = false;
  return { start, stop, rereadKeys };

  /** @throws Error when a worker ends before it listens; it has logged the reason. */
  async function start(count: number): Promise<{ startUp: StartUp; pids: (number | undefined)[] }> {
    // the first one alone: one process migrates, and a taken port or an absent database is reported once
    const startUp = await fork();
    await Promise.all(Array.from({ length: count - 1 }, fork));
    return { startUp, pids: pids() };
  }

  function fork(): Promise<StartUp> {
    const worker = cluster.fork();
    return new Promise((resolve, reject) => {
      worker.on('message', (message: Partial<StartUp>) => {
        // other messages are of its metrics
        if (message.url === undefined) return;
        serving.add(worker);
        resolve(message as StartUp);
      });
      worker.once('exit', (code, signal) => {
        const hasServed = serving.delete(worker);
        reject(new Error(`a worker ended with ${signal ?? code} before it listened`));
        if (hasServed && !isStopping) {
          logger.error({ worker: worker.process.pid, code, signal }, 'a worker died and is replaced');
          void replace();
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
      if (isStopping) return;
      logger.error({ err: error }, 'a worker could not be replaced');
      if (serving.size === 0) return onLost();
      await new Promise((done) => setTimeout(done, RETRY_MS));
      return replace();
    }
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
