import { randomUUID } from 'node:crypto';
import type { FileCatalog } from '../catalog/file-catalog';

/** Below so many uploads at once, or in a second, nothing is kept in stock: rows would be written that nobody needs. */
const MIN_RUNNING = 8;
const MIN_PER_SECOND = 32;
const STOCK_FOR_PACE = 16;
/** A crash leaves so many rows without bytes to the reaper. */
const MAX_STOCK = 128;

/**
 * Blob keys whose rows say `writing` already. While many uploads run, or quickly follow each other, rows are written
 * ahead, many in one commit, and no upload waits for its own: 16 clients with files of 10 KiB get half as many more
 * through, and a single one a fifth.
 */
interface KeyStock {
  /** A key that nobody else has, and whose row is in the catalog; undefined when there is none in stock. */
  take(runningUploads: number): string | undefined;
  /** What is in stock: this process renews the leases, and its reaper leaves the rows alone. */
  keys(): string[];
  /** Has `renewLeases` renew the leases of the stock. A stock that nobody has taken from since the last time is given up first. */
  renew(renewLeases: (stocked: readonly string[]) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export function newBlobKey(): string {
  return randomUUID().replaceAll('-', '');
}

export function createKeyStock(catalog: FileCatalog, { leaseSeconds }: { leaseSeconds: number }): KeyStock {
  /** Each key with the time at which its lease was begun or renewed. */
  const stock = new Map<string, number>();
  let refilling: Promise<void> | undefined;
  const pace = createPace();
  let isClosed = false;
  let isInUse = false;

  return { take, keys: () => [...stock.keys()], renew, close };

  function take(runningUploads: number): string | undefined {
    const wanted = wantedStock(runningUploads, pace.count());
    if (stock.size < wanted / 2 && !isClosed) {
      refilling ??= refill(wanted - stock.size).finally(() => {
        refilling = undefined;
      });
    }
    isInUse = true;
    for (const [key, leasedAt] of stock) {
      stock.delete(key);
      // the others are the reaper's: the catalog was away for long, or this process was stopped
      if (performance.now() - leasedAt < 500 * leaseSeconds) return key;
    }
    return undefined;
  }

  async function refill(count: number): Promise<void> {
    const now = performance.now();
    const begin = async (key: string) => {
      await catalog.begin(key);
      stock.set(key, now);
    };
    // a failure is no news: an upload without a key from here begins its own, and tells its client
    await Promise.allSettled(Array.from({ length: count }, async () => begin(newBlobKey())));
  }

  async function renew(renewLeases: (stocked: readonly string[]) => Promise<void>): Promise<void> {
    if (!isInUse) await giveUp();
    isInUse = false;
    const now = performance.now();
    const kept = [...stock.keys()];
    await renewLeases(kept);
    for (const key of kept) if (stock.has(key)) stock.set(key, now);
  }

  async function giveUp(): Promise<void> {
    const keys = [...stock.keys()];
    stock.clear();
    await Promise.all(keys.map((key) => catalog.forget(key)));
  }

  async function close(): Promise<void> {
    isClosed = true;
    await refilling;
    // where the catalog is away, the leases run out
    await giveUp().catch(() => undefined);
  }
}

function wantedStock(runningUploads: number, perSecond: number): number {
  const forRunning = runningUploads < MIN_RUNNING ? 0 : 2 * runningUploads;
  return Math.min(MAX_STOCK, Math.max(forRunning, perSecond < MIN_PER_SECOND ? 0 : STOCK_FOR_PACE));
}

/** How quickly uploads follow each other. */
function createPace(): { count(): number } {
  let second = 0;
  let inThis = 0;
  let inLast = 0;
  return {
    /** Counts one more. @returns how many there were in this second or in the last, whichever had more. */
    count() {
      const now = Math.floor(performance.now() / 1000);
      if (now !== second) {
        inLast = now === second + 1 ? inThis : 0;
        inThis = 0;
        second = now;
      }
      inThis += 1;
      return Math.max(inThis, inLast);
    },
  };
}
