import { AppError } from '../errors';

/** What the server reads for itself. No tenant has this name. */
export const OWN = '';

/**
 * Lets at most `max` works run at once. Those that wait begin in turns between tenants, and within a tenant in their order: a
 * thousand reads of one tenant then cost another's the time of one.
 * @param waitMs a work that waits for longer fails.
 */
export function createTenantTurns(max: number, waitMs: number) {
  /** By tenant, in the order in which the tenants have their turns. */
  const waiting = new Map<string, Set<() => void>>();
  let running = 0;
  let count = 0;
  return { run, waiting: () => count };

  /** @throws AppError `unavailable` when it waited in vain, or what `work` throws. */
  function run<Result>(tenant: string, work: () => PromiseLike<Result>): Promise<Result> {
    return running < max ? start(work) : wait(tenant).then(() => start(work, true));
  }

  /** @param hasPlace whether the work before it has left it its place. */
  async function start<Result>(work: () => PromiseLike<Result>, hasPlace = false): Promise<Result> {
    if (!hasPlace) running += 1;
    try {
      return await work();
    } finally {
      const next = takeNext();
      if (next) next();
      else running -= 1;
    }
  }

  function wait(tenant: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const own = waiting.get(tenant) ?? new Set();
      waiting.set(tenant, own.add(begin));
      count += 1;
      const timer = setTimeout(() => {
        count -= 1;
        own.delete(begin);
        if (own.size === 0) waiting.delete(tenant);
        reject(new AppError('unavailable', 'The database is not available.'));
      }, waitMs);

      function begin(): void {
        count -= 1;
        clearTimeout(timer);
        resolve();
      }
    });
  }

  /** The first of the tenant whose turn it is; that tenant is the last one afterwards. */
  function takeNext(): (() => void) | undefined {
    for (const [tenant, own] of waiting) {
      waiting.delete(tenant);
      const [begin] = own;
      if (!begin) continue;
      own.delete(begin);
      if (own.size > 0) waiting.set(tenant, own);
      return begin;
    }
    return undefined;
  }
}
