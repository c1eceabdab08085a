import type { Knex } from 'knex';
import { addContent, readContent } from './contents';
import { isPostgres, rowsOf } from './dialect';
import type { FileRecord } from './file-catalog';
import type { Quota } from './quota';
import type { Runner } from './run-statements';
import type { Statements } from './statements/statements';
import { changeUsage, charge } from './tenant-usage';
import type { AddedPart, PartLimits, PartRecord, PartsPage, UploadCatalog, UploadRecord } from './upload-catalog';
import { PART_COLUMNS, UPLOAD_COLUMNS, toRow } from './upload-rows';
import type { UploadRow } from './upload-rows';

/** Parts of a file that a download reads at once. */
const BATCH_ROWS = 100;
/** How long the row of an ended upload is kept at most, so that its client can still read its status. */
const MEMORY_SECONDS = 7 * 86_400;

export function createSqlUploadCatalog(
  { read, transact, transactToFree }: Runner,
  statements: Statements,
  maxEnded: number,
): UploadCatalog {
  return { create, find, addPart, parts, claim, renewClaim, release, complete, end, expire, partsOf, readPart };

  function create(upload: UploadRecord, quota: Quota): Promise<void> {
    return transact(async (db) => {
      await charge(db, upload.tenant, quota, { files: 1, bytes: upload.bytes });
      await db('uploads').insert(toRow(upload, UPLOAD_COLUMNS));
    });
  }

  async function find(tenant: string, id: string): Promise<UploadRecord | undefined> {
    const [upload]: UploadRecord[] = await read(
      (db) => db('uploads').where({ tenant, id }).select(UPLOAD_COLUMNS),
      tenant,
    );
    return upload;
  }

  function addPart(part: PartRecord, content: readonly Buffer[] | undefined, limits: PartLimits): Promise<AddedPart> {
    return transactUnless<AddedPart>(async (db, giveUp) => {
      const [upload] = await pending(db, part.tenant, part.uploadId)
        .where('expires_at', '>', limits.now)
        .update({ part_count: db.raw('part_count + 1'), part_bytes: db.raw('part_bytes + ?', [part.bytes]) })
        .returning(['bytes', 'part_count', 'part_bytes']);
      if (!upload) return giveUp('ended');
      const { bytes, part_count: count, part_bytes: partBytes } = upload;
      if (count > limits.maxParts || partBytes > bytes + limits.maxExtraBytes) return giveUp('full');
      const after = chargeOf(upload);
      const before = chargeOf({ bytes, part_bytes: partBytes - part.bytes });
      if (after > before) await charge(db, part.tenant, limits.quota, { files: 0, bytes: after - before });
      if (part.blobKey !== null && !(await makeLive(db, part.blobKey))) return giveUp('lost');
      const contentId = content ? await addContent(db, content) : null;
      await db('upload_parts').insert({ ...toRow(part, PART_COLUMNS), content_id: contentId });
      return 'added';
    });
  }

  /** As `transact`; `giveUp` rolls back, and its argument is the result. */
  async function transactUnless<Result>(
    work: (db: Knex.Transaction, giveUp: (result: Result) => never) => Promise<Result>,
  ): Promise<Result> {
    let given: { result: Result } | undefined;
    try {
      return await transact((db) =>
        work(db, (result) => {
          given = { result };
          throw new Error('nothing is to be changed');
        }),
      );
    } catch (error) {
      if (given) return given.result;
      throw error;
    }
  }

  async function parts(tenant: string, uploadId: string, { after = '', limit }: PartsPage): Promise<PartRecord[]> {
    return read(
      (db) =>
        db('upload_parts')
          .where({ tenant, upload_id: uploadId })
          .where('id', '>', after)
          .orderBy('id')
          .limit(limit)
          .select(PART_COLUMNS),
      tenant,
    );
  }

  async function claim(tenant: string, id: string, now: number, seconds: number): Promise<boolean> {
    const claimed = await transact((db) =>
      pending(db, tenant, id)
        .where('claimed_until', '<=', now)
        .update({ claimed_until: now + seconds }),
    );
    return claimed > 0;
  }

  async function renewClaim(tenant: string, id: string, now: number, seconds: number): Promise<void> {
    await transact((db) =>
      pending(db, tenant, id)
        .where('claimed_until', '>', now)
        .update({ claimed_until: now + seconds }),
    );
  }

  async function release(tenant: string, id: string): Promise<void> {
    await transact((db) => db<UploadRow>('uploads').where({ tenant, id }).update({ claimed_until: 0 }));
  }

  function complete(upload: UploadRecord, file: FileRecord, partIds: readonly string[]): Promise<string[] | undefined> {
    return transactUnless<string[] | undefined>(async (db, giveUp) => {
      const { tenant, id } = upload;
      const [ours] = await pending(db, tenant, id)
        .update({ status: 'completed', file_id: file.id, claimed_until: 0, ended_at: file.createdAt })
        .returning(['bytes', 'part_bytes']);
      if (!ours) return giveUp(undefined);
      if ((await giveParts(db, upload, file.id, partIds)) !== partIds.length) return giveUp(undefined);
      const doomed = await removeParts(db, tenant, id);
      await forgetOldest(db, tenant);
      // from here on the file counts in place of the upload
      await changeUsage(db, tenant, { files: -1, bytes: -chargeOf(ours) });
      await db('files').insert({
        tenant,
        id: file.id,
        blob_key: '',
        filename: file.filename,
        purpose: file.purpose,
        bytes: file.bytes,
        hash: file.hash,
        created_at: file.createdAt,
        expires_at: file.expiresAt,
      });
      return doomed;
    });
  }

  function end(
    tenant: string,
    id: string,
    status: 'cancelled' | 'expired',
    now: number,
  ): Promise<string[] | undefined> {
    return transactToFree(async (db) => {
      const [upload] = await pending(db, tenant, id)
        .update({ status, ended_at: now })
        .returning(['bytes', 'part_bytes']);
      if (!upload) return undefined;
      const doomed = await removeParts(db, tenant, id);
      await forgetOldest(db, tenant);
      await changeUsage(db, tenant, { files: -1, bytes: -chargeOf(upload) });
      return doomed;
    });
  }

  async function removeParts(db: Knex, tenant: string, uploadId: string): Promise<string[]> {
    const removed = rowsOf<{ blob_key: string | null }>(await db.raw(statements.removeParts, [tenant, uploadId]));
    return removed.flatMap((row) => row.blob_key ?? []);
  }

  /** No quota counts uploads that ended. The oldest by their end, since clients ask again for those that ended last. */
  async function forgetOldest(db: Knex, tenant: string): Promise<void> {
    await db.raw(
      `delete from uploads where tenant = ? and ended_at < (
         select ended_at from uploads where tenant = ? and ended_at is not null
         order by ended_at desc limit 1 offset ?)`,
      [tenant, tenant, maxEnded - 1],
    );
  }

  async function expire(now: number, limit: number): Promise<number> {
    const due = await read((db) =>
      db<UploadRow>('uploads').where('status', 'pending').where('expires_at', '<=', now).limit(limit),
    );
    for (const { tenant, id } of due) await end(tenant, id, 'expired', now);
    const forgotten = await read((db) =>
      db<UploadRow>('uploads')
        .whereNot('status', 'pending')
        .where('expires_at', '<=', now - MEMORY_SECONDS)
        .limit(limit),
    );
    for (const { tenant, id } of forgotten) {
      await transactToFree((db) =>
        db<UploadRow>('uploads').where({ tenant, id }).whereNot('status', 'pending').delete(),
      );
    }
    return due.length;
  }

  async function* partsOf({ tenant, id }: Pick<FileRecord, 'tenant' | 'id'>): AsyncGenerator<PartRecord> {
    let rows: (PartRecord & { position: number })[] = [];
    do {
      const last = rows.at(-1)?.position ?? -1;
      rows = await read(
        (db) =>
          db('upload_parts')
            .where({ file_id: id })
            .where('position', '>', last)
            .orderBy('position')
            .limit(BATCH_ROWS)
            .select({ ...PART_COLUMNS, position: 'position' }),
        tenant,
      );
      for (const { position: _, ...part } of rows) yield part;
    } while (rows.length === BATCH_ROWS);
  }

  function readPart({ tenant, id }: PartRecord, range: { start: number; end: number }): Promise<Buffer | undefined> {
    return read((db) => readContent(db, db('upload_parts').where({ id }), range), tenant);
  }
}

