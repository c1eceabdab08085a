import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { TenantUsage } from '../catalog/file-catalog';
import type { Quota } from '../catalog/quota';
import { keptFor } from './kept-for';

/** Each label value costs memory in the collector: only the tenants with the most bytes are shown. */
const MAX_TENANTS = 100;
const KEPT_SECONDS = 5;

/**
 * What each tenant uses, and what it may use where it has a quota. Every process says the same, since the catalog counts.
 * While the catalog is away there are no values.
 */
export function addUsageMetrics(
  registry: Registry,
  readUsages: (limit: number) => Promise<TenantUsage[]>,
  quotaOf: (tenant: string) => Quota,
): void {
  const read = keptFor(KEPT_SECONDS, () => readUsages(MAX_TENANTS));
  const shown = 'for the hundred tenants with the most bytes';
  const allowed = 'that the quota of a tenant allows, where it has one';
  addGauge('sluice_tenant_files', `Files of a tenant, ${shown}.`, (usage) => usage.files);
  addGauge('sluice_tenant_bytes', `Bytes of a tenant’s files, ${shown}.`, (usage) => usage.bytes);
  addGauge('sluice_tenant_max_files', `Files ${allowed}.`, (_, quota) => quota.maxFiles);
  addGauge('sluice_tenant_max_bytes', `Bytes ${allowed}.`, (_, quota) => quota.maxBytes);

  function addGauge(name: string, help: string, valueOf: (usage: TenantUsage, quota: Quota) => number): void {
    const gauge = new Gauge({ name, help, labelNames: ['tenant'], aggregator: 'max', registers: [registry], collect });

    async function collect(): Promise<void> {
      const usages = await read().catch(() => []);
      gauge.reset();
      for (const usage of usages) {
        const value = valueOf(usage, quotaOf(usage.tenant));
        if (value < Infinity) gauge.set({ tenant: usage.tenant }, value);
      }
    }
  }
}
