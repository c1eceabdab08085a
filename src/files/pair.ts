import { randomUUID } from 'node:crypto';
import { isAppError, storageAway } from '../errors';
import type { FileCatalog } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';
import { faultOfPair, readHalves, writeMark } from './pair-halves';

/**
 * A catalog and its store, which belong together: both hold an id, made when both were new, and a count that only rises,
 * the catalog's first. So a store that is not mounted, a wrong store and a copied catalog are noticed before a file is
 * lost that was answered 200.
 */
interface Pair {
  /** The catalog, which changes nothing once the store has another owner. */
  readonly catalog: FileCatalog;
  /**
   * Looks whether the two still belong together and raises the count, so that a copy that was made before is behind.
   * @throws AppError `unavailable` when catalog or store are away.
   */
  renew(): Promise<void>;
}

/**
 * Joins the two at a start. Halves that were never joined are joined now, unless only one of them knows files.
 *
 * @param onChange told when the pair comes apart, with the reason, and when it belongs together again.
 * @throws Error with a sentence for the operator when they do not belong together.
 */
export async function joinPair(
  store: BlobStore,
  catalog: FileCatalog,
  onChange: (fault: string | undefined) => void,
): Promise<Pair> {
  const fault = await faultOfPair(store, catalog);
  if (fault !== undefined) throw new Error(fault);
  await raisePair(store, catalog).catch(async (error: unknown) => {
    // what is joined already can be read and emptied on a disk that is full or read-only
    const { mark, half } = await readHalves(store, catalog);
    if (!mark || !half || !isAppError(error, 'unavailable')) throw error;
  });
  let current: string | undefined;
  return { catalog: fencedCatalog(), renew };

  async function renew(): Promise<void> {
    await compare();
    if (current === undefined) await raisePair(store, catalog);
  }

  async function compare(): Promise<void> {
    const found = await faultOfPair(store, catalog);
    if (found !== current) onChange(found);
    current = found;
  }

  function fencedCatalog(): FileCatalog {
    const whileTogether = fence(async () => throwIfApart());
    // a reaper frees bytes, for good: it asks each time
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
 * Makes the catalog the owner of the store, whatever the store's mark says: a server of another catalog stops writing
 * when it sees that. @returns what the mark said before.
 */
export async function adoptStore(store: BlobStore, catalog: FileCatalog): Promise<{ fault: string | undefined }> {
  const fault = await faultOfPair(store, catalog);
  const { mark } = await readHalves(store, catalog);
  const adopted = await catalog.raisePair(randomUUID(), (mark?.count ?? 0) + ADOPTION);
  await writeMark(store, adopted);
  return { fault };
}

/** So far ahead that a server of the other catalog, which may raise the count just now, stays behind. */
const ADOPTION = 1000;

/** The catalog's count first: where a process dies between the two, the mark is behind, which is no fault. */
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
