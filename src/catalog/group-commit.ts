import { isOurFault } from './database-error';

/** The most items of one batch. */
export const MAX_BATCH = 256;

/**
 * Turns a function of many items into one that takes a single item, so that calls share one commit and one sync: items
 * that arrive while a batch runs form the next batch.
 *
 * `run` is atomic. When the statement or a value is at fault (`isOurFault`), nothing was done, and each item is tried alone.
 * After any other error, such as a lost connection, nobody knows what was done: every item of the batch rejects.
 */
export function grouped<Item, Result>(run: RunBatch<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Member<Item, Result>[] = [];
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
    while (waiting.length > 0) await settle(waiting.splice(0, MAX_BATCH));
    isRunning = false;
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

/** @returns a function that gives the result of each item. */
type RunBatch<Item, Result> = (items: Item[]) => Promise<(item: Item) => Result>;

interface Member<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
