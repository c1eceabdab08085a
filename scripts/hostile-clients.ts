/**
 * Hostile clients at full size against the built server in a process of its own; Linux, since it reads /proc.
 *
 *     npx tsx scripts/hostile-clients.ts [--clients 500]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { meetHostileClients } from './soak/hostile-clients';

const { values } = parseArgs({ options: { clients: { type: 'string', default: '500' } } });

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
  try {
    const { reports, violations } = await meetHostileClients({ folder, clients: Number(values.clients) });
    for (const report of reports) process.stdout.write(`${JSON.stringify(report)}\n`);
    if (violations.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
