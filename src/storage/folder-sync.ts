/**
 * Group commit for a folder: whoever asks while a sync runs shares the next one.
 *
 * A sync that fails may have dropped changes of others and yet let the next one succeed (fsync reports an error
 * once, and the pages are clean then), so whoever had begun before a failure fails too.
 */
export function sharedSync(run: () => Promise<void>): { begin: () => () => Promise<void> } {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  let failures = 0;
  let lastFailure: unknown;

  return {
    /** Call it before the change; call what it returns after the change, to wait until the change is on disk. */
    begin() {
      const seen = failures;
      return async () => {
        await next();
        if (failures !== seen) throw lastFailure;
      };
    },
  };

  function start(): Promise<void> {
    waiting = undefined;
    running = run()
      .catch((error: unknown) => {
        failures += 1;
        lastFailure = error;
        throw error;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  function next(): Promise<void> {
    if (waiting !== undefined) return waiting;
    if (running === undefined) return start();
    waiting = running.then(start, start);
    return waiting;
  }
}
