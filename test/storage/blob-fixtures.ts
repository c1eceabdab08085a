import { createCipheriv, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import type { BlobSource, BlobStore, ByteRange, StoredBlob } from '../../src/storage/blob-store';

export const KIB = 1024;
export const MIB = 1024 * KIB;

export function mintKey(): string {
  return randomBytes(16).toString('hex');
}

/** Bytes in which no stretch repeats, the same for every call: the key stream of a cipher. */
export function bytesOf(length: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** `bytes` in slices of `sliceBytes`, gathered to batches of `batchBytes`, as the multipart reader hands them on. */
export function* batchesOf(bytes: Buffer, sliceBytes = 64 * KIB, batchBytes = MIB): Generator<Buffer[]> {
  for (let start = 0; start < bytes.length; start += batchBytes) {
    const batch = bytes.subarray(start, start + batchBytes);
    const slices: Buffer[] = [];
    for (let from = 0; from < batch.length; from += sliceBytes) slices.push(batch.subarray(from, from + sliceBytes));
    yield slices;
  }
}

export async function* sourceOf(batches: Iterable<readonly Buffer[]>): BlobSource {
  yield* batches;
}

/** Gives `batches`, then throws `error`. */
export async function* failingSource(batches: Iterable<readonly Buffer[]>, error: Error): BlobSource {
  yield* batches;
  throw error;
}

/** Gives `batches`, then is silent for good; `isSilent` resolves when it has been asked once more. */
export function silentSource(batches: Iterable<readonly Buffer[]>): { source: BlobSource; isSilent: Promise<void> } {
  const { promise: isSilent, resolve } = deferred();
  async function* source(): BlobSource {
    yield* batches;
    resolve();
    await new Promise(() => undefined);
  }
  return { source: source(), isSilent };
}

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  const settle: (() => void)[] = [];
  const promise = new Promise<void>((done) => {
    settle.push(done);
  });
  return { promise, resolve: () => settle.forEach((done) => done()) };
}

export function putBytes(
  store: BlobStore,
  key: string,
  source: BlobSource | Buffer,
  signal?: AbortSignal,
): Promise<void> {
  const batches = Buffer.isBuffer(source) ? sourceOf(batchesOf(source)) : source;
  return store.put(key, batches, { signal: signal ?? new AbortController().signal });
}

export async function readBytes(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
  return buffer(await store.get(key, range));
}

export async function listed(store: BlobStore): Promise<Omit<StoredBlob, 'storedAt'>[]> {
  const blobs: Omit<StoredBlob, 'storedAt'>[] = [];
  for await (const { key, bytes } of store.list()) blobs.push({ key, bytes });
  return blobs;
}

/** What `work` rejects with. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('It resolved');
    },
    (error: unknown) => error,
  );
}
