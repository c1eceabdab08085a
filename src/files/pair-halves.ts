import { Readable } from 'node:stream';
import type { FileCatalog, PairHalf } from '../catalog/file-catalog';
import type { BlobStore } from '../storage/blob-store';

/**
 * The mark of the store and the half of the catalog. The store's is read first: a count that another process raises
 * meanwhile is then never ahead of the catalog's.
 */
export async function readHalves(store: BlobStore, catalog: FileCatalog) {
  const text = await store.readMark();
  return { mark: text === undefined ? undefined : parseMark(text), half: await catalog.pairHalf() };
}

export async function writeMark(store: BlobStore, { id, count }: PairHalf): Promise<void> {
  await store.writeMark(`${JSON.stringify({ pair: id, count })}\n`);
}

/** Why catalog and store do not belong together and what to do, in sentences for the operator; undefined when they do. */
export async function faultOfPair(store: BlobStore, catalog: FileCatalog): Promise<string | undefined> {
  const difference = await differenceOfPair(store, catalog);
  return difference && `${difference} To use this catalog with this storage from now on, run 'sluice adopt'.`;
}

/** Why catalog and store do not belong together, without advice. */
export async function differenceOfPair(store: BlobStore, catalog: FileCatalog): Promise<string | undefined> {
  const found = await compare(store, catalog);
  // checked twice: another process may have joined the two between the two reads
  return found === undefined ? undefined : compare(store, catalog);
}

async function compare(store: BlobStore, catalog: FileCatalog): Promise<string | undefined> {
  const { mark, half } = await readHalves(store, catalog);
  const [here, there] = [`the catalog ${catalog.description}`, `the storage ${store.description}`];
  if (mark === DAMAGED) return `The mark of ${there} is damaged: restore 'sluice-mark.json' from a backup.`;
  if (mark && half?.id !== mark.id) {
    const which = half
      ? `${capitalized(here)} and ${there} belong to others`
      : `${capitalized(here)} is new, and ${there} is not`;
    return `${which}: DATABASE_URL and STORAGE_URL must name a pair.`;
  }
  if (mark && half && mark.count > half.count) {
    return (
      `${capitalized(here)} is behind ${there}: it is a copy or was restored. The original catalog may still be in use: ` +
      'stop the server that uses it.'
    );
  }
  if (mark) return undefined;
  if (half && half.count > 0) {
    return (
      `${capitalized(there)} is not the one that ${here} belongs to, or it is empty: its disk may not be mounted, or it is ` +
      'another folder, bucket or prefix.'
    );
  }
  return faultOfUnmarked(store, catalog, here, there);
}

/** For a pair that was never joined: both are new, or from a version without marks. */
async function faultOfUnmarked(
  store: BlobStore,
  catalog: FileCatalog,
  here: string,
  there: string,
): Promise<string | undefined> {
  const stored = await firstOf(store.list());
  if (stored.length === 0) {
    const files = await firstOf(catalog.eachFile());
    if (!files.some((file) => file.blobKey !== null)) return undefined;
    return `${capitalized(here)} knows files, and ${there} is empty: its disk may not be mounted.`;
  }
  const known = await catalog.knownBlobs(stored.map((blob) => blob.key));
  if (known.size > 0) return undefined;
  return `${capitalized(there)} holds files, and ${here} knows none of them: DATABASE_URL may name another.`;
}

/** How many blobs or files are looked at to see whether the two belong together. */
const SAMPLE = 1000;

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return Readable.from(items).take(SAMPLE).toArray();
}

function parseMark(text: string): PairHalf {
  const { pair, count } = readJson(text);
  return typeof pair === 'string' && typeof count === 'number' ? { id: pair, count } : DAMAGED;
}

function readJson(text: string): { pair?: unknown; count?: unknown } {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

/** What a mark says that cannot be read: it belongs to nobody, and `adopt` writes another. */
const DAMAGED: PairHalf = { id: '', count: 0 };

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
