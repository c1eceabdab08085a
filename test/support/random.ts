/** A stream of numbers from a seed (mulberry32): what a run chose can be chosen again, though its timing cannot. */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  return { fraction, below, chance, pick };

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  function below(limit: number): number {
    return Math.floor(fraction() * limit);
  }

  function chance(probability: number): boolean {
    return fraction() < probability;
  }

  function pick<T>(items: readonly T[]): T {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }
}

export type Random = ReturnType<typeof createRandom>;
