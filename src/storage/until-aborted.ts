import type { BlobSource } from './blob-store';

/**
 * The batches of `source`, until it ends or `signal` fires: then the signal's reason is thrown at once, even
 * while the source is silent for good. One batch is pulled at a time. Errors of the source pass as they are.
 */
export async function* batchesOf(source: BlobSource, signal: AbortSignal): AsyncGenerator<readonly Buffer[]> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let interrupt: (() => void) | undefined;
  const onAbort = () => interrupt?.();
  // One listener for all pulls: adding and removing one costs as much as a small write.
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
    // Not awaited: a generator that hangs in `next` never answers `return`. Its errors no longer matter.
    if (!hasEnded) iterator.return?.()?.then(undefined, () => undefined);
  }
}
