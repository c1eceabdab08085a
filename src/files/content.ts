import { Readable } from 'node:stream';
import type { FileCatalog, FileRecord } from '../catalog/file-catalog';
import type { PartRecord } from '../catalog/upload-catalog';
import type { BlobStore, ByteRange } from '../storage/blob-store';
import { AppError } from '../errors';

/** The bytes of parts, one after the other. Fails as `read` does. */
export type ReadParts = (parts: readonly PartRecord[]) => AsyncIterable<Buffer>;

/** Reads bytes wherever they are: in a blob of the store, in a row of the catalog, or in a list of both. */
export function createContentReader(store: BlobStore, catalog: FileCatalog) {
  return { read, readParts };

  /**
   * A file's bytes, or a range of them.
   * @throws AppError `not_found` when they are gone, `unavailable`. @throws Error when they are damaged.
   */
  async function read(file: FileRecord, range?: ByteRange): Promise<Readable | Buffer> {
    // No range can name zero bytes. Always pass one, so that a truncated blob is an error and not a short answer.
    const wanted = range ?? wholeOf(file.bytes);
    if (file.blobKey !== null) return store.get(file.blobKey, wanted);
    if (file.isInParts) return readFileInParts(file, wanted);
    return checked(await catalog.readSmall(file, wanted), wanted);
  }

  async function readFileInParts(file: FileRecord, wanted: ByteRange | undefined): Promise<Readable | Buffer> {
    if (wanted === undefined) return Buffer.alloc(0);
    const chunks = readParts(catalog.uploads.partsOf(file), wanted);
    // read before the answer begins, so that missing bytes can still be answered with an error
    const first = await chunks.next();
    return Readable.from(startingWith(first, chunks), { objectMode: false });
  }

  async function* readParts(
    parts: AsyncIterable<PartRecord> | Iterable<PartRecord>,
    wanted: ByteRange = { start: 0, end: Infinity },
  ): AsyncGenerator<Buffer, undefined> {
    let offset = 0;
    for await (const part of parts) {
      const range = { start: Math.max(wanted.start - offset, 0), end: Math.min(wanted.end - offset, part.bytes - 1) };
      if (range.start <= range.end) yield* readPart(part, range);
      offset += part.bytes;
      if (offset > wanted.end) return;
    }
    // the file was deleted meanwhile, with its parts
    if (wanted.end < Infinity) throw gone();
  }

  async function* readPart(part: PartRecord, range: ByteRange): AsyncGenerator<Buffer> {
    if (part.blobKey === null) yield checked(await catalog.uploads.readPart(part, range), range);
    else yield* (await store.get(part.blobKey, range)) as AsyncIterable<Buffer>;
  }
}

async function* startingWith(
  first: IteratorResult<Buffer, undefined>,
  rest: AsyncGenerator<Buffer, undefined>,
): AsyncGenerator<Buffer> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function wholeOf(bytes: number): ByteRange | undefined {
  return bytes === 0 ? undefined : { start: 0, end: bytes - 1 };
}

function checked(content: Buffer | undefined, range: ByteRange | undefined): Buffer {
  if (!content) throw gone();
  const expected = range === undefined ? 0 : range.end - range.start + 1;
  if (content.length === expected) return content;
  throw new Error(`a content of the catalog is damaged: ${content.length} bytes where ${expected} were stored`);
}

function gone(): AppError {
  return new AppError('not_found', 'No such content.');
}
