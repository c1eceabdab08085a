/**
 * Group commit for a folder: all calls that arrive while a sync runs share the next one.
 *
 * fsync reports an error once, marks the pages clean, and succeeds the next time. So a failure also fails every change
 * that had begun before it.
 */
export function sharedSync(run: () => Promise<void>): { begin: () => () => Promise<void> } {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  let failures = 0;
  let lastFailure: unknown;

  return {
    /** Call it before the change. @returns a function to call after the change, which waits until it is on disk. */
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
