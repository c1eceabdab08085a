import type { Config } from '../config/config';
import { ANSWER_BYTES } from '../http/connection/respond';
import { ALL_BATCHES_BYTES, BATCH_BYTES } from '../http/multipart/batches';
import { MAX_FIELDS_BYTES } from '../http/multipart/read-parts';

type CostSettings = Pick<Config, 'maxHeaderBytes' | 'maxFieldBytes' | 'maxConnections' | 'maxBufferBytes'>;

/** What one client may make a process hold in memory by these settings, a sentence each. */
export function costsOf({ maxHeaderBytes, maxFieldBytes, maxConnections, maxBufferBytes }: CostSettings): string[] {
  const all = maxBufferBytes === 0 ? 'a quarter of the memory, at most 512 MiB' : inWords(maxBufferBytes);
  const connections = maxConnections === 0 ? 'as many as descriptors allow' : `${maxConnections} at most`;
  return [
    `a connection: its head, ${inWords(maxHeaderBytes)} (${connections})`,
    `a form: ${inWords(maxFieldBytes)} and its fields, ${inWords(Math.max(MAX_FIELDS_BYTES, maxFieldBytes))} (charged)`,
    `a file that comes: two batches of ${inWords(BATCH_BYTES)}; all together two times ${inWords(ALL_BATCHES_BYTES)}`,
    'a part on its way to S3: what has come, then parts of 8 MiB (charged)',
    `an answer that is not read: ${inWords(ANSWER_BYTES)} (charged)`,
    `all that is charged, of all clients: MAX_BUFFER_BYTES, ${all}`,
  ];
}

function inWords(bytes: number): string {
  const MIB = 1024 * 1024;
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
