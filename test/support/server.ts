import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { parseConfig } from '../../src/config/config';
import { startServer } from '../../src/server';
import { MARK_NAME } from '../../src/storage/blob-store';
import type { Overrides } from '../../src/server';

export interface TestServer {
  url: string;
  /** The folder of its database and blobs; empty on the memory pair. */
  folder: string;
  /** Lines that it logged, parsed. */
  log: Record<string, unknown>[];
  /** Names of the files under the blob folder. */
  blobs(): Promise<string[]>;
  close(): Promise<void>;
}

/** `durable` stores every file as a blob, `small files` those of 16 KiB in their rows. */
export type Pair = 'durable' | 'small files' | 'memory';
export const PAIRS: readonly Pair[] = ['durable', 'memory'];
/** For what must be the same wherever a file's content is. */
export const ALL_PAIRS: readonly Pair[] = ['durable', 'small files', 'memory'];

/** The real server on port 0, configured by environment variables as an operator would. */
export async function startTestServer(
  options: { pair?: Pair; env?: Record<string, string>; parts?: Overrides; folder?: string } = {},
): Promise<TestServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sluice-test-')));
  const storage: Record<string, string> =
    options.pair === 'memory'
      ? { DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:?max=256MiB' }
      : {
          DATABASE_URL: `sqlite:${folder}/sluice.db`,
          STORAGE_URL: `file:${folder}/blobs`,
          SMALL_FILE_BYTES: options.pair === 'small files' ? '16KiB' : '0',
        };
  const config = parseConfig({ PORT: '0', SHUTDOWN_GRACE_SECONDS: '1', ...storage, ...options.env });
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'debug', serializers: { err: pino.stdSerializers.errWithCause } },
    { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const server = await startServer(config, logger, options.parts);
  return {
    url: server.url,
    folder,
    log,
    blobs: () => blobFiles(join(folder, 'blobs')),
    async close() {
      await server.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every regular file below a folder but the store's mark; an absent folder holds none. */
export async function blobFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith(MARK_NAME));
}
