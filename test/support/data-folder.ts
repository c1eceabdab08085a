import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { knex } from 'knex';
import type { Knex } from 'knex';
import type { VerifyReport } from '../../src/files/verify';
import { liveBlobs } from './live-blobs';
import { blobFiles } from './server';
import { environmentFor } from './server-process';

/** A data folder seen from outside of the server: what the disk holds against what the catalog says. */
export interface DataFolder {
  /** Keys of the blobs on the disk. */
  blobs(): Promise<string[]>;
  /** Keys of the blobs that belong to files, or to uploads in parts. */
  live(): Promise<string[]>;
  /** Rows of the catalog's blobs, by state. */
  states(): Promise<Record<string, number>>;
  /** Resolves when no row is protected by a lease any more. */
  leasesToRunOut(): Promise<void>;
  /** Whether a lease protects a row now. */
  isLeased(): Promise<boolean>;
  /** Resolves when exactly the live blobs are on the disk. @throws Error with the difference after `seconds`. */
  toBeExact(seconds?: number): Promise<void>;
  /** Runs the `verify` command of the built server. */
  verify(): Promise<{ exitCode: number | null; report: VerifyReport }>;
  database: Knex;
  close(): Promise<void>;
}

export function openDataFolder(folder: string): DataFolder {
  const database = knex({
    client: 'sqlite3',
    connection: { filename: join(folder, 'sluice.db') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  return {
    blobs,
    live: () => liveBlobs(database),
    states,
    leasesToRunOut,
    isLeased,
    toBeExact,
    verify,
    database,
    close: () => database.destroy(),
  };

  async function blobs(): Promise<string[]> {
    return (await blobFiles(join(folder, 'blobs'))).toSorted();
  }

  async function states(): Promise<Record<string, number>> {
    const rows: { state: string; count: number }[] = await database('blobs')
      .select('state')
      .count({ count: '*' })
      .groupBy('state');
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  }

  async function leasesToRunOut(): Promise<void> {
    while (await isLeased()) await sleep(50);
  }

  async function isLeased(): Promise<boolean> {
    const rows: unknown[] = await database.raw("select 1 from blobs where due_at > unixepoch('subsec') limit 1");
    return rows.length > 0;
  }

  async function toBeExact(seconds = 15): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const [stored, wanted] = [await blobs(), await liveBlobs(database)];
      if (stored.join() === wanted.join()) return;
      if (performance.now() > deadline) {
        const orphans = stored.filter((key) => !wanted.includes(key));
        const missing = wanted.filter((key) => !stored.includes(key));
        throw new Error(
          `after ${seconds} s there are orphans [${orphans.join()}] and missing blobs [${missing.join()}]`,
        );
      }
      await sleep(25);
    }
  }

  async function verify(): Promise<{ exitCode: number | null; report: VerifyReport }> {
    const main = join(__dirname, '../../dist/src/main.js');
    const env = { ...process.env, ...environmentFor(folder) };
    const child = spawn(process.execPath, [main, 'verify', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = await Promise.all([buffer(child.stdout), once(child, 'exit')]);
    return { exitCode: child.exitCode, report: JSON.parse(text.toString()) as VerifyReport };
  }
}
