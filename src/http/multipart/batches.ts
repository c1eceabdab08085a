import type { Readable } from 'node:stream';

/** Bytes gathered before they are handed on: one large `writev` costs far less than many small ones. */
export const BATCH_BYTES = 1024 * 1024;
/** The most that all batches together hold: while many files come at once, each has smaller ones. */
export const ALL_BATCHES_BYTES = 128 * 1024 * 1024;
const LEAST_BATCH_BYTES = 64 * 1024;
let openStreams = 0;

/** A smaller slice is copied to its neighbour: a slice costs more memory than so few bytes. */
const TINY_BYTES = 512;

/** A stream in batches of its own slices, uncopied, each gathered while the consumer is busy with the one before. */
export interface Batches extends AsyncIterable<readonly Buffer[]> {
  /** Tells each slice as soon as it comes: hashing is cheaper while it is in the processor's cache. */
  onSlice(listener: (slice: Buffer) => void): void;
  /** Resolves when the first byte is there or the stream has ended; rejects when it fails before. */
  readonly started: Promise<void>;
  /** Whether the whole stream is at most `maxBytes` long, as soon as that is known; rejects when it fails before. */
  endsWithin(maxBytes: number): Promise<boolean>;
  /** True while the stream is paused because nobody has asked for the batch that is full. */
  isFull(): boolean;
  /** Ends the iteration with `error` at once and drops what it holds. Ignored once the last batch was delivered. */
  fail(error: Error): void;
}

/** Begins to read `stream` at once, and holds at most one batch that nobody has asked for. */
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
  // busboy reports a body that was cut here, too: the first cause wins
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
    // one byte more tells that it is longer
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
