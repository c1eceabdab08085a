import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { BlobFile, FileCatalog, PageRequest } from '../../src/catalog/file-catalog';

/** The clock of these tests, where a file's expiry is concerned: leases follow the database's own. */
export const NOW = 1_800_000_000;

export function mintKey(): string {
  return randomBytes(16).toString('hex');
}

export function aFile(properties: Partial<BlobFile> = {}): BlobFile {
  return {
    id: `file-${uuidv7()}`,
    tenant: 'default',
    blobKey: mintKey(),
    filename: 'requests.jsonl',
    purpose: 'batch',
    bytes: 10_240,
    hash: 'crc32:cbf43926',
    createdAt: NOW - 10,
    expiresAt: null,
    ...properties,
  };
}

/** Begins and commits a file. */
export async function addFile(catalog: FileCatalog, properties: Partial<BlobFile> = {}): Promise<BlobFile> {
  const file = aFile(properties);
  await catalog.begin(file.blobKey);
  if (!(await catalog.commit(file))) throw new Error('the commit lost its blob');
  return file;
}

export function addFiles(catalog: FileCatalog, count: number, properties: Partial<BlobFile> = {}): Promise<BlobFile[]> {
  return Promise.all(Array.from({ length: count }, () => addFile(catalog, properties)));
}

/** The ids of all pages, in the order in which they came. */
export async function walk(
  catalog: FileCatalog,
  tenant: string,
  page: Partial<PageRequest> & { limit: number },
  betweenPages: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const ids: string[] = [];
  for (let after = page.after; ; await betweenPages()) {
    const { files, hasMore } = await catalog.list(tenant, { now: NOW, order: 'asc', ...page, after });
    ids.push(...files.map((file) => file.id));
    if (!hasMore) return ids;
    after = files.at(-1)?.id;
  }
}

/** Claims until nothing is due. */
export async function claimAll(catalog: FileCatalog, exclude: string[] = []): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const claimed = await catalog.claimDoomed(100, exclude);
    if (claimed.length === 0) return keys;
    keys.push(...claimed.map((blob) => blob.blobKey));
  }
}
