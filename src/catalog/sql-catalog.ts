import { promises as fs } from 'node:fs';
import { createFileAdder } from './add-files';
import { createBacklogReader } from './backlog';
import type { Connections } from './database';
import type { DatabaseSettings } from './database-url';
import { isPostgres } from './dialect';
import type { CatalogOptions, DoomedBlob, FileCatalog } from './file-catalog';
import { grouped } from './group-commit';
import { createPairHalf } from './pair-half';
import { VERIFY_BATCH, createFileReader } from './read-files';
import { createRunner } from './run-statements';
import { createSqlUploadCatalog } from './sql-upload-catalog';
import { postgresStatements } from './statements/postgres';
import { sqliteStatements } from './statements/sqlite';
import { createUsageReader } from './tenant-usage';

/** The catalog on connections whose schema is up to date. */
export function createSqlCatalog(
  settings: DatabaseSettings,
  connections: Connections,
  { leaseSeconds, minFreeBytes = 0, maxEndedUploads = 1000 }: CatalogOptions,
): FileCatalog {
  const statements = isPostgres(connections.writer) ? postgresStatements : sqliteStatements;
  const { remove, expire, claim, forget, doom } = statements;
  const runner = createRunner(connections, { freeing: new Set([remove, expire, claim, forget, doom]), minFreeBytes });
  const { read, change } = runner;
  const usageReader = createUsageReader(runner, statements.miscounts);

  return {
    description: settings.description,
    uploads: createSqlUploadCatalog(runner, statements, maxEndedUploads),
    begin: grouped(begin),
    renew,
    ...createFileAdder(runner, statements, usageReader.usage),
    ...createFileReader(runner, statements),
    forget: grouped(forgetAll),
    doom: grouped(doomAll),
    remove: createRemover(),
    expire: async (now, limit) => (await change(expire, [now, limit])).length,
    claimDoomed,
    ...usageReader,
    ...createBacklogReader(runner, statements.backlog),
    pools: runner.pools,
    ...createPairHalf(runner, statements),
    copyTo,
    eachLiveBlob,
    knownBlobs,
    ping: runner.ping,
    checkRoom: runner.checkRoom,
    close: runner.close,
  };

  async function begin(blobKeys: string[]): Promise<() => void> {
    await change(statements.begin, [leaseSeconds, JSON.stringify(blobKeys)]);
    return () => undefined;
  }

  async function renew(blobKeys: readonly string[]): Promise<void> {
    if (blobKeys.length > 0) await change(statements.renew, [leaseSeconds, JSON.stringify(blobKeys)]);
  }

  async function forgetAll(blobKeys: string[]): Promise<() => void> {
    await change(forget, [JSON.stringify(blobKeys)]);
    return () => undefined;
  }

  async function doomAll(blobKeys: string[]): Promise<(blobKey: string) => boolean> {
    const doomed = await change<{ key: string }>(doom, [JSON.stringify(blobKeys)]);
    const keys = new Set(doomed.map((row) => row.key));
    return (blobKey) => keys.has(blobKey);
  }

  function createRemover(): FileCatalog['remove'] {
    const removeOne = grouped(
      async (targets: { tenant: string; id: string; now: number }[]) => {
        const now = Math.max(...targets.map((target) => target.now));
        type Removed = { tenant: string; id: string; blob_keys: string };
        const removed = await change<Removed>(remove, [JSON.stringify(targets), now]);
        const blobKeys = new Map(removed.map((row) => [JSON.stringify([row.tenant, row.id]), row.blob_keys]));
        return ({ tenant, id }) => {
          // of two that ask for the same file at once, one has removed it
          const name = JSON.stringify([tenant, id]);
          const keys = blobKeys.get(name);
          blobKeys.delete(name);
          return keys === undefined ? undefined : (JSON.parse(keys) as string[]);
        };
      },
      ({ tenant }) => tenant,
    );
    return (tenant, id, now) => removeOne({ tenant, id, now });
  }

  async function claimDoomed(limit: number, exclude: readonly string[]): Promise<DoomedBlob[]> {
    type Claimed = { key: string; unfinished: boolean | number; rounds: number };
    const claimed = await change<Claimed>(claim, [JSON.stringify(exclude), limit, leaseSeconds]);
    return claimed.map(({ key, unfinished, rounds }) => ({
      blobKey: key,
      unfinished: Boolean(unfinished),
      isFinalRound: !unfinished || rounds > 1,
    }));
  }

  async function copyTo(path: string): Promise<void> {
    if (settings.kind !== 'sqlite') throw new Error('only a catalog in a file of SQLite can be copied');
    // SQLite would let everybody read it
    await fs.writeFile(path, '', { flag: 'wx', mode: 0o600 });
    await read((db) => db.raw('vacuum into ?', [path]));
    const copy = await fs.open(path, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
  }

  async function* eachLiveBlob(): AsyncIterable<string> {
    for (let last: string | undefined = '', keys: string[]; last !== undefined; last = keys.at(-1)) {
      const position: string = last;
      keys = await read((db) =>
        db('blobs')
          .where({ state: 'live' })
          .where('key', '>', position)
          .orderBy('key')
          .limit(VERIFY_BATCH)
          .pluck('key'),
      );
      yield* keys;
    }
  }

  async function knownBlobs(blobKeys: readonly string[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (let start = 0; start < blobKeys.length; start += VERIFY_BATCH) {
      const batch = blobKeys.slice(start, start + VERIFY_BATCH);
      const keys: string[] = await read((db) => db('blobs').whereIn('key', batch).pluck('key'));
      for (const key of keys) known.add(key);
    }
    return known;
  }
}
