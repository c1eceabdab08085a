/** Requests that begin in one turn of the event loop. A small upload takes 0.2 ms of it. */
export const MAX_BEGUN = 20;
/** libuv accepts one connection in a turn: while some come, turns are short, or the last of a thousand waits for seconds. */
export const MAX_BEGUN_WHILE_ACCEPTING = 4;

export interface RequestTurns {
  /**
   * Runs `work` at once, or in a later turn of the event loop when this one has begun enough. Those that wait begin in turns
   * between tenants, and within a tenant in their order.
   *
   * @param tenantOf asked only when the work waits.
   */
  begin(work: () => void, tenantOf: () => string): void;
  /** The same, but never at once. */
  beginLater(work: () => void, tenant: string): void;
  /** Tells that a connection was accepted in this turn. */
  accepted(): void;
}

export function createRequestTurns(): RequestTurns {
  /** By tenant, in the order in which the tenants have their turns. */
  const waiting = new Map<string, (() => void)[]>();
  let begun = 0;
  let isAccepting = false;
  let isScheduled = false;
  return { begin, beginLater, accepted };

  function begin(work: () => void, tenantOf: () => string): void {
    if (waiting.size > 0 || begun >= most()) {
      beginLater(work, tenantOf());
      return;
    }
    begun += 1;
    schedule();
    work();
  }

  function beginLater(work: () => void, tenant: string): void {
    const own = waiting.get(tenant);
    if (own) own.push(work);
    else waiting.set(tenant, [work]);
    schedule();
  }

  function accepted(): void {
    isAccepting = true;
    schedule();
  }

  function most(): number {
    return isAccepting ? MAX_BEGUN_WHILE_ACCEPTING : MAX_BEGUN;
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(nextTurn);
  }

  function nextTurn(): void {
    isScheduled = false;
    begun = 0;
    const last = most();
    isAccepting = false;
    while (begun < last) {
      const work = takeNext();
      if (!work) return;
      begun += 1;
      schedule();
      work();
    }
  }

  /** The first of the tenant whose turn it is; that tenant is the last one afterwards. */
  function takeNext(): (() => void) | undefined {
    for (const [tenant, own] of waiting) {
      const work = own.shift();
      waiting.delete(tenant);
      if (own.length > 0) waiting.set(tenant, own);
      return work;
    }
    return undefined;
  }
}
