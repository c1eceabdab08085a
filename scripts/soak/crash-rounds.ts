import { setTimeout as sleep } from 'node:timers/promises';
import { openDataFolder } from '../../test/support/data-folder';
import { createLedger } from './ledger';
import type { KnownFile, Ledger } from './ledger';
import { createRandom } from '../../test/support/random';
import { launchServer, startServerProcess } from '../../test/support/server-process';
import { resumeUploads } from './uploads-in-parts';
import type { OpenUpload } from './uploads-in-parts';
import { act, contentBytes, listAll } from './workload';

interface CrashRoundsOptions {
  folder: string;
  rounds: number;
  clients: number;
  seed: number;
  /** After so many rounds the data folder is compared with the catalog, once the leases have run out. */
  exactEvery: number;
  /** A kill comes at most so many milliseconds after the clients have begun. */
  maxRunMs?: number;
  onRound?: (round: number, ledger: Ledger) => void;
}

const LEASE_SECONDS = 2;

/**
 * SIGKILL at random moments while clients upload, in one piece or in parts, read and delete. After each kill: what was
 * answered 200 is there byte for byte, what was answered as deleted is gone, and nothing else is there but whole uploads
 * whose answer was lost. Uploads in parts are resumed: each part that was answered is there.
 */
export async function runCrashRounds(options: CrashRoundsOptions) {
  const { folder, rounds, clients, exactEvery, maxRunMs = 900 } = options;
  const random = createRandom(options.seed);
  const ledger = createLedger();
  const open: OpenUpload[] = [];
  const report = { rounds: 0, killsInStart: 0, exactChecks: 0, contentChecks: 0 };
  for (let round = 1; round <= rounds && ledger.violations.length === 0; round += 1) {
    if (random.chance(0.05)) await killInStart();
    const server = await startServerProcess({ folder, env: environment(1) });
    await check(server.url);
    const over = new AbortController();
    const running = Array.from({ length: clients }, async () => {
      while (!over.signal.aborted) await act(server.url, ledger, random, { open });
    });
    await Promise.race([sleep(random.below(maxRunMs)), server.ended]);
    if (server.hasEnded()) ledger.violation(`the server ended by itself: ${server.output().slice(-2000)}`);
    over.abort();
    await server.end('SIGKILL');
    await Promise.all(running);
    report.rounds = round;
    if (round % exactEvery === 0 || round === rounds) await checkExactly();
    options.onRound?.(round, ledger);
  }
  return { ...report, counts: ledger.counts, violations: ledger.violations };

  async function killInStart(): Promise<void> {
    const { child, ended } = launchServer({ folder, env: environment(1) });
    await sleep(random.below(700));
    child.kill('SIGKILL');
    await ended;
    report.killsInStart += 1;
  }

  async function check(url: string): Promise<void> {
    const deletedIds = ledger.deletedIds();
    await resumeUploads(url, ledger, open);
    const files = ledger.settle(await listAll(url));
    const others = ledger.live();
    for (let extra = 0; extra < 5 && others.length > 0; extra += 1) files.push(random.pick(others));
    for (const file of new Set(files)) await checkContent(url, file);
    report.contentChecks += files.length;
    for (const id of deletedIds) {
      const { status } = await fetch(`${url}/v1/files/${id}/content`);
      if (status !== 404) ledger.violation(`the content of the deleted ${id} was answered ${status}`);
    }
  }

  async function checkContent(url: string, file: KnownFile): Promise<void> {
    const response = await fetch(`${url}/v1/files/${file.id}/content`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!bytes.equals(contentBytes(file))) ledger.violation(`${file.filename} came back with other bytes`);
  }

  /** Once the leases have run out, the one reaper run at the next start leaves exactly the live blobs. */
  async function checkExactly(): Promise<void> {
    const data = openDataFolder(folder);
    try {
      await data.leasesToRunOut();
      const server = await startServerProcess({ folder, env: environment(86_400) });
      await check(server.url);
      await data.toBeExact().catch((error: Error) => ledger.violation(error.message));
      const { exitCode, report: verified } = await data.verify();
      if (exitCode !== 0) ledger.violation(`verify ended with ${exitCode}: ${JSON.stringify(verified.faults)}`);
      await server.end('SIGKILL');
      report.exactChecks += 1;
    } finally {
      await data.close();
    }
  }
}

function environment(reapIntervalSeconds: number): Record<string, string> {
  return {
    UPLOAD_LEASE_SECONDS: String(LEASE_SECONDS),
    REAP_INTERVAL_SECONDS: String(reapIntervalSeconds),
    LOG_LEVEL: 'info',
  };
}
