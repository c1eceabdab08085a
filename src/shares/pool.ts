import { AppError } from '../errors';
import { createWaitQueue } from './wait-queue';

/**
 * A fixed number of units for all tenants together: places of uploads, or bytes of memory. A single tenant may have them
 * all. When none is left, a tenant that has less than its share gets units of the tenant with the most, and others wait.
 */
export interface Pool {
  /**
   * Units for `tenant`; at once where they are free.
   * @throws AppError `busy` when they do not become free in time, or the reason of the claim's ending.
   */
  take(tenant: string, claim?: Claim): Share | Promise<Share>;
  /** One unit, or undefined where none is free now. */
  tryTake(tenant: string): Share | undefined;
  /** @throws AppError `busy` when so many claims wait that another one would wait in vain. */
  checkCapacity(): void;
  /** Units that are held now. */
  held(): number;
}

export interface Claim {
  /** 1 unless it is given. */
  units?: number;
  /** Its signal ends the wait; only a claim that waits asks for it. */
  ending?: { readonly signal: AbortSignal } | undefined;
  /** Called when the units went to another tenant. Without it they are never taken away. */
  onEvicted?: (reason: AppError) => void;
  /** In place of the pool's. */
  waitSeconds?: number;
  /** The slowest claim of a tenant, in bytes a second, is evicted first. */
  bytesMoved?: () => number;
}

export interface Share {
  /** Takes more units, as `take` does, by the claim of this share. */
  grow(units: number): void | Promise<void>;
  /** Takes more units when half of the pool is still free afterwards. */
  growIfPlentiful(units: number): boolean;
  /** Gives all units back. May be called more than once. */
  release(): void;
}

export interface PoolOptions {
  max: number;
  /** The most that one tenant may have, whether others wait or not. */
  maxPerTenant?: number;
  /** Infinity: until the signal fires. */
  waitSeconds: number;
  /** The message of a claim that waited in vain, and of one that was evicted. */
  busy: string;
  evicted?: string;
}

/** Holds one unit while `work` runs. @throws what `take` or `work` throws. */
export async function inTurn<Result>(
  pool: Pool,
  tenant: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const turn = await pool.take(tenant, signal && { ending: { signal } });
  try {
    return await work();
  } finally {
    turn.release();
  }
}

/** At least so many claims may wait. */
const MIN_WAITERS = 500;

interface Holder extends Share {
  tenant: string;
  units: number;
  claim: Claim;
  startedAt: number;
  hasEnded: boolean;
}

interface Waiter {
  tenant: string;
  /** Rises with each claim that waits. */
  order: number;
  holder: Holder;
  units: number;
  begin: () => void;
  fail: (reason: AppError) => void;
}

