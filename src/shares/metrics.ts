import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Accountant } from './accountant';

/** What is held now: all zero when no client is there. */
export function addShareMetrics(registry: Registry, accountant: Accountant): void {
  const work = new Gauge({
    name: 'sluice_work_in_hand',
    help: 'Work that runs now: uploads, long lists, long bodies of JSON, completions, transactions and removals of what has parts, and bodies that are read after a refusal.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const { longLists, jsonBodies, completions, transactions, removals, drains, strangersDrains } = accountant;
      work.set({ kind: 'uploads' }, accountant.uploads.held());
      work.set({ kind: 'long_lists' }, longLists.held());
      work.set({ kind: 'json_bodies' }, jsonBodies.held());
      work.set({ kind: 'completions' }, completions.held());
      work.set({ kind: 'transactions' }, transactions.held());
      work.set({ kind: 'removals' }, removals.held());
      work.set({ kind: 'drains' }, drains.held() + strangersDrains.held());
    },
  });
  const uploads = new Gauge({
    name: 'sluice_running_uploads',
    help: 'Uploads whose file is being stored now.',
    registers: [registry],
    collect() {
      uploads.set(accountant.uploads.held());
    },
  });
  const buffers = new Gauge({
    name: 'sluice_buffer_bytes',
    help: 'Bytes that are buffered for clients now: answers that they have not read, form fields, parts on their way to S3.',
    registers: [registry],
    collect() {
      buffers.set(accountant.buffers.held());
    },
  });
}
