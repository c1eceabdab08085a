import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { AppError } from '../../src/errors';
import type { BlobSource, BlobStore } from '../../src/storage/blob-store';

/** What goes wrong from now on; what is left out works. */
export interface Faults {
  /** A put fails when this batch of it comes, counted from 1; those before it have been written. */
  putBatch?: number;
  /** A put fails in its last sync, with every byte written. */
  putSync?: boolean;
  /** A put stores the blob and rejects all the same, as when the answer of S3 is lost. */
  putAnswer?: boolean;
  get?: boolean;
  /** A read breaks after so many bytes. */
  readBytes?: number;
  delete?: boolean;
  list?: boolean;
  ping?: boolean;
  /** What they fail with; `unavailable` when left out. */
  error?: Error;
  /** How long each operation, and each batch of a put, is held up. */
  delayMs?: number;
}

export interface FaultyStore extends BlobStore {
  /** Replaces all faults; `{}` heals the store. Puts and reads that run notice at their next batch. */
  fail(faults: Faults): void;
  /** How many operations have failed on purpose. */
  failures(): number;
}

/** Any store, breaking on request: where it fails is where a disk or S3 would, and its own cleaning is real. */
export function faultyStore(store: BlobStore): FaultyStore {
  let faults: Faults = {};
  let failures = 0;

  function failure(what: string): Error {
    failures += 1;
    const cause = new Error(`injected: ${what}`);
    return faults.error ?? new AppError('unavailable', 'The storage is not available.', { cause });
  }

  async function gate(operation: 'get' | 'delete' | 'list' | 'ping'): Promise<void> {
    await delay();
    if (faults[operation] === true) throw failure(operation);
  }

  async function delay(): Promise<void> {
    if (faults.delayMs !== undefined) await wait(faults.delayMs);
  }

  async function* breaking(source: BlobSource): BlobSource {
    let batches = 0;
    for await (const batch of source) {
      batches += 1;
      await delay();
      if (faults.putBatch !== undefined && batches >= faults.putBatch) throw failure(`batch ${batches}`);
      yield batch;
    }
    await delay();
    if (faults.putSync === true) throw failure('sync');
  }

  async function* cut(stream: Readable): AsyncGenerator<Buffer> {
    let left = faults.readBytes ?? Number.POSITIVE_INFINITY;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (chunk.length > left) {
        if (left > 0) yield chunk.subarray(0, left);
        throw failure('read');
      }
      left -= chunk.length;
      yield chunk;
    }
  }

  return {
    description: `faulty ${store.description}`,
    putMemoryBytes: store.putMemoryBytes,
    fail(next) {
      faults = next;
    },
    failures: () => failures,
    async put(key, source, options) {
      await store.put(key, breaking(source), options);
      if (faults.putAnswer === true) throw failure('answer');
    },
    async get(key, range) {
      await gate('get');
      const stream = await store.get(key, range);
      return faults.readBytes === undefined ? stream : Readable.from(cut(stream));
    },
    async delete(key, options) {
      await gate('delete');
      await store.delete(key, options);
    },
    async deleteAll(blobs) {
      await delay();
      if (faults.delete !== true) return store.deleteAll(blobs);
      return new Map(blobs.map(({ key }) => [key, failure('delete')]));
    },
    async *list() {
      await gate('list');
      yield* store.list();
    },
    readMark: () => store.readMark(),
    writeMark: (text) => store.writeMark(text),
    async ping() {
      await gate('ping');
      await store.ping();
    },
    checkRoom: () => store.checkRoom(),
    close: () => store.close(),
  };
}
