import { isOurFault } from './database-error';

/** The most items of one batch. */
export const MAX_BATCH = 256;

/**
 * Turns a function of many items into one that takes a single item, so that calls share one commit and one sync: items
 * that arrive while a batch runs form the next batch. Where they are too many for one, tenants take turns.
 *
 * `run` is atomic. When the statement or a value is at fault (`isOurFault`), nothing was done, and each item is tried alone.
 * After any other error, such as a lost connection, nobody knows what was done: every item of the batch rejects.
 */
export function grouped<Item, Result>(
  run: RunBatch<Item, Result>,
  tenantOf: (item: Item) => string = () => '',
): (item: Item) => Promise<Result> {
  let waiting: Member<Item, Result>[] = [];
  let isRunning = false;

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      // later, so that all calls of this turn of the event loop share the first batch
      setImmediate(() => void drain());
    });

  async function drain(): Promise<void> {
    while (waiting.length > 0) await settle(nextBatch());
    isRunning = false;
  }

  /** What came first; where more waits than a batch holds, tenants get one place after the other in turns. */
  function nextBatch(): Member<Item, Result>[] {
    if (waiting.length > MAX_BATCH) waiting = inTurns(waiting, ({ item }) => tenantOf(item));
    return waiting.splice(0, MAX_BATCH);
  }

  async function settle(batch: Member<Item, Result>[]): Promise<void> {
    try {
      const resultOf = await run(batch.map((member) => member.item));
      for (const member of batch) member.resolve(resultOf(member.item));
    } catch (error) {
      if (batch.length > 1 && isOurFault(error)) {
        for (const member of batch) await settle([member]);
      } else {
        for (const member of batch) member.reject(error);
      }
    }
  }
}

/** The first of each tenant, then the second of each, and so on. */
function inTurns<One>(members: readonly One[], tenantOf: (member: One) => string): One[] {
  const counts = new Map<string, number>();
  const turns: One[][] = [];
  for (const member of members) {
    const tenant = tenantOf(member);
    const turn = counts.get(tenant) ?? 0;
    counts.set(tenant, turn + 1);
    (turns[turn] ??= []).push(member);
  }
  return turns.flat();
}

/** @returns a function that gives the result of each item. */
type RunBatch<Item, Result> = (items: Item[]) => Promise<(item: Item) => Result>;

interface Member<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
