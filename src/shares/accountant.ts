import { createPool } from './pool';
import type { Pool } from './pool';

/** All clients without a key. No tenant has this name. */
export const STRANGERS = '';

export type Accountant = ReturnType<typeof createAccountant>;

/** Long enough for a burst to pass. */
const WAIT_SECONDS = 2;
/** Each takes CPU that uploads could have. */
const MAX_WHOLE_DRAINS = 16;

/**
 * What clients may make one process do and hold, each charged to its tenant, in two sums: work in hand, which is counted,
 * and the bytes that are held for clients.
 */
export function createAccountant({ maxUploads, maxBufferBytes }: { maxUploads: number; maxBufferBytes: number }) {
  return {
    /** Work: uploads whose file is received. */
    uploads: createPool({
      max: maxUploads,
      waitSeconds: WAIT_SECONDS,
      busy: 'Too many uploads are running. Try again in a moment.',
      evicted: 'The upload was ended: it was the slowest of many, and others wait for their share.',
    }),
    /** Work: long lists that are read. */
    longLists: createTurns(2, 'Too many lists are read.'),
    /** Work: long bodies of JSON that are parsed. */
    jsonBodies: createTurns(1, 'Too many bodies of JSON are parsed.'),
    /** Work: uploads in parts that are completed: each holds a list of parts, and may read all their bytes. */
    completions: createTurns(4, 'Too many uploads are completed.'),
    /**
     * Work: transactions of several statements, by which uploads in parts are created, get parts and end, and files in parts
     * go. SQLite has one writer, so each tenant's next commit waits for all that were begun before.
     */
    transactions: createTurns(2, 'Too many uploads in parts are changed.'),
    /** Work: uploads in parts that are cancelled and files in parts that are deleted: each frees thousands of blobs at once. */
    removals: createTurns(2, 'Too many files in parts are removed.'),
    /** Work: bodies that are read to their end behind a refusal, of strangers and of those with a key. */
    strangersDrains: createDrains(),
    drains: createDrains(),
    /** Bytes: answers that are not taken yet, fields of forms, parts of S3 uploads. */
    buffers: createPool({
      max: maxBufferBytes,
      waitSeconds: WAIT_SECONDS,
      busy: 'The server holds too much for its clients. Try again in a moment.',
      evicted: 'The transfer was ended: it was the slowest of many, and others wait for their share.',
    }),
  };
}

function createDrains(): Pool {
  return createPool({ max: MAX_WHOLE_DRAINS, waitSeconds: 0, busy: 'Too many bodies are read.' });
}

/** Limits each tenant, but neither all together nor the wait. */
function createTurns(maxPerTenant: number, busy: string): Pool {
  return createPool({ max: Infinity, maxPerTenant, waitSeconds: Infinity, busy });
}
