import { setTimeout as sleep } from 'node:timers/promises';
import { startRoundRobin } from './round-robin';
import { openDeployment } from './deployment';
import type { EngineUrls } from './deployment';
import { contentOf, uploadForm } from '../../test/support/form-upload';
import { createLedger } from './ledger';
import { createRandom } from '../../test/support/random';
import { startServerProcess } from '../../test/support/server-process';
import type { ServerProcess } from '../../test/support/server-process';
import { act, contentBytes, listAll } from './workload';

interface ReplicasOptions extends EngineUrls {
  replicas: number;
  clients: number;
  seconds: number;
  /** How often a replica is killed in the middle of a large upload, and another takes its place. */
  kills: number;
  seed: number;
}

const MIB = 1024 * 1024;
const LARGE = 40 * MIB;
const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', LOG_LEVEL: 'info' };

/**
 * Clients upload, read and delete through a round-robin while all replicas reap, and replicas are killed in mid-upload.
 * In the end every replica lists the same, what was answered 200 is there byte for byte, what expires is freed once, and
 * S3 holds no object and no unfinished upload that no file owns.
 */
export async function runReplicas(options: ReplicasOptions) {
  const { databaseUrl, storageUrl, replicas, clients, seconds, kills, seed } = options;
  const random = createRandom(seed);
  const ledger = createLedger();
  const env = { ...ENV, DATABASE_URL: databaseUrl, STORAGE_URL: storageUrl };
  const start = () => startServerProcess({ folder: '/nonexistent', env });
  const servers = await Promise.all(Array.from({ length: replicas }, start));
  const targets = servers.map((server) => server.url);
  const outputs = new Set(servers);
  const roundRobin = await startRoundRobin(targets);
  const deployment = await openDeployment(options);
  const over = new AbortController();
  const running = Array.from({ length: clients }, async () => {
    while (!over.signal.aborted) await act(roundRobin.url, ledger, random);
  });
  const report = { kills: 0, unfinishedSeen: 0, expired: 0, freed: 0, contentChecks: 0 };
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep((1000 * seconds) / (kills + 1));
      await killInUpload(kill % replicas);
    }
    await sleep((1000 * seconds) / (kills + 1));
    over.abort();
    await Promise.all(running);
    await compare();
    await expireAll();
    await deployment.toBeExact().catch((error: Error) => ledger.violation(error.message));
    for (const server of outputs) examineLog(server.output());
  } finally {
    over.abort();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await Promise.all([roundRobin.close(), deployment.close()]);
  }
  return {
    scale: { replicas, clients, seconds, seed },
    ...report,
    counts: ledger.counts,
    violations: ledger.violations,
  };

  async function killInUpload(index: number): Promise<void> {
    const victim = servers[index];
    if (!victim) throw new Error('no such replica');
    const { status } = await uploadForm(victim.url, {
      filename: 'killed',
      content: contentOf(1, LARGE),
      bytes: LARGE,
      async beforePiece(sentBytes) {
        if (sentBytes !== LARGE / 2) return;
        while ((await deployment.unfinished()).length === 0) await sleep(20);
        report.unfinishedSeen += 1;
        await victim.end('SIGKILL');
      },
    });
    if (status !== undefined) ledger.violation(`the upload to the replica that was killed was answered ${status}`);
    report.kills += 1;
    const next = await start();
    servers[index] = next;
    targets[index] = next.url;
    outputs.add(next);
  }

  async function compare(): Promise<void> {
    const lists = await Promise.all(servers.map((server) => listAll(server.url)));
    for (const list of lists) if (JSON.stringify(list) !== JSON.stringify(lists[0])) ledger.violation('lists differ');
    ledger.settle(lists[0] ?? []);
    for (const [index, file] of ledger.live().entries()) {
      const response = await fetch(`${targets[index % replicas]}/v1/files/${file.id}/content`);
      const isWhole = Buffer.from(await response.arrayBuffer()).equals(contentBytes(file));
      if (!isWhole) ledger.violation(`${file.filename} came back with other bytes`);
      report.contentChecks += 1;
    }
  }

  /** All files expire at once: the reapers share them, and none is freed twice. */
  async function expireAll(): Promise<void> {
    const files = await deployment.database('files').update({ expires_at: 1 });
    await deployment.toBeExact().catch((error: Error) => ledger.violation(error.message));
    const reaped = () => [...outputs].reduce((sum, server) => sum + reapedBy(server, 'expired'), 0);
    for (let waited = 0; reaped() < files && waited < 100; waited += 1) await sleep(50);
    if (reaped() !== files) ledger.violation(`${files} files expired and ${reaped()} were reaped`);
    report.expired = files;
    report.freed = [...outputs].reduce((sum, server) => sum + reapedBy(server, 'freed'), 0);
  }

  function examineLog(output: string): void {
    const trouble = output.split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    for (const line of trouble) ledger.violation(`a replica said: ${line.slice(0, 1000)}`);
  }
}

function reapedBy(server: ServerProcess, what: 'expired' | 'freed'): number {
  const lines = server.output().matchAll(new RegExp(`"${what}":(\\d+)`, 'g'));
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
