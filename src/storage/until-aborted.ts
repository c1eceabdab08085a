import type { BlobSource } from './blob-store';

/**
 * The batches of `source`, one at a time. When `signal` fires, its reason is thrown at once, even while the source is
 * silent. Errors of the source pass unchanged.
 */
export async function* batchesOf(source: BlobSource, signal: AbortSignal): AsyncGenerator<readonly Buffer[]> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let interrupt: (() => void) | undefined;
  const onAbort = () => interrupt?.();
  // one listener for all batches: adding and removing one costs as much as a small write
  signal.addEventListener('abort', onAbort);
  let hasEnded = false;
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<readonly Buffer[]>>((resolve, reject) => {
        interrupt = () => reject(signal.reason);
        iterator.next().then(resolve, reject);
      });
      signal.throwIfAborted();
      if (next.done === true) {
        hasEnded = true;
        return;
      }
      yield next.value;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // not awaited: while a generator hangs in `next`, its `return` does not settle
    if (!hasEnded) iterator.return?.()?.then(undefined, () => undefined);
  }
}
