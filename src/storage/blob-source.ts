import type { BlobKey, BlobSource } from './blob-store';

/**
 * The batches of `source`, until it ends or `signal` fires: then the signal's reason is thrown at once, even
 * while the source is silent for good. One batch is pulled at a time. Errors of the source pass as they are.
 */
export async function* batchesOf(source: BlobSource, signal: AbortSignal): AsyncGenerator<readonly Buffer[]> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await pull(iterator, signal);
      if (next.done === true) {
        ended = true;
        signal.throwIfAborted();
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: a generator that hangs in `next` would never answer. What it says now is nobody's business.
    if (!ended) iterator.return?.()?.then(undefined, () => undefined);
  }
}

function pull(
  iterator: AsyncIterator<readonly Buffer[]>,
  signal: AbortSignal,
): Promise<IteratorResult<readonly Buffer[]>> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

const KEY = /^[0-9a-f]{32}$/;

export function isBlobKey(name: string): name is BlobKey {
  return KEY.test(name);
}

/** A key becomes a path and an object's name: whatever has another shape is refused before it is one. */
export function requireBlobKey(key: string): BlobKey {
  if (!isBlobKey(key)) throw new Error('A blob key is 32 lower-case hexadecimal digits');
  return key;
}
