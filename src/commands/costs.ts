import type { Config } from '../config/config';
import { defaultMaxConnections } from '../http/connection/max-connections';
import { ANSWER_BYTES } from '../http/connection/respond';
import { ALL_BATCHES_BYTES, BATCH_BYTES } from '../http/multipart/batches';
import { MAX_FIELDS_BYTES } from '../http/multipart/read-parts';
import { defaultBufferBytes } from '../shares/default-buffer-bytes';

type CostSettings = Pick<
  Config,
  'maxHeaderBytes' | 'maxFieldBytes' | 'maxJsonBytes' | 'maxConnections' | 'maxBufferBytes' | 'workers'
>;

/** What clients may make a process hold in memory by these settings, on this machine: a sentence for each, and their sum. */
export function costsOf(settings: CostSettings): string[] {
  const { maxHeaderBytes, maxFieldBytes, maxJsonBytes, workers } = settings;
  const connections = settings.maxConnections || defaultMaxConnections();
  const charged = settings.maxBufferBytes || defaultBufferBytes();
  const heads = connections * maxHeaderBytes;
  const batches = 2 * ALL_BATCHES_BYTES;
  const sum = `${inWords(heads)} + ${inWords(batches)} + ${inWords(charged)} = ${inWords(heads + batches + charged)}`;
  return [
    `a connection: its head, ${inWords(maxHeaderBytes)}; ${connections} at most (MAX_CONNECTIONS), ${inWords(heads)}`,
    `a form: ${inWords(maxFieldBytes)} and its fields, ${inWords(Math.max(MAX_FIELDS_BYTES, maxFieldBytes))} (charged)`,
    `a body of JSON: what has come, ${inWords(maxJsonBytes)} at most (charged)`,
    `a file that comes: two batches of ${inWords(BATCH_BYTES)}; all together ${inWords(batches)}`,
    'a part on its way to S3: what has come, then parts of 8 MiB (charged)',
    `an answer that is not read: ${inWords(ANSWER_BYTES)} (charged)`,
    `all that is charged, of all clients: ${inWords(charged)} (MAX_BUFFER_BYTES)`,
    `the sum, beside the process itself: ${sum}${workers > 1 ? `, for each of ${workers} workers` : ''}`,
  ];
}

function inWords(bytes: number): string {
  const MIB = 1024 * 1024;
  return bytes >= MIB && (bytes % MIB === 0 || bytes > 100 * MIB)
    ? `${Math.round(bytes / MIB)} MiB`
    : `${Math.round(bytes / 1024)} KiB`;
}
