/** What waits, by tenant: thousands of claims of one tenant must not cost another's the time to look at them. */
export function createWaitQueue<Claim extends { tenant: string }>() {
  const claims = new Map<string, Set<Claim>>();
  let size = 0;
  return {
    add(claim: Claim): void {
      const own = claims.get(claim.tenant) ?? new Set();
      claims.set(claim.tenant, own.add(claim));
      size += 1;
    },
    remove(claim: Claim): void {
      const own = claims.get(claim.tenant);
      if (!own?.delete(claim)) return;
      size -= 1;
      if (own.size === 0) claims.delete(claim.tenant);
    },
    tenants: () => [...claims.keys()],
    /** In the order in which they came. */
    of: (tenant: string): Iterable<Claim> => claims.get(tenant) ?? [],
    size: () => size,
  };
}
