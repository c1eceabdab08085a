import { randomUUID } from 'node:crypto';
import type { FileCatalog } from '../catalog/file-catalog';

/** With fewer uploads at once, or in a second, no stock is kept: its rows would be written in vain. */
const MIN_RUNNING = 8;
const MIN_PER_SECOND = 32;
const STOCK_FOR_PACE = 16;
/** After a crash the reaper has to free so many rows without bytes. */
const MAX_STOCK = 128;

export function newBlobKey(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * Blob keys whose rows say `writing` already. While many uploads run, or quickly follow each other, rows are written in
 * advance, many in one commit, so that no upload waits for its own.
 */
export function createKeyStock(catalog: FileCatalog, { leaseSeconds }: { leaseSeconds: number }) {
  /** Each key with the time at which its lease was begun or renewed. */
  const stock = new Map<string, number>();
  let refilling: Promise<void> | undefined;
  const countInSecond = createPace();
  let isClosed = false;
  let isInUse = false;

  return { take, keys: () => [...stock.keys()], renew, close };

  /** @returns a key that nobody else has; undefined when there is none in stock. */
  function take(runningUploads: number): string | undefined {
    const wanted = wantedStock(runningUploads, countInSecond());
    if (stock.size < wanted / 2 && !isClosed) {
      refilling ??= refill(wanted - stock.size).finally(() => {
        refilling = undefined;
      });
    }
    isInUse = true;
    for (const [key, leasedAt] of stock) {
      stock.delete(key);
      // the catalog was away for long, or this process was stopped: the reaper frees the other rows
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
    // after a failure uploads begin keys of their own, and tell their clients what is wrong
    await Promise.allSettled(Array.from({ length: count }, async () => begin(newBlobKey())));
  }

  /** Has `renewLeases` renew the leases of the stock. One that was not used since the last time is given up first. */
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
    // if the catalog is away, the leases expire
    await giveUp().catch(() => undefined);
  }
}

function wantedStock(runningUploads: number, perSecond: number): number {
  const forRunning = runningUploads < MIN_RUNNING ? 0 : 2 * runningUploads;
  return Math.min(MAX_STOCK, Math.max(forRunning, perSecond < MIN_PER_SECOND ? 0 : STOCK_FOR_PACE));
}

/**
 * How quickly uploads follow each other.
 * @returns a function that counts one more, and returns how many there were in this second or in the last, whichever had more.
 */
function createPace(): () => number {
  let second = 0;
  let inThis = 0;
  let inLast = 0;
  return () => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      inLast = now === second + 1 ? inThis : 0;
      inThis = 0;
      second = now;
    }
    inThis += 1;
    return Math.max(inThis, inLast);
  };
}
