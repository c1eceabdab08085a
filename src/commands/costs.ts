import type { Config } from '../config/config';
import { ANSWER_BYTES } from '../http/connection/respond';
import { ALL_BATCHES_BYTES, BATCH_BYTES } from '../http/multipart/batches';
import { MAX_FIELDS_BYTES } from '../http/multipart/read-parts';

type CostSettings = Pick<
  Config,
  'maxHeaderBytes' | 'maxFieldBytes' | 'maxJsonBytes' | 'maxConnections' | 'maxBufferBytes' | 'workers'
>;

/** The memory that clients can use in one process with these settings on this machine: a line for each kind, and the sum. */
export function costsOf(settings: CostSettings): string[] {
  const { maxHeaderBytes, maxFieldBytes, maxJsonBytes, maxConnections, maxBufferBytes, workers } = settings;
  const heads = maxConnections * maxHeaderBytes;
  const batches = 2 * ALL_BATCHES_BYTES;
  const sum = `${inWords(heads)} + ${inWords(batches)} + ${inWords(maxBufferBytes)} = ${inWords(heads + batches + maxBufferBytes)}`;
  return [
    `connection: a head of ${inWords(maxHeaderBytes)}; with at most ${maxConnections} of them (MAX_CONNECTIONS) ${inWords(heads)}`,
    `form: ${inWords(maxFieldBytes)}, and its fields up to ${inWords(Math.max(MAX_FIELDS_BYTES, maxFieldBytes))} (counted)`,
    `JSON body: the bytes received, up to ${inWords(maxJsonBytes)} (counted)`,
    `file being uploaded: two batches of ${inWords(BATCH_BYTES)}; all files together ${inWords(batches)}`,
    'part of an upload to S3: the bytes received, then parts of 8 MiB (counted)',
    `answer that the client does not read: ${inWords(ANSWER_BYTES)} (counted)`,
    `everything that is counted, of all clients: ${inWords(maxBufferBytes)} (MAX_BUFFER_BYTES)`,
    `sum, without the process itself: ${sum}${workers > 1 ? `, for each of ${workers} workers` : ''}`,
  ];
}

function inWords(bytes: number): string {
  const MIB = 1024 * 1024;
  return bytes >= MIB && (bytes % MIB === 0 || bytes > 100 * MIB)
    ? `${Math.round(bytes / MIB)} MiB`
    : `${Math.round(bytes / 1024)} KiB`;
}
