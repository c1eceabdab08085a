import { isOurFault } from './database-error';

/** Shares statements: see `groupCommit`. */
export function grouped<Item, Result>(run: RunBatch<Item, Result>): (item: Item) => Promise<Result> {
  return groupCommit(run, { maxBatch: 256, mayBeOneItem: isOurFault });
}

export interface GroupCommitOptions {
  /** The most items of one batch. */
  maxBatch: number;
  /** True for an error that may be the fault of one item: each is then tried alone. */
  mayBeOneItem: (error: unknown) => boolean;
}

/**
 * Turns a function of many items into one that takes a single item, so that one commit, and one wait for
 * the disk, is shared: what arrives while a batch runs forms the next one.
 *
 * `run` is atomic: when it rejects, nothing was done, or, after an error that is not `mayBeOneItem` such as a lost
 * connection, nobody can know. Then every item of the batch rejects, since trying again could do twice what was done.
 */
export function groupCommit<Item, Result>(
  run: RunBatch<Item, Result>,
  options: GroupCommitOptions,
): (item: Item) => Promise<Result> {
  const waiting: Member<Item, Result>[] = [];
  let isRunning = false;

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      // not at once: whatever else this turn of the event loop brings can share the first batch
      setImmediate(() => void drain());
    });

  async function drain(): Promise<void> {
    while (waiting.length > 0) await settle(waiting.splice(0, options.maxBatch));
    isRunning = false;
  }

  async function settle(batch: Member<Item, Result>[]): Promise<void> {
    try {
      const resultOf = await run(batch.map((member) => member.item));
      for (const member of batch) member.resolve(resultOf(member.item));
    } catch (error) {
      if (batch.length > 1 && options.mayBeOneItem(error)) {
        for (const member of batch) await settle([member]);
      } else {
        for (const member of batch) member.reject(error);
      }
    }
  }
}

/** Does what all items ask for, and then tells each one's result. */
export type RunBatch<Item, Result> = (items: Item[]) => Promise<(item: Item) => Result>;

interface Member<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
