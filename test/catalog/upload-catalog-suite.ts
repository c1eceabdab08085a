import { v7 as uuidv7 } from 'uuid';
import { openCatalog } from '../../src/catalog/open';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import type { PartRecord, UploadRecord } from '../../src/catalog/upload-catalog';
import { UNLIMITED } from '../../src/catalog/quota';
import { aFile, claimAll, mintKey, NOW } from './catalog-fixtures';
import type { DatabaseUnderTest } from './file-catalog-suite';

const MAX_ENDED = 5;
const ALL = { limit: 1000 };
const LIMITS = { now: NOW, maxParts: 5, maxExtraBytes: 100, quota: UNLIMITED };

/** What every database must do with uploads in parts. */
export function describeUploadCatalog(name: string, underTest: DatabaseUnderTest): void {
  describe(name, () => {
    let database: Awaited<ReturnType<DatabaseUnderTest['create']>>;
    let catalog: FileCatalog;

    beforeEach(async () => {
      database = await underTest.create();
      catalog = await openCatalog(parseDatabaseUrl(database.url), { leaseSeconds: 60, maxEndedUploads: MAX_ENDED });
    });

    afterEach(async () => {
      await catalog.close();
      await database.dispose?.();
    });

    async function anUpload(properties: Partial<UploadRecord> = {}): Promise<UploadRecord> {
      const upload: UploadRecord = {
        tenant: 'default',
        id: `upload_${uuidv7()}`,
        filename: 'naïve "😀".bin',
        purpose: 'batch',
        bytes: 30,
        mimeType: 'pdf',
        expiresAfterSeconds: null,
        createdAt: NOW,
        expiresAt: NOW + 60,
        status: 'pending',
        fileId: null,
        ...properties,
      };
      await catalog.uploads.create(upload, UNLIMITED);
      return upload;
    }

    /** A part that is a blob, and one whose bytes the catalog keeps. */
    async function addTwo(upload: UploadRecord): Promise<[PartRecord, PartRecord]> {
      const blob = aPart(upload);
      await catalog.begin(blob.blobKey ?? '');
      const small = aPart(upload, { blobKey: null, bytes: 20 });
      const content = [Buffer.from('twenty bytes, no less')].map((text) => text.subarray(0, 20));
      expect(await catalog.uploads.addPart(blob, undefined, LIMITS)).toBe('added');
      expect(await catalog.uploads.addPart(small, content, LIMITS)).toBe('added');
      return [blob, small];
    }

    const cancel = ({ tenant, id }: UploadRecord, now = NOW) => catalog.uploads.end(tenant, id, 'cancelled', now);

    const known = (uploads: readonly (UploadRecord | undefined)[]) =>
      Promise.all(uploads.map(async (one) => one && (await catalog.uploads.find(one.tenant, one.id)) !== undefined));

    it('keeps an upload and its parts as they were given', async () => {
      const upload = await anUpload({ expiresAfterSeconds: 3600, bytes: Number.MAX_SAFE_INTEGER });
      expect(await catalog.uploads.find('default', upload.id)).toEqual(upload);
      expect(await catalog.uploads.find('other', upload.id)).toBeUndefined();
      const [blob, small] = await addTwo(upload);
      expect(await catalog.uploads.parts('default', upload.id, ALL)).toEqual([blob, small]);
      expect((await catalog.uploads.readPart(small, { start: 7, end: 11 }))?.toString()).toBe('bytes');
      const empty = aPart(upload, { blobKey: null, bytes: 0 });
      await catalog.uploads.addPart(empty, [], LIMITS);
      expect(await catalog.uploads.parts('default', upload.id, ALL)).toEqual([blob, small, empty]);
    });

    it('takes no part whose blob was reaped, that is one too many, or that comes too late', async () => {
      const upload = await anUpload();
      const add = (part: PartRecord, limits = LIMITS) => catalog.uploads.addPart(part, undefined, limits);
      const part = aPart(upload);
      expect(await add(part)).toBe('lost');
      await catalog.begin(part.blobKey ?? '');
      expect(await add(part, { ...LIMITS, maxParts: 0 })).toBe('full');
      expect(await add({ ...part, bytes: 131 })).toBe('full');
      expect(await add(part, { ...LIMITS, now: upload.expiresAt })).toBe('ended');
      expect(await add({ ...part, uploadId: 'upload_other' })).toBe('ended');
      expect(await catalog.uploads.parts('default', upload.id, ALL)).toEqual([]);
      expect(await add(part)).toBe('added');
    });

    it('makes the parts a file in the order that is given, frees the others, and frees all with the file', async () => {
      const upload = await anUpload();
      const [blob, small] = await addTwo(upload);
      const [other, otherSmall] = await addTwo(upload);
      const file = { ...aFile({ bytes: 30 }), blobKey: null, isInParts: true as const };
      expect(await catalog.uploads.complete(upload, file, [small.id, blob.id, 'part_other'])).toBeUndefined();
      expect(await catalog.uploads.complete(upload, file, [small.id, blob.id])).toEqual([other.blobKey]);
      expect(await catalog.find('default', file.id, NOW)).toEqual(file);
      expect(await listed(catalog.uploads.partsOf(file))).toEqual([small, blob]);
      expect(await catalog.uploads.find('default', upload.id)).toMatchObject({ status: 'completed', fileId: file.id });
      expect(await catalog.uploads.complete(upload, file, [small.id, blob.id])).toBeUndefined();
      expect(await catalog.uploads.readPart(otherSmall, { start: 0, end: 1 })).toBeUndefined();
      expect(await claimAll(catalog)).toEqual([other.blobKey]);
      expect(await catalog.remove('default', file.id, NOW)).toEqual([blob.blobKey]);
      expect(await listed(catalog.uploads.partsOf(file))).toEqual([]);
      expect(await claimAll(catalog)).toEqual(expect.arrayContaining([blob.blobKey]));
      expect(await catalog.uploads.readPart(small, { start: 0, end: 1 })).toBeUndefined();
    });

    it('lets one at a time complete an upload', async () => {
      const { id } = await anUpload();
      expect(await catalog.uploads.claim('default', id, NOW, 10)).toBe(true);
      expect(await catalog.uploads.claim('default', id, NOW + 9, 10)).toBe(false);
      expect(await catalog.uploads.claim('default', id, NOW + 10, 10)).toBe(true);
      await catalog.uploads.release('default', id);
      expect(await catalog.uploads.claim('default', id, NOW, 10)).toBe(true);
    });

    it('lets a completion go on for as long as it says so in time', async () => {
      const { id } = await anUpload();
      await catalog.uploads.claim('default', id, NOW, 10);
      await catalog.uploads.renewClaim('default', id, NOW + 9, 10);
      expect(await catalog.uploads.claim('default', id, NOW + 18, 10)).toBe(false);
      await catalog.uploads.renewClaim('default', id, NOW + 19, 10);
      expect(await catalog.uploads.claim('default', id, NOW + 20, 10)).toBe(true);
    });

    it('ends an upload once, by its client or by time, and frees its parts', async () => {
      const cancelled = await anUpload();
      const [blob] = await addTwo(cancelled);
      expect(await catalog.uploads.end('default', cancelled.id, 'cancelled', NOW)).toEqual([blob.blobKey]);
      expect(await catalog.uploads.end('default', cancelled.id, 'cancelled', NOW)).toBeUndefined();
      expect(await catalog.uploads.parts('default', cancelled.id, ALL)).toEqual([]);
      const expiring = await anUpload({ expiresAt: NOW });
      const lasting = await anUpload();
      expect(await catalog.uploads.expire(NOW, 10)).toBe(1);
      expect((await catalog.uploads.find('default', expiring.id))?.status).toBe('expired');
      expect((await catalog.uploads.find('default', lasting.id))?.status).toBe('pending');
      expect(await claimAll(catalog)).toEqual([blob.blobKey]);
      await catalog.uploads.expire(NOW + 40 * 86_400, 10);
      expect(await catalog.uploads.find('default', cancelled.id)).toBeUndefined();
    });

    it('remembers so many that ended for each tenant, and forgets those that ended first', async () => {
      const [late, pending, oldest] = [await anUpload(), await anUpload(), await anUpload()];
      const others = await anUpload({ tenant: 'other' });
      let time = NOW;
      const cancelLater = (upload: UploadRecord) => cancel(upload, (time += 1));
      await cancelLater(others);
      await cancelLater(oldest);
      const [last, next, ...more] = await Promise.all(Array.from({ length: MAX_ENDED }, () => anUpload()));
      if (!last || !next) throw new Error('too few');
      for (const upload of [next, ...more]) await cancelLater(upload);
      expect(await known([oldest, next])).toEqual([true, true]);
      await cancelLater(last);
      expect(await known([oldest, next, last, ...more])).toEqual([false, true, true, ...more.map(() => true)]);
      // made before all others
      await cancelLater(late);
      expect(await known([late, next, last, pending, others])).toEqual([true, false, true, true, true]);
      await cancelLater(pending);
      expect(await known([late, pending])).toEqual([true, true]);
    });

    it('keeps the bytes of parts while a hold lasts', async () => {
      await catalog.raisePair('id', 0);
      await catalog.hold(60);
      const [cancelled, completed] = [await anUpload(), await anUpload()];
      await addTwo(cancelled);
      expect(await catalog.uploads.end('default', cancelled.id, 'cancelled', NOW)).toEqual([]);
      const [blob, small] = await addTwo(completed);
      await addTwo(completed);
      const file = { ...aFile({ bytes: 30 }), blobKey: null, isInParts: true as const };
      expect(await catalog.uploads.complete(completed, file, [small.id, blob.id])).toEqual([]);
      expect(await catalog.remove('default', file.id, NOW)).toEqual([]);
      expect(await claimAll(catalog)).toEqual([]);
      await catalog.hold(0);
      expect(await claimAll(catalog)).toHaveLength(3);
    });

    it('counts what is announced against the quota until the upload ends, and the file from then on', async () => {
      const quota = { maxFiles: 2, maxBytes: 50 };
      const upload = await anUpload();
      const more = { ...upload, id: `upload_${uuidv7()}`, bytes: 21 };
      await expect(catalog.uploads.create(more, quota)).rejects.toMatchObject({ code: 'quota_exceeded' });
      expect(await catalog.usage('default')).toEqual({ files: 1, bytes: 30 });
      const [blob, small] = await addTwo(upload);
      const file = { ...aFile({ bytes: 30 }), blobKey: null, isInParts: true as const };
      await catalog.uploads.complete(upload, file, [blob.id, small.id]);
      expect(await catalog.usage('default')).toEqual({ files: 1, bytes: 30 });
      expect(await catalog.miscounts()).toEqual([]);
      await catalog.uploads.create({ ...more, bytes: 20 }, quota);
      expect(await catalog.miscounts()).toEqual([]);
      await catalog.uploads.end('default', more.id, 'cancelled', NOW);
      await catalog.remove('default', file.id, NOW);
      expect(await catalog.usage('default')).toEqual({ files: 0, bytes: 0 });
      expect(await catalog.miscounts()).toEqual([]);
    });

    it('counts parts beyond what was announced against the quota, until their upload ends', async () => {
      const upload = await anUpload({ bytes: 10 });
      const limits = { ...LIMITS, quota: { maxFiles: 1, maxBytes: 30 } };
      const add = () => catalog.uploads.addPart(aPart(upload, { blobKey: null }), [Buffer.alloc(10)], limits);
      for (const bytes of [10, 20, 30]) {
        expect(await add()).toBe('added');
        expect(await catalog.usage('default')).toEqual({ files: 1, bytes });
      }
      await expect(add()).rejects.toMatchObject({ kind: 'forbidden', code: 'quota_exceeded' });
      expect(await catalog.usage('default')).toEqual({ files: 1, bytes: 30 });
      expect(await catalog.miscounts()).toEqual([]);
      await catalog.uploads.end('default', upload.id, 'cancelled', NOW);
      expect(await catalog.usage('default')).toEqual({ files: 0, bytes: 0 });

      const completed = await anUpload({ bytes: 10 });
      const twins = [aPart(completed, { blobKey: null }), aPart(completed, { blobKey: null })] as const;
      for (const twin of twins) await catalog.uploads.addPart(twin, [Buffer.alloc(10)], LIMITS);
      await catalog.uploads.complete(completed, { ...aFile({ bytes: 10 }), blobKey: null }, [twins[0].id]);
      expect(await catalog.usage('default')).toEqual({ files: 1, bytes: 10 });
      expect(await catalog.miscounts()).toEqual([]);
    });

    it('takes parts and completions of many at once', async () => {
      const upload = await anUpload({ bytes: 400 });
      const limits = { ...LIMITS, maxParts: 1000 };
      const parts = Array.from({ length: 40 }, () => aPart(upload, { blobKey: null }));
      await Promise.all(parts.map((part) => catalog.uploads.addPart(part, [Buffer.alloc(10)], limits)));
      const ids = parts.map((part) => part.id);
      const files = Array.from({ length: 5 }, () => ({ ...aFile({ bytes: 400 }), blobKey: null }));
      const outcomes = await Promise.all(files.map((file) => catalog.uploads.complete(upload, file, ids)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });
  });
}

function aPart({ tenant, id }: UploadRecord, properties: Partial<PartRecord> = {}): PartRecord {
  const part = { id: `part_${uuidv7()}`, tenant, uploadId: id, blobKey: mintKey(), bytes: 10, createdAt: NOW };
  return { ...part, hash: 'crc32:00000000', ...properties };
}

async function listed(parts: AsyncIterable<PartRecord>): Promise<PartRecord[]> {
  const all: PartRecord[] = [];
  for await (const part of parts) all.push(part);
  return all;
}
