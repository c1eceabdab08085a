import { setTimeout as sleep } from 'node:timers/promises';
import { knex } from 'knex';
import { openBlobStore } from '../../src/storage/open';
import { parseStorageUrl } from '../../src/storage/storage-url';
import { startPostgres } from '../../test/engines/postgres';
import { startS3 } from '../../test/engines/s3';
import { liveBlobs } from '../../test/support/live-blobs';

export interface EngineUrls {
  databaseUrl: string;
  storageUrl: string;
}

/** Calls `run` with the URLs of a Postgres and an S3 server that it starts and removes. */
export async function withEngines<Report>(run: (urls: EngineUrls) => Promise<Report>): Promise<Report> {
  const [s3, postgres] = await Promise.all([startS3(), startPostgres()]);
  try {
    const storageUrl = `s3://${await s3.createBucket()}/files?endpoint=${s3.endpoint}`;
    return await run({ databaseUrl: await postgres.createDatabase(), storageUrl });
  } finally {
    await Promise.all([s3.remove(), postgres.remove()]);
  }
}

/** Compares, from outside of the servers, what Postgres lists with what S3 stores. */
export async function openDeployment({ databaseUrl, storageUrl }: EngineUrls) {
  // knex would print the errors of a test that restarts Postgres
  const log = { warn: () => undefined, error: () => undefined };
  const database = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 2 }, log });
  const store = await openBlobStore(parseStorageUrl(storageUrl));
  return { database, stored, unfinished, states, toBeExact, close };

  /** Objects, and unfinished multipart uploads with a `+` behind the key. */
  async function stored(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key, bytes } of store.list()) keys.push(bytes === undefined ? `${key}+` : key);
    return keys.toSorted();
  }

  async function unfinished(): Promise<string[]> {
    return (await stored()).filter((key) => key.endsWith('+'));
  }

  /** Rows of the catalog's blobs, by state. */
  async function states(): Promise<Record<string, number>> {
    const rows: { state: string; count: string }[] = await database('blobs')
      .select('state')
      .count({ count: '*' })
      .groupBy('state');
    return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
  }

  /** Resolves when exactly the objects of files and pending uploads are stored and every row is live. @throws Error with the difference. */
  async function toBeExact(seconds = 25): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const [there, wanted] = [await stored(), await liveBlobs(database)];
      const rows = await states();
      const isSettled = Object.keys(rows).every((state) => state === 'live') && (rows['live'] ?? 0) === wanted.length;
      if (isSettled && there.join() === wanted.join()) return;
      if (performance.now() > deadline) {
        const orphans = there.filter((key) => !wanted.includes(key));
        const missing = wanted.filter((key) => !there.includes(key));
        throw new Error(
          `after ${seconds} s: orphans [${orphans.join()}], missing [${missing.join()}], rows ${JSON.stringify(rows)}`,
        );
      }
      await sleep(200);
    }
  }

  async function close(): Promise<void> {
    await Promise.all([store.close(), database.destroy()]);
  }
}
