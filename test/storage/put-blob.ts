/**
 * `put-blob.ts ROOT KEY BYTES [fail|short]`: one put in a process of its own, for tests that break or trace its system calls.
 * Prints what came of it as JSON. With `fail` the source throws after its last byte; with
 * `short` the store is told how many bytes come.
 */
import { writeSync } from 'node:fs';

import { isAppError } from '../../src/errors';
import { createFilesystemStore } from '../../src/storage/filesystem';
import { batchesOf, bytesOf, failingSource, listed, putBytes, sourceOf } from './blob-fixtures';

export interface PutOutcome {
  error?: { kind: string | undefined; message: string; code: string | undefined; causes: string[] };
  /** What the store lists afterwards. */
  blobs: { key: string; bytes: number | undefined }[];
}

async function main([root = '', key = '', bytes = '0', mode = '']: string[]): Promise<void> {
  const store = await createFilesystemStore({ root });
  const outcome: PutOutcome = { blobs: [] };
  const batches = batchesOf(bytesOf(Number(bytes)));
  const source = mode === 'fail' ? failingSource(batches, new Error('the source failed')) : sourceOf(batches);
  try {
    if (mode === 'short') {
      await store.put(key, source, { signal: new AbortController().signal, mostBytes: Number(bytes) });
    } else {
      await putBytes(store, key, source);
    }
    writeSync(2, 'put resolved\n');
  } catch (error) {
    outcome.error = described(error);
  }
  outcome.blobs = await listed(store);
  writeSync(1, JSON.stringify(outcome));
}

function described(error: unknown): NonNullable<PutOutcome['error']> {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const causes: unknown[] = cause instanceof AggregateError ? cause.errors : [];
  return {
    kind: isAppError(error) ? error.kind : undefined,
    message: error instanceof Error ? error.message : String(error),
    code: codeOf(cause),
    causes: causes.map((one) => codeOf(one) ?? String(one)),
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

void main(process.argv.slice(2));
