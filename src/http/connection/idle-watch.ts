/** A transfer that moves less than this within the idle time counts as stuck. */
const MIN_PROGRESS_BYTES = 1024;

export interface Transfer {
  /** Any number that rises by one with each byte. */
  bytesMoved(): number;
  /** False while our own side makes the client wait: that time does not count. */
  isExpectingBytes(): boolean;
  /** Bytes a second that it must move on average after its first minute; absent for no such rule. */
  minRate?: number;
  onIdle(): void;
}

export type IdleWatch = ReturnType<typeof createIdleWatch>;

/**
 * The idle rule, in place of Node's `requestTimeout`, which would cut every long upload: a client must move 1 KiB within
 * `idleSeconds` while it is waited for. One timer checks all transfers: a timer each would be reset with every chunk.
 */
export function createIdleWatch(idleSeconds: number) {
  const idleMs = idleSeconds * 1000;
  /** No mark until the first check: most transfers have ended by then, and counting bytes may cost a system call. */
  const watched = new Map<Transfer, Mark | undefined>();
  let checkedAt = performance.now();
  const timer = setInterval(checkAll, Math.min(1000, idleMs / 4));
  timer.unref();

  return {
    /** Watches a transfer until the returned function is called. */
    watch(transfer: Transfer): () => void {
      watched.set(transfer, undefined);
      return () => void watched.delete(transfer);
    },
    close: () => clearInterval(timer),
  };

  function checkAll(): void {
    const now = performance.now();
    const passedMs = now - checkedAt;
    checkedAt = now;
    for (const [transfer, mark] of watched) {
      const moved = transfer.bytesMoved();
      if (!mark) {
        watched.set(transfer, { since: now, moved, movedAtStart: moved, expectedMs: 0 });
        continue;
      }
      const isExpected = transfer.isExpectingBytes();
      if (isExpected) mark.expectedMs += passedMs;
      if (isExpected && isTooSlow(transfer, mark, moved)) {
        watched.delete(transfer);
        transfer.onIdle();
      } else if (!isExpected || moved - mark.moved >= MIN_PROGRESS_BYTES) {
        mark.since = now;
        mark.moved = moved;
      } else if (now - mark.since >= idleMs) {
        watched.delete(transfer);
        transfer.onIdle();
      }
    }
  }
}

interface Mark {
  since: number;
  moved: number;
  movedAtStart: number;
  /** How long the client was waited for so far. */
  expectedMs: number;
}

const RATE_AFTER_MS = 60_000;

/** By the idle rule alone, one KiB in each idle time would hold a place for hours. */
function isTooSlow({ minRate = 0 }: Transfer, { expectedMs, movedAtStart }: Mark, moved: number): boolean {
  return expectedMs > RATE_AFTER_MS && (moved - movedAtStart) * 1000 < minRate * expectedMs;
}
