import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Backlog, FileCatalog } from '../catalog/file-catalog';
import { keptFor } from './kept-for';

/** A larger backlog says no more, and takes longer to count. */
const MAX_COUNTED = 10_000;
const KEPT_SECONDS = 5;

/** What waits to be freed, and for connections to the database. While the catalog is away there is no backlog to tell. */
export function addCatalogMetrics(registry: Registry, catalog: FileCatalog, now: () => number): void {
  const read = keptFor(KEPT_SECONDS, () => catalog.backlog(now(), MAX_COUNTED));
  const help = `counted up to ${MAX_COUNTED}`;
  addBacklogGauge('sluice_blobs', `Blobs that are no file's, by state, ${help}.`, 'state', (backlog) => ({
    writing: backlog.writing.blobs,
    doomed: backlog.doomed.blobs,
  }));
  const overdueHelp = 'For how long the first blob has been due, by state.';
  addBacklogGauge('sluice_blobs_overdue_seconds', overdueHelp, 'state', (backlog) => ({
    writing: backlog.writing.overdueSeconds,
    doomed: backlog.doomed.overdueSeconds,
  }));
  addBacklogGauge('sluice_reaper_backlog', `What the reaper has to do now, ${help}.`, 'what', (backlog) => ({
    expired_files: backlog.expiredFiles,
    blobs: backlog.writing.due + backlog.doomed.due,
  }));
  const connections = new Gauge({
    name: 'sluice_database_connections',
    help: 'Connections to the database, by pool and state, and calls that wait for one.',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, counts] of Object.entries(catalog.pools())) {
        for (const [state, count] of Object.entries(counts)) connections.set({ pool, state }, count);
      }
    },
  });

  /** All workers read the same rows: the largest count is shown. */
  function addBacklogGauge(
    name: string,
    text: string,
    label: string,
    valuesOf: (backlog: Backlog) => Record<string, number>,
  ): void {
    const labels = { labelNames: [label], aggregator: 'max' } as const;
    const gauge = new Gauge({ name, help: text, ...labels, registers: [registry], collect });

    async function collect(): Promise<void> {
      const backlog = await read().catch(() => undefined);
      gauge.reset();
      if (!backlog) return;
      for (const [value, count] of Object.entries(valuesOf(backlog))) gauge.set({ [label]: value }, count);
    }
  }
}
