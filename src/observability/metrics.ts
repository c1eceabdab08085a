import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { version } from '../../package.json';
import { createScrape } from './cluster-metrics';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  // the default wakes an idle process a hundred times a second
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const requests = new Histogram({
    name: 'sluice_http_request_duration_seconds',
    help: 'Seconds from the head of a request to the end of its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600],
    registers,
  });
  const bytes = counter('sluice_uploaded_bytes_total', 'Bytes of files and parts that were committed.');
  const reaped = counter(
    'sluice_reaped_total',
    'What the reaper removed: files that expired, and blobs whose bytes it freed.',
    ['what'],
  );
  const gone = counter('sluice_clients_gone_total', 'Clients that left before their answer.');
  const refusals = counter('sluice_refusals_total', 'Requests that were refused or failed, by kind.', ['kind']);
  const received = counter('sluice_received_bytes_total', 'Bytes of requests that were received, heads included.');
  const sent = counter('sluice_sent_bytes_total', 'Bytes of answers that were sent, heads included.');
  const reaperRun = new Gauge({
    name: 'sluice_reaper_last_run_timestamp_seconds',
    help: 'When the reaper last completed a run, in seconds since 1970.',
    aggregator: 'max',
    registers,
  });
  const leases = counter(
    'sluice_lease_renewal_failures_total',
    'How often the leases of running uploads could not be renewed.',
  );
  const build = new Gauge({
    name: 'sluice_build_info',
    help: 'Always 1; its labels name the versions of Sluice and of Node.',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers,
  });
  build.set({ version, node: process.versions.node }, 1);
  return {
    registry,
    /** One answered request. `operation` is an operationId or the name of a built-in page, never a client's path. */
    request: (operation: string, status: number, seconds: number) =>
      requests.observe({ operation, status: String(status) }, seconds),
    uploadedBytes: (count: number) => bytes.inc(count),
    reaped: (what: 'expired' | 'freed', count: number) => reaped.inc({ what }, count),
    clientGone: () => gone.inc(),
    /** A refusal or a fault, by its kind. */
    refused: (kind: string) => refusals.inc({ kind }),
    bytesMoved(moved: { received: number; sent: number }) {
      received.inc(moved.received);
      sent.inc(moved.sent);
    },
    /** The reaper has run to its end. */
    reaperRan: () => reaperRun.setToCurrentTime(),
    leasesNotRenewed: () => leases.inc(),
    /** The text of a scrape. @throws AppError `unavailable` */
    scrape: createScrape(registry),
  };
}
