import { promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { DatabaseSettings } from '../catalog/database-url';
import { isAppError } from '../errors';
import type { StorageSettings } from '../storage/storage-url';

/**
 * Measures the calls of catalog and store. A `put` takes as long as its client does. Only a failure of the engine counts as
 * an error, not a file that does not exist.
 */
export function createEngineMetrics(registry: Registry): <T extends object>(engine: string, calls: T) => T {
  const registers = [registry];
  const labelNames = ['engine', 'call'];
  const seconds = new Histogram({
    name: 'sluice_engine_duration_seconds',
    help: 'Seconds of a call to the catalog or the storage; a `put` includes waiting for its client.',
    labelNames,
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers,
  });
  const errors = new Counter({
    name: 'sluice_engine_errors_total',
    help: 'Calls to the catalog or the storage that failed.',
    labelNames,
    registers,
  });
  return (engine, calls) => {
    const measured = Object.entries(calls).map(([call, run]: [string, unknown]) => [
      call,
      typeof run === 'function' ? measure({ engine, call }, run as (...given: unknown[]) => unknown) : run,
    ]);
    return Object.fromEntries(measured) as typeof calls;
  };

  function measure(labels: { engine: string; call: string }, run: (...given: unknown[]) => unknown) {
    return (...given: unknown[]): unknown => {
      const startedAt = performance.now();
      const result = run(...given);
      if (!(result instanceof Promise)) return result;
      return result
        .catch((error: unknown) => {
          if (!isAppError(error) || error.kind === 'unavailable') errors.inc(labels);
          throw error;
        })
        .finally(() => seconds.observe(labels, (performance.now() - startedAt) / 1000));
    };
  }
}

/** Room on the disks of catalog and store, and the size of SQLite's log, where there are such. */
export function addDiskMetrics(
  registry: Registry,
  { database, storage }: { database: DatabaseSettings; storage: StorageSettings },
): void {
  const file = database.kind === 'sqlite' && database.filename !== ':memory:' ? database.filename : undefined;
  const folders = {
    ...(file !== undefined && { catalog: dirname(file) }),
    ...(storage.kind === 'file' && { storage: storage.root }),
  };
  const registers = [registry];
  const free = new Gauge({
    name: 'sluice_free_bytes',
    help: 'Free bytes on the disk of the catalog or of the storage.',
    labelNames: ['disk'],
    aggregator: 'min',
    registers,
    async collect() {
      for (const [disk, folder] of Object.entries(folders)) {
        const room = await fs.statfs(folder).catch(() => undefined);
        if (room) free.set({ disk }, room.bavail * room.bsize);
        else free.remove({ disk });
      }
    },
  });
  const log = new Gauge({
    name: 'sluice_sqlite_log_bytes',
    help: 'Size of the write-ahead log of SQLite in bytes; 0 where there is none.',
    aggregator: 'max',
    registers,
    async collect() {
      const found = file === undefined ? undefined : await fs.stat(`${file}-wal`).catch(() => undefined);
      log.set(found?.size ?? 0);
    },
  });
}
