import type { Knex } from 'knex';
import { checkQuota, isLimited } from './quota';
import type { Quota } from './quota';
import { addContent, readContent } from './contents';
import type { FileRecord } from './file-catalog';
import { isPostgres } from './migrations';
import type { Statements } from './statements';
import { rowsOf } from './tenant-usage';
import type { AddedPart, PartLimits, PartRecord, UploadCatalog, UploadRecord } from './upload-catalog';

interface Run {
  read: <Result>(query: (db: Knex) => PromiseLike<Result>) => Promise<Result>;
  /**
   * Runs `work` in one transaction. Its first statement must write: one of SQLite that has read cannot wait for another's
   * write any more.
   */
  transact: <Result>(work: (db: Knex.Transaction) => Promise<Result>) => Promise<Result>;
}

/** What a download of a file in parts holds of its list. */
const BATCH_ROWS = 100;
/** An upload that ended is remembered for so long, so that its client can still ask what became of it. */
const MEMORY_SECONDS = 7 * 86_400;

export function createSqlUploadCatalog(
  { read, transact }: Run,
  statements: Pick<Statements, 'removeParts'>,
): UploadCatalog {
  return { create, find, addPart, parts, claim, renewClaim, release, complete, end, expire, partsOf, readPart };

  function create(upload: UploadRecord, quota: Parameters<UploadCatalog['create']>[1]): Promise<void> {
    return transact(async (db) => {
      const usage = await reserve(db, upload.tenant, 1, upload.bytes);
      if (isLimited(quota))
        checkQuota({ files: usage.files - 1, bytes: usage.bytes - upload.bytes }, quota, upload.bytes);
      await db('uploads').insert(toRow(upload));
    });
  }

  async function find(tenant: string, id: string): Promise<UploadRecord | undefined> {
    const [row] = await read((db) => db<UploadRow>('uploads').where({ tenant, id }));
    return row && toUpload(row);
  }

  function addPart(part: PartRecord, content: readonly Buffer[] | undefined, limits: PartLimits): Promise<AddedPart> {
    return transactUnless<AddedPart>(async (db, giveUp) => {
      const [upload] = await db<UploadRow>('uploads')
        .where({ tenant: part.tenant, id: part.uploadId, status: 'pending' })
        .where('expires_at', '>', limits.now)
        .update({ part_count: db.raw('part_count + 1'), part_bytes: db.raw('part_bytes + ?', [part.bytes]) })
        .returning(['bytes', 'part_count', 'part_bytes']);
      if (!upload) return giveUp('ended');
      const isFull =
        Number(upload.part_count) > limits.maxParts ||
        Number(upload.part_bytes) > Number(upload.bytes) + limits.maxExtraBytes;
      if (isFull) return giveUp('full');
      const after = chargeOf(upload);
      const before = chargeOf({ ...upload, part_bytes: Number(upload.part_bytes) - part.bytes });
      if (after > before) await charge(db, part.tenant, limits.quota, after - before);
      if (part.blobKey !== null && !(await makeLive(db, part.blobKey))) return giveUp('lost');
      await db('upload_parts').insert({
        id: part.id,
        tenant: part.tenant,
        upload_id: part.uploadId,
        blob_key: part.blobKey,
        content_id: content ? await addContent(db, content) : null,
        bytes: part.bytes,
        hash: part.hash,
        created_at: part.createdAt,
      });
      return 'added';
    });
  }

  /** As `transact`; what `giveUp` is given is the result, and nothing is changed. */
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

  async function parts(
    tenant: string,
    uploadId: string,
    { after = '', limit }: { after?: string | undefined; limit: number },
  ): Promise<PartRecord[]> {
    const rows = await read((db) =>
      db<PartRow>('upload_parts')
        .where({ tenant, upload_id: uploadId })
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit),
    );
    return rows.map(toPart);
  }

  async function claim(tenant: string, id: string, now: number, seconds: number): Promise<boolean> {
    const claimed = await transact((db) =>
      db<UploadRow>('uploads')
        .where({ tenant, id, status: 'pending' })
        .where('claimed_until', '<=', now)
        .update({ claimed_until: now + seconds }),
    );
    return claimed > 0;
  }

  async function renewClaim(tenant: string, id: string, now: number, seconds: number): Promise<void> {
    await transact((db) =>
      db<UploadRow>('uploads')
        .where({ tenant, id, status: 'pending' })
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
      const [ours] = await db<UploadRow>('uploads')
        .where({ tenant, id, status: 'pending' })
        .update({ status: 'completed', file_id: file.id, claimed_until: 0 })
        .returning(['bytes', 'part_bytes']);
      if (!ours) return giveUp(undefined);
      if ((await giveParts(db, upload, file.id, partIds)) !== partIds.length) return giveUp(undefined);
      const doomed = await removeParts(db, tenant, id);
      // the file counts from here on, and the upload no more
      await reserve(db, tenant, -1, -chargeOf(ours));
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

  function end(tenant: string, id: string, status: 'cancelled' | 'expired'): Promise<string[] | undefined> {
    return transact(async (db) => {
      const [upload] = await db<UploadRow>('uploads')
        .where({ tenant, id, status: 'pending' })
        .update({ status })
        .returning(['bytes', 'part_bytes']);
      if (!upload) return undefined;
      const doomed = await removeParts(db, tenant, id);
      await reserve(db, tenant, -1, -chargeOf(upload));
      return doomed;
    });
  }

  async function removeParts(db: Knex, tenant: string, uploadId: string): Promise<string[]> {
    const removed = rowsOf<{ blob_key: string | null }>(await db.raw(statements.removeParts, [tenant, uploadId]));
    return removed.flatMap((row) => row.blob_key ?? []);
  }

  async function expire(now: number, limit: number): Promise<number> {
    const due = await read((db) =>
      db<UploadRow>('uploads').where('status', 'pending').where('expires_at', '<=', now).limit(limit),
    );
    for (const { tenant, id } of due) await end(tenant, id, 'expired');
    const forgotten = await read((db) =>
      db<UploadRow>('uploads')
        .whereNot('status', 'pending')
        .where('expires_at', '<=', now - MEMORY_SECONDS)
        .limit(limit),
    );
    for (const { tenant, id } of forgotten) {
      await transact((db) => db<UploadRow>('uploads').where({ tenant, id }).whereNot('status', 'pending').delete());
    }
    return due.length;
  }

  async function* partsOf(fileId: string): AsyncGenerator<PartRecord> {
    let last = -1;
    for (;;) {
      const position = last;
      const rows = await read((db) =>
        db<PartRow>('upload_parts')
          .where({ file_id: fileId })
          .where('position', '>', position)
          .orderBy('position')
          .limit(BATCH_ROWS),
      );
      yield* rows.map(toPart);
      if (rows.length < BATCH_ROWS) return;
      last = Number(rows.at(-1)?.position);
    }
  }

  function readPart({ id }: PartRecord, range: { start: number; end: number }): Promise<Buffer | undefined> {
    return read((db) => readContent(db, db('upload_parts').where({ id }), range));
  }
}

/** What a pending upload counts for: what was announced, or its parts where they are more. */
function chargeOf({ bytes, part_bytes: partBytes }: Pick<UploadRow, 'bytes' | 'part_bytes'>): number {
  return Math.max(Number(bytes), Number(partBytes));
}

/** @throws AppError `forbidden` when the tenant has no room for so many bytes more. */
async function charge(db: Knex, tenant: string, quota: Quota, bytes: number): Promise<void> {
  const usage = await reserve(db, tenant, 0, bytes);
  if (isLimited(quota)) checkQuota({ files: usage.files - 1, bytes: usage.bytes - bytes }, quota, bytes);
}

/** Changes what a tenant uses, and locks it, whatever else changes it. @returns what it is then. */
async function reserve(
  db: Knex,
  tenant: string,
  files: number,
  bytes: number,
): Promise<{ files: number; bytes: number }> {
  const result = await db.raw(
    `insert into tenant_usage (tenant, files, bytes) values (?, ?, ?)
     on conflict (tenant) do update
       set files = tenant_usage.files + excluded.files, bytes = tenant_usage.bytes + excluded.bytes
     returning files, bytes`,
    [tenant, files, bytes],
  );
  const [usage] = rowsOf<{ files: number | string; bytes: number | string }>(result);
  return { files: Number(usage?.files ?? 0), bytes: Number(usage?.bytes ?? 0) };
}

async function makeLive(db: Knex, key: string): Promise<boolean> {
  return (await db('blobs').where({ key, state: 'writing' }).update({ state: 'live', due_at: null })) > 0;
}

/** In one statement, however many they are. @returns how many there are. */
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

interface UploadRow {
  tenant: string;
  id: string;
  filename: string;
  purpose: string;
  bytes: number | string;
  mime_type: string;
  expires_after_seconds: number | string | null;
  created_at: number | string;
  expires_at: number | string;
  status: UploadRecord['status'];
  file_id: string | null;
  claimed_until: number | string;
  part_count: number | string;
  part_bytes: number | string;
}

function toRow(upload: UploadRecord): Partial<UploadRow> {
  return {
    tenant: upload.tenant,
    id: upload.id,
    filename: upload.filename,
    purpose: upload.purpose,
    bytes: upload.bytes,
    mime_type: upload.mimeType,
    expires_after_seconds: upload.expiresAfterSeconds,
    created_at: upload.createdAt,
    expires_at: upload.expiresAt,
    status: upload.status,
    file_id: upload.fileId,
  };
}

/** Postgres gives large numbers as text. */
function toUpload(row: UploadRow): UploadRecord {
  return {
    tenant: row.tenant,
    id: row.id,
    filename: row.filename,
    purpose: row.purpose,
    bytes: Number(row.bytes),
    mimeType: row.mime_type,
    expiresAfterSeconds: row.expires_after_seconds === null ? null : Number(row.expires_after_seconds),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    status: row.status,
    fileId: row.file_id,
  };
}

interface PartRow {
  id: string;
  tenant: string;
  upload_id: string;
  file_id: string | null;
  position: number | string | null;
  blob_key: string | null;
  content_id: number | string | null;
  bytes: number | string;
  hash: string;
  created_at: number | string;
}

function toPart(row: PartRow): PartRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    uploadId: row.upload_id,
    blobKey: row.blob_key,
    bytes: Number(row.bytes),
    hash: row.hash,
    createdAt: Number(row.created_at),
  };
}
