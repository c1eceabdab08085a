interface BackgroundJob {
  everySeconds: number;
  /** The first run begins at once. */
  atStart?: boolean;
  /** Logged when a run fails. The next one is made all the same. */
  failure: string;
  /** @param signal aborted when the jobs are stopped, so that a long run ends early. */
  run(signal: AbortSignal): Promise<void>;
}

/** Repeats jobs while the server runs. Two runs of one job never overlap. */
export function startBackgroundJobs(
  jobs: readonly BackgroundJob[],
  onFailure: (message: string, error: unknown) => void,
) {
  const stopping = new AbortController();
  const stops = jobs.map(repeat);
  return {
    /** Begins no new runs. Resolves when those under way have ended. */
    async stop(): Promise<void> {
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
