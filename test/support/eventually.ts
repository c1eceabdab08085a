import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until `check` neither throws nor gives false, then gives what it gave; after the deadline it throws the last error. */
export async function eventually<Result>(check: () => Promise<Result> | Result, deadlineSeconds = 20): Promise<Result> {
  const deadline = performance.now() + 1000 * deadlineSeconds;
  for (;;) {
    let failure: unknown = new Error(`not true within ${deadlineSeconds} s: ${check.toString()}`);
    try {
      const result = await check();
      if (result !== false) return result;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await sleep(20);
  }
}
