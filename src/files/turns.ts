/** So many at once of each tenant; the others wait their turn, in the order in which they came. */
export interface Turns {
  /** Resolves to the function that ends the turn, which may be called more than once. */
  take(tenant: string): Promise<() => void>;
}

export function createTurns(max: number): Turns {
  const tenants = new Map<string, { running: number; waiting: (() => void)[] }>();
  return {
    async take(tenant) {
      const queue = tenants.get(tenant) ?? { running: 0, waiting: [] };
      tenants.set(tenant, queue);
      if (queue.running >= max) {
        await new Promise<void>((resolve) => {
          queue.waiting.push(resolve);
        });
      } else {
        queue.running += 1;
      }
      let hasEnded = false;
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        const next = queue.waiting.shift();
        // the turn goes on to the next, or ends
        if (next) next();
        else if ((queue.running -= 1) === 0) tenants.delete(tenant);
      };
    },
  };
}
