import type { Readable } from 'node:stream';

/** Bytes gathered before they are handed on: one `writev` of this size costs a third of sixteen of 64 KiB. */
export const BATCH_BYTES = 1024 * 1024;
/** Where many files come at once, their batches are smaller, so that all together gather no more than this. */
export const ALL_BATCHES_BYTES = 128 * 1024 * 1024;
const LEAST_BATCH_BYTES = 64 * 1024;
let openStreams = 0;

/** Below this a slice is copied into its neighbour: ten thousand slices of ten bytes would cost more than their bytes. */
const TINY_BYTES = 512;

/** A stream as batches of the very slices it gave, gathered while the consumer is busy with the batch before. */
export interface Batches extends AsyncIterable<readonly Buffer[]> {
  /** Shows each slice when it comes, while it is in the processor's cache: hashing it a batch later costs half as much again. */
  onSlice(listener: (slice: Buffer) => void): void;
  /** Resolves when the first byte is there or the stream has ended; rejects when it fails before. */
  readonly started: Promise<void>;
  /** Resolves once it is known whether all of the stream is at most `maxBytes` long; rejects when it fails before. */
  endsWithin(maxBytes: number): Promise<boolean>;
  /** True while no more bytes are taken because the consumer has not asked for the full batch that waits. */
  isFull(): boolean;
  /** Ends the iteration with `error`, now; what was not asked for is dropped. Ignored once the last batch was delivered. */
  fail(error: Error): void;
}

/** Reads `stream` at once, and holds at most one batch that nobody has asked for, plus what the stream pushes at a time. */
export function gatherBatches(stream: Readable): Batches {
  openStreams += 1;
  let isCounted = true;
  let slices: Buffer[] = [];
  let gathered = 0;
  let hasEnded = false;
  let failure: Error | undefined;
  let isPaused = false;
  let wake: (() => void) | undefined;
  let sizeQuestion: { maxBytes: number; answer: () => void } | undefined;
  let listener: ((slice: Buffer) => void) | undefined;
  let start: { resolve: () => void; reject: (error: Error) => void };
  const started = new Promise<void>((resolve, reject) => {
    start = { resolve, reject };
  });
  started.catch(() => undefined);

  stream.on('data', (slice: Buffer) => {
    if (failure) return;
    if (gathered === 0) start.resolve();
    append(slice);
    listener?.(slice);
    if (sizeQuestion && gathered > sizeQuestion.maxBytes) sizeQuestion.answer();
    if (gathered < wantedBytes()) return;
    if (wake) wake();
    else {
      isPaused = true;
      stream.pause();
    }
  });
  stream.on('end', () => {
    hasEnded = true;
    discount();
    start.resolve();
    sizeQuestion?.answer();
    wake?.();
  });
  // busboy reports a body that was cut on the file stream too; the reason known here came first
  stream.on('error', fail);
  stream.on('close', () => {
    if (!hasEnded) fail(new Error('the stream was closed before its end'));
  });

  return {
    onSlice,
    started,
    endsWithin,
    isFull: () => isPaused,
    fail,
    [Symbol.asyncIterator]: () => ({ next, return: stop }),
  };

  function resume(): void {
    if (!isPaused) return;
    isPaused = false;
    stream.resume();
  }

  function discount(): void {
    if (isCounted) openStreams -= 1;
    isCounted = false;
  }

  function wantedBytes(): number {
    const share = Math.max(LEAST_BATCH_BYTES, Math.min(BATCH_BYTES, Math.floor(ALL_BATCHES_BYTES / openStreams)));
    // the answer may take one byte more
    return sizeQuestion ? Math.max(share, sizeQuestion.maxBytes + 1) : share;
  }

  function onSlice(tell: (slice: Buffer) => void): void {
    listener = tell;
    for (const slice of slices) tell(slice);
  }

  async function endsWithin(maxBytes: number): Promise<boolean> {
    if (!hasEnded && !failure && gathered <= maxBytes) {
      await new Promise<void>((answer) => {
        sizeQuestion = { maxBytes, answer };
        resume();
      });
      sizeQuestion = undefined;
    }
    if (failure) throw failure;
    return hasEnded && gathered <= maxBytes;
  }

  function append(slice: Buffer): void {
    const last = slices.at(-1);
    if (slice.length < TINY_BYTES && last !== undefined && last.length < TINY_BYTES) {
      slices[slices.length - 1] = Buffer.concat([last, slice]);
    } else {
      slices.push(slice);
    }
    gathered += slice.length;
  }

  async function next(): Promise<IteratorResult<readonly Buffer[], undefined>> {
    if (gathered < wantedBytes() && !isPaused && !hasEnded && !failure) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
    if (failure) throw failure;
    if (gathered === 0) return { done: true, value: undefined };
    const batch = slices;
    slices = [];
    gathered = 0;
    resume();
    return { done: false, value: batch };
  }

  async function stop(): Promise<IteratorResult<readonly Buffer[], undefined>> {
    slices = [];
    gathered = 0;
    return { done: true, value: undefined };
  }

  function fail(error: Error): void {
    if (failure || (hasEnded && gathered === 0)) return;
    failure = error;
    discount();
    slices = [];
    gathered = 0;
    start.reject(error);
    sizeQuestion?.answer();
    wake?.();
  }
}
