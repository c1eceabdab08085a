import { Readable } from 'node:stream';
import { storageFull } from '../errors';
import { blobExists, noSuchBlob } from './blob-errors';
import { requireBlobKey } from './blob-key';
import type { BlobKey, BlobSource, BlobStore, ByteRange, DoomedKey, PutOptions, StoredBlob } from './blob-store';
import { chunksOf, resized } from './chunks';
import { batchesOf } from './until-aborted';

const CHUNK_BYTES = 1024 * 1024;
/** What a blob costs beside its bytes, rounded up. */
const BLOB_OVERHEAD_BYTES = 512;

interface Blob {
  chunks: Buffer[];
  bytes: number;
  /** The bytes it holds, overhead included. */
  charged: number;
  isFinished: boolean;
  /** Running puts and reads. */
  users: number;
}

/**
 * Blobs in memory. `maxBytes` limits all blobs, running puts and reads together. A put that does not fit rejects
 * `unavailable` and takes nothing.
 */
export function createMemoryStore({ maxBytes }: { maxBytes: number }): BlobStore {
  const blobs = new Map<BlobKey, Blob>();
  let usedBytes = 0;
  let mark: string | undefined;

  return {
    description: `memory: (at most ${maxBytes} bytes)`,
    // while the last chunk grows, the old and the new buffer exist
    putMemoryBytes: CHUNK_BYTES,
    put,
    get,
    delete: remove,
    deleteAll: removeAll,
    list,
    readMark: async () => mark,
    async writeMark(text) {
      mark = text;
    },
    ping: async () => undefined,
    async checkRoom() {
      if (usedBytes + BLOB_OVERHEAD_BYTES > maxBytes) throw storageFull();
    },
    async close() {
      blobs.clear();
      usedBytes = 0;
    },
  };

  async function put(key: BlobKey, source: BlobSource, { signal }: PutOptions): Promise<void> {
    requireBlobKey(key);
    signal.throwIfAborted();
    if (blobs.has(key)) throw blobExists();
    const blob: Blob = { chunks: [], bytes: 0, charged: 0, isFinished: false, users: 1 };
    charge(blob, BLOB_OVERHEAD_BYTES);
    blobs.set(key, blob);
    try {
      await fill(blob, batchesOf(source, signal));
      blob.isFinished = true;
    } catch (error) {
      if (blobs.get(key) === blob) blobs.delete(key);
      throw error;
    } finally {
      blob.users -= 1;
      release(key, blob);
    }
  }

  /**
   * Copies the bytes: a slice would keep alive the whole socket buffer that it is cut from. The last chunk doubles as bytes
   * arrive, and ends at its exact size.
   */
  async function fill(blob: Blob, batches: AsyncIterable<readonly Buffer[]>): Promise<void> {
    const resize = (buffer: Buffer, used: number, bytes: number) => {
      charge(blob, bytes - buffer.length);
      return resized(buffer, used, bytes);
    };
    const buffers = {
      grown(buffer: Buffer, used: number, wanted: number) {
        const doubled = Math.min(2 * buffer.length, CHUNK_BYTES, buffer.length + maxBytes - usedBytes);
        return resize(buffer, used, Math.max(wanted, doubled));
      },
      next: () => Buffer.alloc(0),
    };
    for await (const { buffer, used } of chunksOf(batches, CHUNK_BYTES, buffers)) {
      if (used > 0) blob.chunks.push(used < buffer.length ? resize(buffer, used, used) : buffer);
      blob.bytes += used;
    }
  }

  async function get(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const blob = blobs.get(requireBlobKey(key));
    if (blob?.isFinished !== true) throw noSuchBlob();
    if (range !== undefined && range.end >= blob.bytes) {
      throw new Error(`A blob has ${blob.bytes} bytes, not ${range.end + 1}`);
    }
    blob.users += 1;
    const pieces = piecesOf(blob.chunks, range ?? { start: 0, end: blob.bytes - 1 });
    const stream = new Readable({
      highWaterMark: CHUNK_BYTES,
      read() {
        this.push(pieces.next().value ?? null);
      },
    });
    return stream.once('close', () => {
      blob.users -= 1;
      release(key, blob);
    });
  }

  async function remove(key: BlobKey): Promise<void> {
    const blob = blobs.get(requireBlobKey(key));
    if (blob === undefined) return;
    blobs.delete(key);
    release(key, blob);
  }

  async function removeAll(doomed: readonly DoomedKey[]): Promise<Map<BlobKey, Error>> {
    await Promise.all(doomed.map(({ key }) => remove(key)));
    return new Map();
  }

  async function* list(): AsyncGenerator<StoredBlob> {
    for (const [key, { bytes }] of blobs) yield { key, bytes, storedAt: undefined };
  }

  /** Takes bytes, or gives them back when negative. @throws AppError `unavailable` when too few are left. */
  function charge(blob: Blob, bytes: number): void {
    if (bytes > 0 && usedBytes + bytes > maxBytes) throw storageFull();
    usedBytes += bytes;
    blob.charged += bytes;
  }

  /** Frees a removed blob once its last reader is done. */
  function release(key: BlobKey, blob: Blob): void {
    if (blob.users > 0 || blobs.get(key) === blob) return;
    charge(blob, -blob.charged);
    blob.chunks = [];
  }
}

/** Views of the stored bytes from `start` to `end`, both inclusive. */
function* piecesOf(chunks: readonly Buffer[], { start, end }: ByteRange): Generator<Buffer, undefined> {
  let offset = 0;
  for (const chunk of chunks) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end + 1 - offset, chunk.length);
    if (from < to) yield chunk.subarray(from, to);
    offset += chunk.length;
    if (offset > end) return;
  }
}
