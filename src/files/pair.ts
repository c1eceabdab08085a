import { randomUUID } from 'node:crypto';
import { isAppError, storageAway } from '../errors';
import type { FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';
import { differenceOfPair, faultOfPair, readHalves, writeMark } from './pair-halves';

/**
 * Checks at a start that catalog and store belong together: both hold an id, made when both were new, and a count that only
 * rises, the catalog's first. They tell a store that is not mounted, a wrong store and a copied catalog before a file is lost.
 * A pair that was never joined is joined now, unless only one of them knows files.
 *
 * @param onChange gets the reason when the two no longer belong together, and undefined when they do again.
 * @throws Error with a sentence for the operator when they do not belong together.
 * @returns the catalog, which refuses changes once the store has another owner.
 */
export async function joinPair(store: BlobStore, catalog: FileCatalog, onChange: (fault: string | undefined) => void) {
  const fault = await faultOfPair(store, catalog);
  if (fault !== undefined) throw new Error(fault);
  let current: string | undefined;
  let isWritable = true;
  await raise().catch(async (error: unknown) => {
    // a pair that is joined already can be served from a full or read-only disk
    const { mark, half } = await readHalves(store, catalog);
    if (!mark || !half || !isAppError(error, 'unavailable')) throw error;
  });
  return { catalog: fencedCatalog(), renew, checkWritable };

  /**
   * Checks that the two still belong together and raises the count, so that an older copy is behind.
   * @throws AppError `unavailable` when catalog or store are away.
   */
  async function renew(): Promise<void> {
    await compare();
    if (current === undefined) await raise();
  }

  async function raise(): Promise<void> {
    try {
      await raisePair(store, catalog);
      isWritable = true;
    } catch (error) {
      isWritable = false;
      throw error;
    }
  }

  /**
   * Linux may make a disk read-only after an error in a way that only a write shows: after one that failed, another must
   * succeed. @throws AppError
   */
  async function checkWritable(): Promise<void> {
    if (!isWritable) await renew();
  }

  async function compare(): Promise<void> {
    const found = await faultOfPair(store, catalog);
    if (found !== current) onChange(found);
    current = found;
  }

  function fencedCatalog(): FileCatalog {
    const whileTogether = fence(async () => throwIfApart());
    // what a reaper frees is lost for good: it compares each time
    const onceCompared = fence(async () => {
      await compare();
      throwIfApart();
    });
    return {
      ...catalog,
      begin: whileTogether(catalog.begin),
      commit: whileTogether(catalog.commit),
      addSmall: whileTogether(catalog.addSmall),
      remove: whileTogether(catalog.remove),
      ping: whileTogether(catalog.ping),
      expire: onceCompared(catalog.expire),
      claimDoomed: onceCompared(catalog.claimDoomed),
      uploads: {
        ...catalog.uploads,
        create: whileTogether(catalog.uploads.create),
        addPart: whileTogether(catalog.uploads.addPart),
        complete: whileTogether(catalog.uploads.complete),
        end: whileTogether(catalog.uploads.end),
        expire: onceCompared(catalog.uploads.expire),
      },
    };
  }

  function throwIfApart(): void {
    if (current !== undefined) throw storageAway(new Error(current));
  }
}

/**
 * Makes the catalog the owner of the store, whatever the store's mark says. A server with another catalog stops writing when
 * it sees that. @returns why they did not belong together before.
 */
export async function adoptStore(store: BlobStore, catalog: FileCatalog): Promise<{ difference: string | undefined }> {
  const difference = await differenceOfPair(store, catalog);
  const { mark, half } = await readHalves(store, catalog);
  const adopted = await catalog.raisePair(randomUUID(), Math.max(mark?.count ?? 0, half?.count ?? 0) + ADOPTION);
  await writeMark(store, adopted);
  return { difference };
}

/** So far ahead that a server of another catalog, which may just raise the count, stays behind. */
const ADOPTION = 1000;

/** Raises the catalog's count first: if the process dies then, the mark is behind, which is no fault. */
export async function raisePair(store: BlobStore, catalog: FileCatalog): Promise<void> {
  const { half } = await readHalves(store, catalog);
  if (!half) await writeMark(store, await catalog.raisePair(randomUUID(), -1));
  await writeMark(store, await catalog.raisePair('', 0));
}

type Fence = <Arguments extends unknown[], Result>(
  call: (...args: Arguments) => Promise<Result>,
) => (...args: Arguments) => Promise<Result>;

function fence(pass: () => Promise<void>): Fence {
  return (call) =>
    async (...args) => {
      await pass();
      return call(...args);
    };
}
