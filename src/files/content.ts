import type { Readable } from 'node:stream';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import type { BlobStore, ByteRange } from '../storage/blob-store';
import { AppError } from '../errors';

/**
 * A file's bytes, or a range of them, wherever they are: a blob of the store, or a row of the catalog.
 * @throws AppError `not_found` when they are gone, `unavailable`. @throws Error when they are damaged.
 */
export type ReadContent = (file: FileRecord, range?: ByteRange) => Promise<Readable | Buffer>;

export function createContentReader(store: BlobStore, catalog: FileCatalog): ReadContent {
  return async (file, range) => {
    // no range can name zero bytes
    const wanted = range ?? (file.bytes === 0 ? undefined : { start: 0, end: file.bytes - 1 });
    // always pass a range, so that a truncated blob is an error and not a short answer
    if (file.blobKey !== null) return store.get(file.blobKey, wanted);
    const content = await catalog.readSmall(file, wanted);
    if (!content) throw new AppError('not_found', 'No such content.');
    const expected = wanted === undefined ? 0 : wanted.end - wanted.start + 1;
    if (content.length !== expected) {
      throw new Error(`the content of ${file.id} is damaged: ${content.length} bytes where ${expected} are asked for`);
    }
    return content;
  };
}
