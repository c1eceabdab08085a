import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCrashRounds } from '../../scripts/soak/crash-rounds';
import { killInLargeUploads } from '../../scripts/soak/large-kills';

/** `npm run soak` runs 1,000 rounds, and 20 kills in uploads of 64 MiB. */
const SCALE = { rounds: 3, clients: 8, kills: 2, megabytes: 8 };

describe(`a server that is killed at any moment (scale: ${JSON.stringify(SCALE)})`, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-crash-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test(`keeps what it answered, ${SCALE.rounds} times with ${SCALE.clients} clients, and nothing else`, async () => {
    const seed = Date.now() % 1_000_000;
    const report = await runCrashRounds({ folder, ...SCALE, seed, exactEvery: SCALE.rounds, maxRunMs: 600 });
    expect(report).toMatchObject({ rounds: SCALE.rounds, exactChecks: 1, violations: [] });
    expect(report.counts['answered200']).toBeGreaterThan(0);
    expect(report.counts['partsAnswered200']).toBeGreaterThan(0);
    expect(report.counts['resumed']).toBeGreaterThan(0);
  });

  test(`leaves nothing of a large upload, ${SCALE.kills} times half-way in ${SCALE.megabytes} MB`, async () => {
    const report = await killInLargeUploads({ folder, kills: SCALE.kills, bytes: SCALE.megabytes * 1_000_000 });
    expect(report).toMatchObject({ kept: SCALE.kills, violations: [] });
  });
});
