import { isAppError } from '../../src/errors';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import { addFile, addFiles, aFile, claimAll, mintKey, NOW, walk } from './catalog-fixtures';
import { until } from '../support/until';
import { describeTenantUsage } from './tenant-usage-suite';

export interface DatabaseUnderTest {
  /** False where a second catalog would open another database: then there are no replicas to test. */
  isShared: boolean;
  /** A database without rows for one test. */
  create: () => Promise<{ url: string; dispose?: () => Promise<void> }>;
}

const LONG = 600;

/** The promises of `FileCatalog`, for every database that it can live in. */
export function describeFileCatalog(name: string, underTest: DatabaseUnderTest): void {
  describe(name, () => {
    let database: Awaited<ReturnType<DatabaseUnderTest['create']>>;
    let opened: FileCatalog[];

    beforeEach(async () => {
      database = await underTest.create();
      opened = [];
    });

    afterEach(async () => {
      await Promise.all(opened.map((catalog) => catalog.close()));
      await database.dispose?.();
    });

    async function open(leaseSeconds: number): Promise<FileCatalog> {
      const catalog = await openCatalog(parseDatabaseUrl(database.url), { leaseSeconds });
      opened.push(catalog);
      return catalog;
    }

    // without a shared database each would open its own
    let only: Promise<FileCatalog> | undefined;
    beforeEach(() => (only = undefined));
    describeTenantUsage(() => (underTest.isShared ? open(LONG) : (only ??= open(LONG))));

    describe('the backlog', () => {
      it('counts what waits to be freed, by state, and for how long, up to a limit', async () => {
        const catalog = await open(LONG);
        const nothing = { blobs: 0, due: 0, overdueSeconds: 0 };
        expect(await catalog.backlog(NOW, 10)).toEqual({ writing: nothing, doomed: nothing, expiredFiles: 0 });
        await addFiles(catalog, 3, { expiresAt: NOW - 1 });
        await addFiles(catalog, 2, { expiresAt: NOW + 1 });
        const keys = Array.from({ length: 4 }, mintKey);
        for (const key of keys) await catalog.begin(key);
        for (const key of keys.slice(1)) await catalog.doom(key);
        const waiting = await catalog.backlog(NOW, 10);
        expect(waiting).toMatchObject({
          writing: { ...nothing, blobs: 1 },
          doomed: { blobs: 3, due: 3 },
          expiredFiles: 3,
        });
        const isOverdue = async () => (await catalog.backlog(NOW, 10)).doomed.overdueSeconds > 0;
        await until(isOverdue, 'the clock goes on');
        const bounded = await catalog.backlog(NOW, 2);
        expect([bounded.doomed.blobs, bounded.writing.blobs, bounded.expiredFiles]).toEqual([2, 0, 2]);
        // what a reaper has claimed is not due until its lease is over
        expect(await claimAll(catalog)).toHaveLength(3);
        expect((await catalog.backlog(NOW, 10)).doomed).toEqual({ ...nothing, blobs: 3 });
      });

      it('of connections is what each pool uses, and has', async () => {
        const catalog = await open(LONG);
        await catalog.ping();
        const pools = Object.values(catalog.pools());
        expect(pools.length).toBeGreaterThan(0);
        for (const pool of pools) expect(pool).toMatchObject({ used: 0, waiting: 0 });
        const calls = Array.from({ length: 40 }, () => catalog.find('a', 'file-0', NOW));
        let most = 0;
        for (let turn = 0; turn < 50 && most === 0; turn += 1) {
          await new Promise(setImmediate);
          most = Math.max(...Object.values(catalog.pools()).map(({ waiting }) => waiting));
        }
        expect(most).toBeGreaterThan(0);
        await Promise.all(calls);
      });

      it('reads for a tenant in its turn, however many reads of another wait', async () => {
        const catalog = await open(LONG);
        await catalog.ping();
        let ended = 0;
        const many = Array.from({ length: 500 }, async () => {
          await catalog.find('many', 'file-of-many', 0);
          ended += 1;
        });
        await catalog.list('one', { now: 0, limit: 20, order: 'desc' });
        expect(ended).toBeLessThan(100);
        await Promise.all(many);
      });
    });

    describe('begin, commit, discard', () => {
      it('keeps every property of a file as it was given', async () => {
        const catalog = await open(LONG);
        const odd = {
          filename: `naïve "😀" \\ ? $1 ' {"a":[1]} .jsonl`,
          bytes: Number.MAX_SAFE_INTEGER,
          expiresAt: NOW + 3600,
        };
        for (const file of [
          await addFile(catalog),
          await addFile(catalog, odd),
          await addFile(catalog, { bytes: 0 }),
        ]) {
          expect(await catalog.find(file.tenant, file.id, NOW)).toEqual(file);
        }
      });

      it('keeps the bytes of small files, those of many in one statement, and gives any range of them', async () => {
        const catalog = await open(LONG);
        const texts = Array.from({ length: 300 }, (_, index) => `file ${index}, and more: ${'x'.repeat(index)}`);
        const files = await Promise.all(
          texts.map(async (text, index) => {
            const file = { ...aFile({ bytes: text.length, tenant: `tenant-${index % 3}` }), blobKey: null };
            await catalog.addSmall(file, [Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5))]);
            return file;
          }),
        );
        for (const [index, file] of files.entries()) {
          expect(await catalog.find(file.tenant, file.id, NOW)).toEqual(file);
          expect((await catalog.readSmall(file))?.toString()).toBe(texts[index]);
        }
        const last = files.at(-1);
        if (!last) throw new Error('no file');
        expect((await catalog.readSmall(last, { start: 5, end: 7 }))?.toString()).toBe('299');
        expect(await catalog.readSmall({ ...last, tenant: 'tenant-other' })).toBeUndefined();
      });

      it('keeps a small file without bytes', async () => {
        const catalog = await open(LONG);
        const file = { ...aFile({ bytes: 0 }), blobKey: null };
        await catalog.addSmall(file, []);
        expect(await catalog.readSmall(file)).toEqual(Buffer.alloc(0));
      });

      it('frees a small file with its row, and leaves nothing for the reaper', async () => {
        const catalog = await open(0);
        const removed = { ...aFile({ bytes: 3 }), blobKey: null };
        const expired = { ...aFile({ bytes: 3, expiresAt: NOW - 1 }), blobKey: null };
        await catalog.addSmall(removed, [Buffer.from('abc')]);
        await catalog.addSmall(expired, [Buffer.from('def')]);
        expect(await catalog.remove('default', removed.id, NOW)).toEqual([]);
        expect(await catalog.remove('default', removed.id, NOW)).toBeUndefined();
        expect(await catalog.expire(NOW, 100)).toBe(1);
        expect(await catalog.readSmall(removed)).toBeUndefined();
        expect(await catalog.readSmall(expired)).toBeUndefined();
        expect(await claimAll(catalog)).toEqual([]);
      });

      it('tells a file whose row is refused apart from others that were added at once', async () => {
        const catalog = await open(LONG);
        const first = { ...aFile({ bytes: 1 }), blobKey: null };
        await catalog.addSmall(first, [Buffer.from('a')]);
        const others = Array.from({ length: 8 }, () => ({ ...aFile({ bytes: 1 }), blobKey: null }));
        const added = others.map((file) => catalog.addSmall(file, [Buffer.from('b')]));
        await expect(catalog.addSmall(first, [Buffer.from('c')])).rejects.toThrow();
        await Promise.all(added);
        for (const file of others) expect((await catalog.readSmall(file))?.toString()).toBe('b');
      });

      it('shows nothing of a blob that is only begun, and knows its key', async () => {
        const catalog = await open(LONG);
        const blobKey = mintKey();
        await catalog.begin(blobKey);
        expect(await walk(catalog, 'default', { limit: 10 })).toEqual([]);
        expect(await catalog.knownBlobs([blobKey, mintKey()])).toEqual(new Set([blobKey]));
      });

      it('refuses a commit of a blob that is not writing, and changes nothing', async () => {
        const catalog = await open(LONG);
        const committed = await addFile(catalog);
        const doomed = aFile();
        await catalog.begin(doomed.blobKey);
        await catalog.doom(doomed.blobKey);
        const neverBegun = aFile();
        for (const file of [{ ...aFile(), blobKey: committed.blobKey }, doomed, neverBegun]) {
          expect(await catalog.commit(file)).toBe(false);
          expect(await catalog.find(file.tenant, file.id, NOW)).toBeUndefined();
        }
        expect(await catalog.knownBlobs([neverBegun.blobKey])).toEqual(new Set());
        expect(await claimAll(catalog)).toEqual([doomed.blobKey]);
      });

      it('commits many at once, and tells each its own outcome', async () => {
        const catalog = await open(LONG);
        const files = Array.from({ length: 600 }, () => aFile());
        await Promise.all(files.map((file) => catalog.begin(file.blobKey)));
        const lost = files.filter((_, index) => index % 7 === 0);
        expect(await Promise.all(lost.map((file) => catalog.doom(file.blobKey)))).not.toContain(false);
        const outcomes = await Promise.all(files.map((file) => catalog.commit(file)));
        expect(outcomes).toEqual(files.map((_, index) => index % 7 !== 0));
        const present = files.filter((_, index) => index % 7 !== 0).map((file) => file.id);
        expect(await walk(catalog, 'default', { limit: 1000 })).toEqual(present.toSorted());
      });

      it('lets one bad row of a shared commit fail alone', async () => {
        const catalog = await open(LONG);
        const first = await addFile(catalog);
        const files = Array.from({ length: 9 }, () => aFile());
        const twin = aFile({ id: first.id });
        const batch = [...files.slice(0, 4), twin, ...files.slice(4)];
        await Promise.all(batch.map((file) => catalog.begin(file.blobKey)));
        const outcomes = await Promise.allSettled(batch.map((file) => catalog.commit(file)));
        for (const [index, outcome] of outcomes.entries()) {
          if (batch[index] !== twin) expect(outcome).toEqual({ status: 'fulfilled', value: true });
        }
        const failure = outcomes[4]?.status === 'rejected' ? (outcomes[4].reason as unknown) : undefined;
        expect(String(failure)).toMatch(/unique/i);
        expect(isAppError(failure)).toBe(false);
        expect(await catalog.find('default', first.id, NOW)).toEqual(first);
        // its blob is as it was, so that the upload can be discarded
        expect(await catalog.doom(twin.blobKey)).toBe(true);
      });

      it('lets one bad key of a shared begin fail alone', async () => {
        const catalog = await open(LONG);
        const [taken, ...fresh] = [mintKey(), mintKey(), mintKey(), mintKey()];
        await catalog.begin(taken);
        const outcomes = await Promise.allSettled(
          [fresh[0], taken, ...fresh.slice(1)].map((key) => catalog.begin(key ?? '')),
        );
        expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
        expect(await catalog.knownBlobs(fresh)).toEqual(new Set(fresh));
      });

      it('forgets a blob that is writing or doomed, and never a live one', async () => {
        const catalog = await open(LONG);
        const [writing, doomed, unknown] = [mintKey(), mintKey(), mintKey()];
        const live = await addFile(catalog);
        await Promise.all([catalog.begin(writing), catalog.begin(doomed)]);
        await catalog.doom(doomed);
        const keys = [writing, doomed, unknown, live.blobKey];
        await Promise.all(keys.map((key) => catalog.forget(key)));
        expect(await catalog.knownBlobs(keys)).toEqual(new Set([live.blobKey]));
        expect(await catalog.commit(aFile({ blobKey: writing }))).toBe(false);
      });

      it('dooms a blob that is writing, due at once, and no other', async () => {
        const catalog = await open(LONG);
        const [writing, unknown] = [mintKey(), mintKey()];
        const live = await addFile(catalog);
        await catalog.begin(writing);
        const keys = [writing, unknown, live.blobKey];
        expect(await Promise.all(keys.map((key) => catalog.doom(key)))).toEqual([true, false, false]);
        expect(await catalog.doom(writing)).toBe(false);
        expect(await catalog.find('default', live.id, NOW)).toEqual(live);
        expect(await catalog.claimDoomed(10, [])).toEqual([
          { blobKey: writing, unfinished: true, isFinalRound: false },
        ]);
      });
    });

    describe('find and list', () => {
      it('gives a file to its tenant alone, and none that has expired', async () => {
        const catalog = await open(LONG);
        const file = await addFile(catalog, { expiresAt: NOW + 1 });
        expect(await catalog.find('default', file.id, NOW)).toEqual(file);
        expect(await catalog.find('other', file.id, NOW)).toBeUndefined();
        expect(await catalog.find('default', file.id, NOW + 1)).toBeUndefined();
        expect(await catalog.find('default', aFile().id, NOW)).toBeUndefined();
      });

      it('pages in the order of ids, both ways, and knows whether more follows', async () => {
        const catalog = await open(LONG);
        const ids = (await addFiles(catalog, 10)).map((file) => file.id).toSorted();
        await addFiles(catalog, 3, { tenant: 'other' });
        for (const limit of [1, 3, 5, 10, 11]) {
          expect(await walk(catalog, 'default', { limit, order: 'asc' })).toEqual(ids);
          expect(await walk(catalog, 'default', { limit, order: 'desc' })).toEqual(ids.toReversed());
        }
        const exact = await catalog.list('default', { now: NOW, limit: 10, order: 'desc' });
        expect(exact.hasMore).toBe(false);
        const { files, hasMore } = await catalog.list('default', { now: NOW, limit: 9, order: 'desc' });
        expect([files.length, hasMore]).toEqual([9, true]);
        expect(await catalog.list('nobody', { now: NOW, limit: 10, order: 'asc' })).toEqual({
          files: [],
          hasMore: false,
        });
      });

      it('starts behind a position that need not exist', async () => {
        const catalog = await open(LONG);
        const [a, gone, b] = [await addFile(catalog), await addFile(catalog), await addFile(catalog)];
        await catalog.remove('default', gone.id, NOW);
        expect(await walk(catalog, 'default', { limit: 1, after: gone.id, order: 'asc' })).toEqual([b.id]);
        expect(await walk(catalog, 'default', { limit: 1, after: gone.id, order: 'desc' })).toEqual([a.id]);
        const foreign = await addFile(catalog, { tenant: 'other' });
        expect(await walk(catalog, 'default', { limit: 2, after: foreign.id, order: 'desc' })).toEqual([b.id, a.id]);
      });

      it('lists one purpose', async () => {
        const catalog = await open(LONG);
        const vision = await addFiles(catalog, 3, { purpose: 'vision' });
        await addFiles(catalog, 5);
        const ids = vision.map((file) => file.id).toSorted();
        expect(await walk(catalog, 'default', { limit: 2, purpose: 'vision' })).toEqual(ids);
        expect(await walk(catalog, 'default', { limit: 2, purpose: 'evals' })).toEqual([]);
      });

      it('leaves out what has expired and does not count it', async () => {
        const catalog = await open(LONG);
        const kept = await addFile(catalog);
        const expiring = await addFile(catalog, { expiresAt: NOW + 1 });
        await addFiles(catalog, 3, { expiresAt: NOW });
        const page = { limit: 2, order: 'asc' } as const;
        const before = await catalog.list('default', { ...page, now: NOW });
        expect([before.files.map((file) => file.id), before.hasMore]).toEqual([[kept.id, expiring.id], false]);
        const later = await catalog.list('default', { ...page, limit: 1, now: NOW + 1 });
        expect([later.files.map((file) => file.id), later.hasMore]).toEqual([[kept.id], false]);
      });

      it('shows what is present throughout a walk exactly once, whatever comes and goes meanwhile', async () => {
        const catalog = await open(LONG);
        const stable = new Set<string>();
        const passing: string[] = [];
        for (const [index, file] of (await addFiles(catalog, 60)).entries()) {
          if (index % 3 === 0) passing.push(file.id);
          else stable.add(file.id);
        }
        for (const order of ['asc', 'desc'] as const) {
          const seen = await walk(catalog, 'default', { limit: 7, order }, async () => {
            passing.push((await addFile(catalog)).id);
            const victim = passing.splice(Math.floor(Math.random() * passing.length), 1)[0];
            await catalog.remove('default', victim ?? '', NOW);
          });
          expect(seen.filter((id) => stable.has(id)).toSorted()).toEqual([...stable].toSorted());
          expect(new Set(seen).size).toBe(seen.length);
        }
      });

      it('gives every file to verify, expired or not, of all tenants', async () => {
        const catalog = await open(LONG);
        const files = await addFiles(catalog, 1100);
        files.push(await addFile(catalog, { tenant: 'other' }), await addFile(catalog, { expiresAt: NOW - 1 }));
        const seen: string[] = [];
        for await (const file of catalog.eachFile()) seen.push(`${file.id} ${file.blobKey}`);
        expect(seen.toSorted()).toEqual(files.map((file) => `${file.id} ${file.blobKey}`).toSorted());
      });

      it('knows blobs in any state, however many are asked for', async () => {
        const catalog = await open(LONG);
        const files = await addFiles(catalog, 1100);
        const removed = files.slice(0, 5);
        await Promise.all(removed.map((file) => catalog.remove('default', file.id, NOW)));
        const keys = files.map((file) => file.blobKey);
        expect(await catalog.knownBlobs([...keys, mintKey()])).toEqual(new Set(keys));
        expect(await catalog.knownBlobs([])).toEqual(new Set());
      });
    });

    describe('remove and expire', () => {
      it('removes a file of its own tenant, once, and dooms its blob, due at once', async () => {
        const catalog = await open(LONG);
        const file = await addFile(catalog);
        expect(await catalog.remove('other', file.id, NOW)).toBeUndefined();
        const both = await Promise.all([
          catalog.remove('default', file.id, NOW),
          catalog.remove('default', file.id, NOW),
        ]);
        expect(both).toEqual([[file.blobKey], undefined]);
        expect(await catalog.remove('default', file.id, NOW)).toBeUndefined();
        expect(await catalog.find('default', file.id, NOW)).toBeUndefined();
        expect(await catalog.claimDoomed(10, [])).toEqual([
          { blobKey: file.blobKey, unfinished: false, isFinalRound: true },
        ]);
      });

      it('leaves a file that has expired to expire', async () => {
        const catalog = await open(LONG);
        const file = await addFile(catalog, { expiresAt: NOW });
        expect(await catalog.remove('default', file.id, NOW)).toBeUndefined();
        expect(await catalog.remove('default', file.id, NOW - 1)).toEqual([file.blobKey]);
      });

      it('removes many at once, of several tenants', async () => {
        const catalog = await open(LONG);
        const files = [...(await addFiles(catalog, 200)), ...(await addFiles(catalog, 200, { tenant: 'other' }))];
        const keys = await Promise.all(files.map((file) => catalog.remove(file.tenant, file.id, NOW)));
        expect(keys).toEqual(files.map((file) => [file.blobKey]));
        expect((await claimAll(catalog)).toSorted()).toEqual(files.map((file) => file.blobKey).toSorted());
      });

      it('expires files of all tenants, so many at a time, and dooms their blobs', async () => {
        const catalog = await open(LONG);
        const due = [
          ...(await addFiles(catalog, 3, { expiresAt: NOW })),
          await addFile(catalog, { expiresAt: 1, tenant: 'b' }),
        ];
        const later = await addFile(catalog, { expiresAt: NOW + 1 });
        const never = await addFile(catalog);
        expect(await catalog.expire(NOW, 3)).toBe(3);
        expect(await catalog.expire(NOW, 3)).toBe(1);
        expect(await catalog.expire(NOW, 3)).toBe(0);
        expect(await walk(catalog, 'default', { limit: 10, now: 0 })).toEqual([later.id, never.id].toSorted());
        const claimed = await catalog.claimDoomed(10, []);
        expect(claimed.map((blob) => blob.blobKey).toSorted()).toEqual(due.map((file) => file.blobKey).toSorted());
        expect(claimed.every((blob) => blob.isFinalRound && !blob.unfinished)).toBe(true);
      });
    });

    describe('leases', () => {
      it('claims nothing whose lease still runs', async () => {
        const catalog = await open(LONG);
        await catalog.begin(mintKey());
        await addFile(catalog);
        expect(await catalog.claimDoomed(10, [])).toEqual([]);
      });

      it('dooms a writing blob whose lease has run out, for two rounds', async () => {
        const catalog = await open(0);
        const file = aFile();
        await catalog.begin(file.blobKey);
        const { blobKey } = file;
        expect(await catalog.claimDoomed(10, [])).toEqual([{ blobKey, unfinished: true, isFinalRound: false }]);
        expect(await catalog.commit(file)).toBe(false);
        await catalog.renew([blobKey]);
        expect(await catalog.claimDoomed(10, [])).toEqual([{ blobKey, unfinished: true, isFinalRound: true }]);
        await catalog.forget(blobKey);
        expect(await catalog.claimDoomed(10, [])).toEqual([]);
      });

      it('prolongs nothing that is doomed', async () => {
        const catalog = await open(LONG);
        const blobKey = mintKey();
        await catalog.begin(blobKey);
        await catalog.doom(blobKey);
        await catalog.renew([blobKey]);
        expect(await claimAll(catalog)).toEqual([blobKey]);
      });

      it('claims a row for one lease', async () => {
        const catalog = await open(LONG);
        const blobKey = mintKey();
        await catalog.begin(blobKey);
        await catalog.doom(blobKey);
        expect(await catalog.claimDoomed(10, [])).toHaveLength(1);
        expect(await catalog.claimDoomed(10, [])).toEqual([]);
      });

      it('claims so many at a time', async () => {
        const catalog = await open(LONG);
        const keys = Array.from({ length: 25 }, mintKey);
        await Promise.all(keys.map((key) => catalog.begin(key)));
        await Promise.all(keys.map((key) => catalog.doom(key)));
        const rounds = [
          await catalog.claimDoomed(10, []),
          await catalog.claimDoomed(10, []),
          await catalog.claimDoomed(10, []),
        ];
        expect(rounds.map((blobs) => blobs.length)).toEqual([10, 10, 5]);
        expect(
          rounds
            .flat()
            .map((blob) => blob.blobKey)
            .toSorted(),
        ).toEqual(keys.toSorted());
      });

      it('never claims what the process itself writes, however much that is', async () => {
        const catalog = await open(0);
        const own = Array.from({ length: 1500 }, mintKey);
        const foreign = mintKey();
        await Promise.all([...own, foreign].map((key) => catalog.begin(key)));
        expect((await catalog.claimDoomed(10, own)).map((blob) => blob.blobKey)).toEqual([foreign]);
        expect(await Promise.all(own.map((blobKey) => catalog.commit(aFile({ blobKey }))))).not.toContain(false);
      });
    });

    it('keeps the bytes of what is removed while a hold lasts', async () => {
      const catalog = await open(LONG);
      const [file, expired] = [await addFile(catalog), await addFile(catalog, { expiresAt: NOW - 1 })];
      await catalog.raisePair('id', 0);
      await catalog.hold(60);
      expect(await catalog.remove(file.tenant, file.id, NOW)).toEqual([]);
      expect(await catalog.find(file.tenant, file.id, NOW)).toBeUndefined();
      expect(await catalog.expire(NOW, 10)).toBe(1);
      expect(await claimAll(catalog)).toEqual([]);
      await catalog.hold(0);
      expect((await claimAll(catalog)).toSorted()).toEqual([file.blobKey, expired.blobKey].toSorted());
    });

    it('raises the count of the pair by one, and above what it is told', async () => {
      const catalog = await open(LONG);
      expect(await catalog.pairHalf()).toBeUndefined();
      expect(await catalog.raisePair('first', -1)).toEqual({ id: 'first', count: 0 });
      expect(await catalog.raisePair('second', 0)).toEqual({ id: 'first', count: 1 });
      expect(await catalog.raisePair('', 41)).toEqual({ id: 'first', count: 42 });
      expect(await catalog.raisePair('', 41)).toEqual({ id: 'first', count: 43 });
      expect(await catalog.pairHalf()).toEqual({ id: 'first', count: 43 });
    });

    it('answers ping, closes once or twice, and is unavailable afterwards', async () => {
      const catalog = await open(LONG);
      await catalog.ping();
      await Promise.all([catalog.close(), catalog.close()]);
      await expect(catalog.ping()).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(catalog.begin(mintKey())).rejects.toMatchObject({ kind: 'unavailable' });
    });

    it('says what it is', async () => {
      const catalog = await open(LONG);
      expect(catalog.description).toMatch(/^(sqlite|postgres):/);
    });

    if (!underTest.isShared) return;

    describe('with two replicas', () => {
      it('renews a lease that would have run out', async () => {
        const [careless, careful] = [await open(0), await open(LONG)];
        const [kept, lost] = [mintKey(), mintKey()];
        await Promise.all([careless.begin(kept), careless.begin(lost)]);
        await careful.renew([kept]);
        expect((await careful.claimDoomed(10, [])).map((blob) => blob.blobKey)).toEqual([lost]);
        expect(await careless.commit(aFile({ blobKey: kept }))).toBe(true);
      });

      it('lets either a commit or a reaper win, never both', async () => {
        const [uploader, reaper] = [await open(0), await open(LONG)];
        const files = Array.from({ length: 200 }, () => aFile());
        await Promise.all(files.map((file) => uploader.begin(file.blobKey)));
        const claims: Promise<string[]>[] = [];
        const commits: Promise<boolean>[] = [];
        for (let start = 0; start < files.length; start += 20) {
          commits.push(...files.slice(start, start + 20).map((file) => uploader.commit(file)));
          claims.push(reaper.claimDoomed(10, []).then((blobs) => blobs.map((blob) => blob.blobKey)));
          await commits.at(-1);
        }
        const committed = (await Promise.all(commits)).flatMap((hasWon, index) =>
          hasWon ? (files[index]?.blobKey ?? '') : [],
        );
        const claimed = [...(await Promise.all(claims)).flat(), ...(await claimAll(reaper))];
        expect([...committed, ...claimed].toSorted()).toEqual(files.map((file) => file.blobKey).toSorted());
        const live = new Set((await walk(reaper, 'default', { limit: 1000 })).values());
        expect(live.size).toBe(committed.length);
      });

      it('shares claims, expiry and removals, each to one replica', async () => {
        const [a, b] = [await open(LONG), await open(LONG)];
        const files = await addFiles(a, 200, { expiresAt: NOW + 100 });
        // in opposite orders, which must not end in a deadlock
        const some = files.slice(0, 100);
        const removals = await Promise.all([
          ...some.map((file) => a.remove('default', file.id, NOW)),
          ...some.toReversed().map((file) => b.remove('default', file.id, NOW)),
        ]);
        expect(removals.flatMap((keys) => keys ?? []).toSorted()).toEqual(some.map((f) => f.blobKey).toSorted());
        const expired = await Promise.all([a, b, a, b].map((replica) => replica.expire(NOW + 100, 100)));
        expect(expired.reduce((sum, count) => sum + count)).toBe(100);
        const claimed = await Promise.all([claimAll(a), claimAll(b)]);
        expect(claimed.flat().toSorted()).toEqual(files.map((file) => file.blobKey).toSorted());
      });
    });
  });
}
