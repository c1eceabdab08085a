import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { answerScrapes } from './observability/cluster-metrics';
import type { Logger } from './observability/logger';
import type { StartUp } from './server';

export interface Workers {
  /** What the first one said when it listened. */
  startUp: StartUp;
  pids: (number | undefined)[];
}

export interface Supervisor {
  /** @throws Error when a worker ends before it listens; it has logged the reason. */
  start(count: number): Promise<Workers>;
  /** Asks all workers to stop in peace and resolves when the last has ended. */
  stop(): Promise<void>;
  /** Passes SIGHUP on. */
  rereadKeys(): void;
}

/** So that a worker that cannot start costs one attempt a second. */
const RETRY_MS = 1000;

/**
 * Workers share the port, and one that dies is replaced. While others serve, a replacement that cannot start is tried
 * again; when none is left, `onLost` is told. Should the supervisor die, Node ends its workers.
 */
export function createSupervisor(logger: Logger, onLost: () => void): Supervisor {
  // Round-robin leaves a connection open for ever that was on its way to a worker when it died: each accepts its own.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  answerScrapes();
  const serving = new Set<Worker>();
  let isStopping = false;
  return { start, stop, rereadKeys };

  async function start(count: number): Promise<Workers> {
    // the first alone: of a taken port or an absent database one line tells, and one process migrates
    const startUp = await fork();
    await Promise.all(Array.from({ length: count - 1 }, fork));
    return { startUp, pids: pids() };
  }

  function fork(): Promise<StartUp> {
    const worker = cluster.fork();
    return new Promise((resolve, reject) => {
      worker.on('message', (message: Partial<StartUp>) => {
        // others are of its metrics
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

  function rereadKeys(): void {
    // not to one that still starts: it has no ear for it yet, and reads the file anyway
    for (const worker of serving) worker.process.kill('SIGHUP');
  }

  async function stop(): Promise<void> {
    isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve) => {
            worker.once('exit', () => resolve());
            worker.process.kill('SIGTERM');
          }),
      ),
    );
  }
}

/** Tells the supervisor that this worker listens. */
export function reportToSupervisor(startUp: StartUp): void {
  cluster.worker?.send(startUp);
}