export function createPool(options: PoolOptions): Pool {
  const { max, maxPerTenant = Infinity, evicted = '' } = options;
  const holders = new Set<Holder>();
  const waiters = createWaitQueue<Waiter>();
  let order = 0;
  const unitsOf = new Map<string, number>();
  let total = 0;
  return { take, tryTake, checkCapacity, held: () => total };

  function take(tenant: string, claim: Claim = {}): Share | Promise<Share> {
    const holder = createHolder(tenant, claim);
    return add(holder, claim.units ?? 1)?.then(() => holder) ?? holder;
  }

  function tryTake(tenant: string): Share | undefined {
    if (!fits(tenant, 1)) return undefined;
    const holder = createHolder(tenant, {});
    give(holder, 1);
    return holder;
  }

  function createHolder(tenant: string, claim: Claim): Holder {
    const holder: Holder = {
      tenant,
      units: 0,
      claim,
      startedAt: performance.now(),
      hasEnded: false,
      grow: (units) => add(holder, units),
      growIfPlentiful(units) {
        if (holder.hasEnded || 2 * (total + units) > max || !fits(tenant, units)) return false;
        give(holder, units);
        return true;
      },
      release() {
        if (remove(holder)) admitWaiters();
      },
    };
    return holder;
  }

  function add(holder: Holder, units: number): void | Promise<void> {
    if (holder.hasEnded) return;
    if (!fits(holder.tenant, units) && !evictFor(holder.tenant, units)) return wait(holder, units);
    give(holder, units);
  }

  function fits(tenant: string, units: number): boolean {
    return total + units <= max && (unitsOf.get(tenant) ?? 0) + units <= maxPerTenant;
  }

  function give(holder: Holder, units: number): void {
    holders.add(holder);
    if (units === 0) return;
    holder.units += units;
    total += units;
    unitsOf.set(holder.tenant, (unitsOf.get(holder.tenant) ?? 0) + units);
  }

  /** @returns whether it held something. */
  function remove(holder: Holder): boolean {
    holder.hasEnded = true;
    if (!holders.delete(holder)) return false;
    total -= holder.units;
    const left = (unitsOf.get(holder.tenant) ?? 0) - holder.units;
    if (left > 0) unitsOf.set(holder.tenant, left);
    else unitsOf.delete(holder.tenant);
    return true;
  }

  function wait(holder: Holder, units: number): Promise<void> {
    const signal = holder.claim.ending?.signal;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        waiters.remove(waiter);
        settle();
      };
      const waiter: Waiter = {
        tenant: holder.tenant,
        order: (order += 1),
        holder,
        units,
        begin() {
          // the share may have been released or evicted while it waited for more
          if (!holder.hasEnded) give(holder, units);
          end(resolve);
        },
        fail: (reason) => end(() => reject(reason)),
      };
      const onAbort = () => end(() => reject(signal?.reason as Error));
      const { waitSeconds = options.waitSeconds } = holder.claim;
      const inVain = () => end(() => reject(busy()));
      const timer = waitSeconds < Infinity ? setTimeout(inVain, waitSeconds * 1000) : undefined;
      signal?.addEventListener('abort', onAbort);
      waiters.add(waiter);
    });
  }

  /** The tenant with the fewest units is next; among its claims, and those of tenants with as many, the first. */
  function admitWaiters(): void {
    for (;;) {
      const next = waiters
        .tenants()
        .map(firstThatFits)
        .reduce((a, b) => (b && (!a || isBefore(b, a)) ? b : a), undefined);
      if (!next) return;
      next.begin();
    }
  }

  function firstThatFits(tenant: string): Waiter | undefined {
    if (!fits(tenant, 1)) return undefined;
    for (const waiter of waiters.of(tenant)) if (fits(tenant, waiter.units)) return waiter;
    return undefined;
  }

  function isBefore(one: Waiter, other: Waiter): boolean {
    const difference = (unitsOf.get(one.tenant) ?? 0) - (unitsOf.get(other.tenant) ?? 0);
    return difference === 0 ? one.order < other.order : difference < 0;
  }

  /** @returns whether there is room now. */
  function evictFor(tenant: string, units: number): boolean {
    const own = unitsOf.get(tenant) ?? 0;
    const share = Math.max(1, Math.floor(max / (unitsOf.size + (own === 0 ? 1 : 0))));
    if (own + units > Math.min(share, maxPerTenant)) return false;
    while (total + units > max) {
      const [richest, most] = [...unitsOf].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
      const slowest = richest === tenant || most <= share ? undefined : slowestOf(richest);
      if (!slowest) return false;
      remove(slowest);
      const reason = new AppError('timeout', evicted);
      slowest.claim.onEvicted?.(reason);
      for (const waiter of waiters.of(richest)) if (waiter.holder === slowest) waiter.fail(reason);
    }
    return true;
  }

  function slowestOf(tenant: string): Holder | undefined {
    const now = performance.now();
    let slowest: { holder: Holder; rate: number } | undefined;
    for (const holder of holders) {
      if (holder.tenant !== tenant || !holder.claim.onEvicted) continue;
      const rate = (holder.claim.bytesMoved?.() ?? 0) / (now - holder.startedAt + 1);
      if (!slowest || rate < slowest.rate) slowest = { holder, rate };
    }
    return slowest?.holder;
  }

  function checkCapacity(): void {
    if (total >= max && waiters.size() >= Math.max(max, MIN_WAITERS)) throw busy();
  }

  function busy(): AppError {
    return new AppError('busy', options.busy);
  }
}
