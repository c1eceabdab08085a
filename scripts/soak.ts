import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseByteSize } from '../src/storage/storage-url';
import { withEngines } from './soak/deployment';
import { refuseUploads } from './refusals/table';
import { runCrashRounds } from './soak/crash-rounds';
import { meetHostileClients } from './soak/hostile-clients';
import { killInLargeUploads } from './soak/large-kills';
import { measurePeakMemory } from './soak/memory';
import { runReplicas } from './soak/replicas';
import { uploadSteadily } from './soak/steady-upload';
import { answerHelp } from './help';

answerHelp(`Runs the long tests at real size against the built server. npm run test:slow runs the same code at a smaller size.

    npm run soak -- [--only crash,large-kills,steady,memory,hostile-clients,refusals] [--rounds 1000] [--clients 8]
                    [--seed N] [--kills 20] [--minutes 10] [--memory-size 4GiB] [--refused-size 1GiB]
                    [--refused-client PART_OF_A_NAME]`);

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'crash,large-kills,steady,memory,hostile-clients,refusals' },
    rounds: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kills: { type: 'string', default: '20' },
    replicas: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '10' },
    'memory-size': { type: 'string', default: '4GiB' },
    'refused-size': { type: 'string', default: '1GiB' },
    'refused-client': { type: 'string', default: '' },
  },
});

const parts: Record<string, (folder: string) => Promise<{ violations: readonly string[] }>> = {
  crash: (folder) =>
    runCrashRounds({
      folder,
      rounds: Number(values.rounds),
      clients: Number(values.clients),
      seed: Number(values.seed),
      exactEvery: 5,
      onRound(round, { counts, violations }) {
        if (round % 25 === 0 || violations.length > 0) say(`round ${round}`, counts);
      },
    }),
  'large-kills': (folder) => killInLargeUploads({ folder, kills: Number(values.kills), bytes: 64 * 1024 * 1024 }),
  replicas: () =>
    withEngines((urls) =>
      runReplicas({
        ...urls,
        replicas: Number(values.replicas),
        clients: Number(values.clients),
        seconds: 60 * Number(values.minutes),
        kills: Number(values.kills),
        seed: Number(values.seed),
      }),
    ),
  steady: (folder) => uploadSteadily({ folder, seconds: 60 * Number(values.minutes), idleSeconds: 10 }),
  memory: (folder) =>
    measurePeakMemory({ folder, sizes: [64 * 1024 * 1024, parseByteSize(values['memory-size'])], maxGrowthMiB: 40 }),
  'hostile-clients': (folder) => meetHostileClients({ folder, clients: 500 }),
  refusals: (folder) => {
    const bytes = parseByteSize(values['refused-size']);
    return refuseUploads({ folder, bytes, only: values['refused-client'], onLine: print });
  },
};

async function main(): Promise<void> {
  for (const name of values.only.split(',')) {
    const part = parts[name];
    if (!part) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    const folder = await mkdtemp(join(tmpdir(), 'sluice-soak-'));
    say(name, 'begins', ...(name === 'crash' ? [`with the seed ${values.seed}`] : []));
    const startedAt = performance.now();
    const report = await part(folder);
    say(name, report, `${Math.round((performance.now() - startedAt) / 1000)} s`);
    if (report.violations.length > 0) {
      say(`${name}: FAILED; the data folder is kept in ${folder}`);
      process.exitCode = 1;
    } else {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function say(...words: unknown[]): void {
  const text = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word)));
  print(`${new Date().toISOString()} ${text.join(' ')}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
