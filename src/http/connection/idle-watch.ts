/** A transfer that moves less than this within the idle time counts as stuck. */
const MIN_PROGRESS_BYTES = 1024;

export interface Transfer {
  /** Bytes moved so far; any number that rises with them will do. */
  bytesMoved(): number;
  /** False while our own side makes the client wait: that time does not count. */
  isExpectingBytes(): boolean;
  onIdle(): void;
}

export interface IdleWatch {
  /** Watches a transfer until the returned function is called. */
  watch(transfer: Transfer): () => void;
  close(): void;
}

/**
 * The idle rule that stands in for Node's `requestTimeout`, which would cut every long upload: a client must move
 * 1 KiB within `idleSeconds` while it is waited for. One timer looks at all transfers: a timer each would be
 * set back with every chunk.
 */
export function createIdleWatch(idleSeconds: number): IdleWatch {
  const idleMs = idleSeconds * 1000;
  const watched = new Map<Transfer, { since: number; moved: number }>();
  const timer = setInterval(checkAll, Math.min(1000, idleMs / 4));
  timer.unref();

  return {
    watch(transfer) {
      watched.set(transfer, { since: performance.now(), moved: transfer.bytesMoved() });
      return () => void watched.delete(transfer);
    },
    close: () => clearInterval(timer),
  };

  function checkAll(): void {
    const now = performance.now();
    for (const [transfer, mark] of watched) {
      const moved = transfer.bytesMoved();
      if (!transfer.isExpectingBytes() || moved - mark.moved >= MIN_PROGRESS_BYTES) {
        mark.since = now;
        mark.moved = moved;
      } else if (now - mark.since >= idleMs) {
        watched.delete(transfer);
        transfer.onIdle();
      }
    }
  }
}
