/** Prints a table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const row of [head, head.map(() => '---'), ...rows]) say(`| ${row.join(' | ')} |`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** All items, round after round, every second round in reverse: a drift of the machine favours no place in the order. */
export function* inTurns<Item>(items: readonly Item[], rounds: number): Generator<Item> {
  for (let round = 0; round < rounds; round += 1) yield* round % 2 ? items.toReversed() : items;
}

export function median(values: readonly number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const KIB = 1024;
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
/** What a small upload has in all of these measurements. */
export const SMALL_BYTES = 10 * KIB;
