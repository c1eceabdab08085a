import { Readable } from 'node:stream';

import { AppError } from '../errors';
import { requireBlobKey } from './blob-key';
import { batchesOf } from './until-aborted';
import type { BlobKey, BlobSource, BlobStore, ByteRange, PutOptions, StoredBlob } from './blob-store';

const CHUNK_BYTES = 1024 * 1024;
/** What a blob costs beside its bytes (300 to 400 were measured): a million empty files are not free. */
const BLOB_OVERHEAD_BYTES = 512;

interface Blob {
  chunks: Buffer[];
  bytes: number;
  /** What is charged for it, which is what it really holds. */
  charged: number;
  isFinished: boolean;
  /** The put and the reads that run. */
  users: number;
}

/**
 * Blobs in memory, never on a disk. `maxBytes` bounds all blobs, running puts and reads together; each blob
 * costs 512 bytes beside its own. A put that does not fit rejects `unavailable` and takes nothing.
 */
export function createMemoryStore({ maxBytes }: { maxBytes: number }): BlobStore {
  const blobs = new Map<BlobKey, Blob>();
  let usedBytes = 0;
  let mark: string | undefined;

  function charge(blob: Blob, bytes: number): void {
    if (bytes > 0 && usedBytes + bytes > maxBytes) throw new AppError('unavailable', 'The storage is full.');
    usedBytes += bytes;
    blob.charged += bytes;
  }

  /** A blob that nobody can find any more is freed with its last reader. */
  function release(key: BlobKey, blob: Blob): void {
    if (blob.users > 0 || blobs.get(key) === blob) return;
    charge(blob, -blob.charged);
    blob.chunks = [];
  }

  async function put(key: BlobKey, source: BlobSource, { signal }: PutOptions): Promise<void> {
    requireBlobKey(key);
    signal.throwIfAborted();
    if (blobs.has(key)) throw new Error('The blob exists already');
    const blob: Blob = { chunks: [], bytes: 0, charged: 0, isFinished: false, users: 1 };
    charge(blob, BLOB_OVERHEAD_BYTES);
    blobs.set(key, blob);
    try {
      const tail = createChunkBuilder({
        available: () => maxBytes - usedBytes,
        charge: (bytes) => charge(blob, bytes),
      });
      for await (const batch of batchesOf(source, signal)) {
        for (const slice of batch) {
          tail.append(slice, blob.chunks);
          blob.bytes += slice.length;
        }
      }
      tail.finish(blob.chunks);
      blob.isFinished = true;
    } catch (error) {
      if (blobs.get(key) === blob) blobs.delete(key);
      throw error;
    } finally {
      blob.users -= 1;
      release(key, blob);
    }
  }

  async function get(key: BlobKey, range?: ByteRange): Promise<Readable> {
    const blob = blobs.get(requireBlobKey(key));
    if (blob?.isFinished !== true) throw new AppError('not_found', 'No such blob.');
    if (range !== undefined && range.end >= blob.bytes)
      throw new Error(`A blob has ${blob.bytes} bytes, not ${range.end + 1}`);
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

  async function* list(): AsyncGenerator<StoredBlob> {
    for (const [key, { bytes }] of blobs) yield { key, bytes, storedAt: undefined };
  }

  return {
    description: `memory: (at most ${maxBytes} bytes)`,
    // While the last chunk grows, the old one and the new one are both there.
    putMemoryBytes: CHUNK_BYTES,
    put,
    get,
    delete: remove,
    list,
    readMark: async () => mark,
    async writeMark(text) {
      mark = text;
    },
    ping: async () => undefined,
    async checkRoom() {
      if (usedBytes + BLOB_OVERHEAD_BYTES > maxBytes) throw new AppError('unavailable', 'The storage is full.');
    },
    async close() {
      blobs.clear();
      usedBytes = 0;
    },
  };
}

interface Account {
  /** Bytes that may still be charged. */
  available: () => number;
  /** Takes bytes, or gives them back when negative. @throws AppError when there are not so many. */
  charge: (bytes: number) => void;
}

/**
 * Copies slices into chunks of at most a MiB. Keeping the slices themselves would pin the 64 KiB socket buffers
 * that they are cut from, for ten bytes too. The last chunk doubles as bytes come, and ends at its exact size.
 */
function createChunkBuilder({ available, charge }: Account) {
  let tail = allocate(0);
  let used = 0;

  function resize(bytes: number): void {
    charge(bytes - tail.length);
    const resized = allocate(bytes);
    tail.copy(resized, 0, 0, used);
    tail = resized;
  }

  return {
    append(slice: Buffer, chunks: Buffer[]): void {
      for (let taken = 0; taken < slice.length;) {
        if (used === CHUNK_BYTES) {
          chunks.push(tail);
          tail = allocate(0);
          used = 0;
        }
        const wanted = Math.min(used + slice.length - taken, CHUNK_BYTES);
        const doubled = Math.min(2 * tail.length, CHUNK_BYTES, tail.length + available());
        if (wanted > tail.length) resize(Math.max(wanted, doubled));
        const copied = slice.copy(tail, used, taken);
        taken += copied;
        used += copied;
      }
    },
    finish(chunks: Buffer[]): void {
      if (used < tail.length) resize(used);
      if (used > 0) chunks.push(tail);
    },
  };
}

/** Memory of its own, not a slice of Node's 8 KiB pool, which small blobs would pin. */
function allocate(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
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
