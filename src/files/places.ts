import { AppError } from '../errors';

/** The places of uploads: how many run at once, and whose. */
export interface Places {
  /**
   * A place for an upload of `tenant`; at once where one is free. Where none is, a tenant that has less than its share
   * takes that of the slowest upload of the tenant with the most, which is told by `onEvicted`; anybody else waits.
   *
   * @throws AppError `busy` when none becomes free in time, or the reason of `signal`.
   */
  take(tenant: string, onEvicted: (reason: AppError) => void, signal: AbortSignal): Place | Promise<Place>;
  /** @throws AppError `busy` when as many wait as run: one more would wait in vain. */
  checkCapacity(): void;
}

export interface Place {
  /** Tells how many bytes have come. */
  moved(bytes: number): void;
  /** May be called more than once. */
  release(): void;
}

interface Holder extends Place {
  tenant: string;
  bytes: number;
  startedAt: number;
  onEvicted: (reason: AppError) => void;
}

interface Waiter {
  tenant: string;
  begin: () => void;
}

export function createPlaces({ max, waitSeconds }: { max: number; waitSeconds: number }): Places {
  const holders = new Set<Holder>();
  const waiters = new Set<Waiter>();
  return { take, checkCapacity };

  function take(tenant: string, onEvicted: Holder['onEvicted'], signal: AbortSignal): Place | Promise<Place> {
    if (holders.size >= max && !evictFor(tenant)) return wait(tenant, onEvicted, signal);
    return hold(tenant, onEvicted);
  }

  function hold(tenant: string, onEvicted: Holder['onEvicted']): Place {
    const holder: Holder = {
      tenant,
      bytes: 0,
      startedAt: performance.now(),
      onEvicted,
      moved(bytes) {
        holder.bytes += bytes;
      },
      release() {
        if (holders.delete(holder)) admitNext();
      },
    };
    holders.add(holder);
    return holder;
  }

  function wait(tenant: string, onEvicted: Holder['onEvicted'], signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        waiters.delete(waiter);
        settle();
      };
      const waiter: Waiter = { tenant, begin: () => end(() => resolve(hold(tenant, onEvicted))) };
      const onAbort = () => end(() => reject(signal.reason as Error));
      const timer = setTimeout(() => end(() => reject(busy())), waitSeconds * 1000);
      signal.addEventListener('abort', onAbort);
      waiters.add(waiter);
    });
  }

  /** The tenant with the fewest uploads is next; among its own, who came first. */
  function admitNext(): void {
    if (holders.size >= max) return;
    const counts = countByTenant();
    let next: Waiter | undefined;
    for (const waiter of waiters) {
      if (!next || (counts.get(waiter.tenant) ?? 0) < (counts.get(next.tenant) ?? 0)) next = waiter;
    }
    next?.begin();
  }

  function evictFor(tenant: string): boolean {
    const counts = countByTenant();
    const own = counts.get(tenant) ?? 0;
    const [richest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    const share = Math.max(1, Math.floor(max / (counts.size + (own === 0 ? 1 : 0))));
    if (richest === tenant || own >= share || most <= share) return false;
    const now = performance.now();
    let slowest: { holder: Holder; rate: number } | undefined;
    for (const holder of holders) {
      if (holder.tenant !== richest) continue;
      const rate = holder.bytes / (now - holder.startedAt + 1);
      if (!slowest || rate < slowest.rate) slowest = { holder, rate };
    }
    if (!slowest) return false;
    holders.delete(slowest.holder);
    slowest.holder.onEvicted(
      new AppError('timeout', 'The upload was ended: it was the slowest of many, and others wait for their share.'),
    );
    return true;
  }

  function countByTenant(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { tenant } of holders) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    return counts;
  }

  function checkCapacity(): void {
    if (holders.size >= max && waiters.size >= Math.max(max, MIN_WAITERS)) throw busy();
  }
}

/** What waits has one batch of its file in memory. */
const MIN_WAITERS = 500;

function busy(): AppError {
  return new AppError('busy', 'Too many uploads are running. Try again in a moment.');
}
