/** Work that is done again and again while the server runs. */
interface BackgroundJobs {
  /** No new runs. Resolves when those under way have ended. */
  stop(): Promise<void>;
}

interface BackgroundJob {
  everySeconds: number;
  /** The first run begins at once. */
  atStart?: boolean;
  /** What the log says when a run fails; the next one is tried all the same. */
  failure: string;
  /** @param signal aborted when the jobs are stopped: a long run ends early. */
  run(signal: AbortSignal): Promise<void>;
}

/** A run of a job begins after the one before has ended. */
export function startBackgroundJobs(
  jobs: readonly BackgroundJob[],
  onFailure: (message: string, error: unknown) => void,
): BackgroundJobs {
  const stopping = new AbortController();
  const stops = jobs.map(repeat);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(stops.map((stop) => stop()));
    },
  };

  function repeat({ everySeconds, atStart, failure, run }: BackgroundJob): () => Promise<void> {
    let running: Promise<void> | undefined;
    const begin = () => {
      running ??= run(stopping.signal)
        .catch((error: unknown) => onFailure(failure, error))
        .finally(() => {
          running = undefined;
        });
    };
    const timer = setInterval(begin, everySeconds * 1000);
    if (atStart) begin();
    return async () => {
      clearInterval(timer);
      await running;
    };
  }
}
