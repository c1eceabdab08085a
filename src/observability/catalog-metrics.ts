import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Backlog, FileCatalog, TenantUsage } from '../catalog/file-catalog';
import type { Quota } from '../catalog/quota';
import { keptFor } from './kept-for';

/** A larger backlog says no more, and takes longer to count. */
const MAX_COUNTED = 10_000;
/** Each label value costs memory in the collector: only the tenants with the most bytes are shown. */
const MAX_TENANTS = 100;
const KEPT_SECONDS = 5;

/** What waits to be freed, and for connections to the database. */
export function addCatalogMetrics(registry: Registry, catalog: FileCatalog, now: () => number): void {
  const read = keptFor(KEPT_SECONDS, () => catalog.backlog(now(), MAX_COUNTED));
  const counted = `counted up to ${MAX_COUNTED}`;
  addBacklogGauge('sluice_blobs', `Blobs that are no file's, by state, ${counted}.`, 'state', (backlog) => ({
    writing: backlog.writing.blobs,
    doomed: backlog.doomed.blobs,
  }));
  const overdueHelp = 'For how long the first blob has been due, by state.';
  addBacklogGauge('sluice_blobs_overdue_seconds', overdueHelp, 'state', (backlog) => ({
    writing: backlog.writing.overdueSeconds,
    doomed: backlog.doomed.overdueSeconds,
  }));
  addBacklogGauge('sluice_reaper_backlog', `What the reaper has to do now, ${counted}.`, 'what', (backlog) => ({
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

  type ValuesOf = (backlog: Backlog) => Record<string, number>;

  function addBacklogGauge(name: string, help: string, label: string, valuesOf: ValuesOf): void {
    addCatalogGauge(registry, name, help, label, async () => Object.entries(valuesOf(await read())));
  }
}

/** What each tenant uses, and what it may use where it has a quota. */
export function addUsageMetrics(
  registry: Registry,
  readUsages: (limit: number) => Promise<TenantUsage[]>,
  quotaOf: (tenant: string) => Quota,
): void {
  const read = keptFor(KEPT_SECONDS, () => readUsages(MAX_TENANTS));
  const shown = 'for the hundred tenants with the most bytes';
  const allowed = 'that the quota of a tenant allows, where it has one';
  addUsageGauge('sluice_tenant_files', `Files of a tenant, ${shown}.`, (usage) => usage.files);
  addUsageGauge('sluice_tenant_bytes', `Bytes of a tenant’s files, ${shown}.`, (usage) => usage.bytes);
  addUsageGauge('sluice_tenant_max_files', `Files ${allowed}.`, (_, quota) => quota.maxFiles);
  addUsageGauge('sluice_tenant_max_bytes', `Bytes ${allowed}.`, (_, quota) => quota.maxBytes);

  function addUsageGauge(name: string, help: string, valueOf: (usage: TenantUsage, quota: Quota) => number): void {
    addCatalogGauge(registry, name, help, 'tenant', async () => {
      const usages = await read();
      return usages.map((usage) => [usage.tenant, valueOf(usage, quotaOf(usage.tenant))] as const);
    });
  }
}

/** All workers read the same rows: the largest value is shown. While the catalog is away there are none. */
function addCatalogGauge(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Promise<(readonly [string, number])[]>,
): void {
  const labels = { labelNames: [label], aggregator: 'max' } as const;
  const gauge = new Gauge({ name, help, ...labels, registers: [registry], collect });

  async function collect(): Promise<void> {
    const values = await read().catch(() => []);
    gauge.reset();
    for (const [value, count] of values) if (count < Infinity) gauge.set({ [label]: value }, count);
  }
}
