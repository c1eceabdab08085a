import type { FileCatalog } from '../../src/catalog/file-catalog';
import { UNLIMITED } from '../../src/catalog/quota';
import { aFile, addFile, addFiles, mintKey, NOW } from './catalog-fixtures';

/** The sums of each tenant, and the quota that they are held against; `open` gives a catalog of the test's database. */
export function describeTenantUsage(open: () => Promise<FileCatalog>): void {
  describe('the sums of a tenant', () => {
    it('follow what is committed, removed and expired, of each tenant alone', async () => {
      const catalog = await open();
      expect(await catalog.usage('acme')).toEqual({ files: 0, bytes: 0 });
      const [removed] = await addFiles(catalog, 3, { tenant: 'acme', bytes: 100 });
      await addFiles(catalog, 2, { tenant: 'acme', bytes: 7, expiresAt: NOW - 1 });
      await addFile(catalog, { tenant: 'zoo', bytes: 1000 });
      expect(await catalog.usage('acme')).toEqual({ files: 5, bytes: 314 });

      await catalog.remove('acme', removed?.id ?? '', NOW);
      await catalog.remove('acme', removed?.id ?? '', NOW);
      expect(await catalog.expire(NOW, 10)).toBe(2);
      expect(await catalog.usage('acme')).toEqual({ files: 2, bytes: 200 });
      expect(await catalog.usages(10)).toEqual([
        { tenant: 'zoo', files: 1, bytes: 1000 },
        { tenant: 'acme', files: 2, bytes: 200 },
      ]);
      expect(await catalog.usages(1)).toHaveLength(1);
      expect(await catalog.miscounts()).toEqual([]);
    });

    it('do not change with a commit that has lost its blob', async () => {
      const catalog = await open();
      expect(await catalog.commit(aFile())).toBe(false);
      expect(await catalog.commit(aFile(), { maxFiles: 5, maxBytes: 1_000_000 })).toBe(false);
      expect(await catalog.usage('default')).toEqual({ files: 0, bytes: 0 });
    });
  });

  describe('a quota', () => {
    const exceeded = { kind: 'forbidden', code: 'quota_exceeded' };

    it('of bytes lets in what fits to the last byte, refuses one more, and stores nothing of it', async () => {
      const catalog = await open();
      const quota = { ...UNLIMITED, maxBytes: 100 };
      const add = async (bytes: number) => {
        const file = aFile({ bytes });
        await catalog.begin(file.blobKey);
        return catalog.commit(file, quota);
      };
      expect(await add(60)).toBe(true);
      await expect(add(41)).rejects.toMatchObject(exceeded);
      expect(await add(40)).toBe(true);
      await expect(add(1)).rejects.toMatchObject(exceeded);
      expect(await add(0)).toBe(true);
      expect(await catalog.usage('default')).toEqual({ files: 3, bytes: 100 });
    });

    it('leaves a refused blob as it was, so that it is discarded like any other', async () => {
      const catalog = await open();
      const file = aFile();
      await catalog.begin(file.blobKey);
      await expect(catalog.commit(file, { ...UNLIMITED, maxFiles: 0 })).rejects.toMatchObject(exceeded);
      expect(await catalog.find(file.tenant, file.id, NOW)).toBeUndefined();
      expect(await catalog.doom(file.blobKey)).toBe(true);
    });

    it('holds for small files as for blobs, alone and in a shared statement', async () => {
      const catalog = await open();
      const add = (text: string) => {
        const file = { ...aFile({ bytes: text.length }), blobKey: null };
        return catalog.addSmall(file, [Buffer.from(text)], { maxFiles: 3, maxBytes: 10 });
      };
      const outcomes = await Promise.allSettled(['12345', '123456', '12345', ''].map((text) => add(text)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      await expect(add('')).rejects.toMatchObject(exceeded);
      expect(await catalog.usage('default')).toEqual({ files: 3, bytes: 10 });
    });

    it('has room again for what was removed', async () => {
      const catalog = await open();
      const quota = { ...UNLIMITED, maxFiles: 1 };
      const first = await addFile(catalog);
      const second = aFile();
      await catalog.begin(second.blobKey);
      await expect(catalog.commit(second, quota)).rejects.toMatchObject(exceeded);
      await catalog.remove('default', first.id, NOW);
      expect(await catalog.commit(second, quota)).toBe(true);
    });

    it('of files is filled exactly by many commits at once, of several replicas', async () => {
      const replicas = await Promise.all([open(), open(), open()]);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, async (_, index) => {
          const catalog = replicas[index % replicas.length] as FileCatalog;
          const file = aFile({ tenant: 'acme' });
          await catalog.begin(file.blobKey);
          return catalog.commit(file, { ...UNLIMITED, maxFiles: 25 });
        }),
      );
      const refusals = outcomes.filter(({ status }) => status === 'rejected');
      expect(refusals).toHaveLength(35);
      for (const refusal of refusals) expect(refusal).toMatchObject({ reason: exceeded });
      expect((await replicas[0]?.usage('acme'))?.files).toBe(25);
    });

    it('counts in a shared commit what is added and not what was left out before it', async () => {
      const catalog = await open();
      const files = [70, 50, 20, 5].map((bytes) => aFile({ bytes, blobKey: mintKey() }));
      await Promise.all(files.map((file) => catalog.begin(file.blobKey)));
      const outcomes = await Promise.allSettled(
        files.map((file) => catalog.commit(file, { ...UNLIMITED, maxBytes: 100 })),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(await catalog.usage('default')).toEqual({ files: 3, bytes: 95 });
    });
  });
}