function pending(db: Knex, tenant: string, id: string) {
  return db<UploadRow>('uploads').where({ tenant, id, status: 'pending' });
}

/** The bytes that a pending upload counts for: what was announced, or its parts where they have more. */
function chargeOf({ bytes, part_bytes: partBytes }: Pick<UploadRow, 'bytes' | 'part_bytes'>): number {
  return Math.max(bytes, partBytes);
}

async function makeLive(db: Knex, key: string): Promise<boolean> {
  return (await db('blobs').where({ key, state: 'writing' }).update({ state: 'live', due_at: null })) > 0;
}

/** Gives the parts to the file, in their order. @returns how many of them exist. */
async function giveParts(
  db: Knex,
  { tenant, id }: UploadRecord,
  fileId: string,
  partIds: readonly string[],
): Promise<number> {
  const given = isPostgres(db)
    ? 'jsonb_array_elements_text(?::jsonb) with ordinality as given (value, key)'
    : 'json_each(?) as given';
  const result = await db.raw(
    `update upload_parts set file_id = ?, position = given.key from ${given}
     where upload_parts.id = given.value and upload_parts.tenant = ? and upload_parts.upload_id = ?
     returning upload_parts.id`,
    [fileId, JSON.stringify(partIds), tenant, id],
  );
  return rowsOf(result).length;
}
