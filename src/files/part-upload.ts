import { AppError } from '../errors';
import type { Quota } from '../catalog/quota';
import { inTurn } from '../shares/pool';
import type { Pool } from '../shares/pool';
import type { PartRecord, UploadCatalog, UploadRecord } from '../catalog/upload-catalog';
import { newId } from './file';
import type { IncomingFile, StagedFile, Upload, Uploads } from './uploads';

interface PartOptions {
  /** @throws AppError `not_found` */
  find(tenant: string, id: string): Promise<UploadRecord>;
  maxPartBytes: number;
  transactions: Pool;
  quotaOf: (tenant: string) => Quota;
  now: () => number;
}

/** Of one upload. */
export const MAX_PARTS = 10_000;
/** A client that got no answer sends its part again: the parts may have so many bytes more than announced. */
const MAX_EXTRA_BYTES = 1024 ** 3;
/** The longest that a timer of Node can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @returns a function that begins a part. It throws `not_found`; `invalid` when the upload has ended; `busy`, `unavailable`. */
export function createPartUploads(
  uploads: Uploads,
  catalog: UploadCatalog,
  { find, maxPartBytes, transactions, quotaOf, now }: PartOptions,
) {
  /** One part: staged bytes that become a part at `commit`, or nothing at all. */
  return async (tenant: string, id: string) => {
    const session = await find(tenant, id);
    if (session.status !== 'pending') throw ended(session);
    await uploads.checkCapacity();
    const upload = uploads.begin(tenant);
    let expiry: NodeJS.Timeout | undefined;
    return {
      async stage(file: IncomingFile): Promise<StagedFile> {
        const milliseconds = (session.expiresAt - now()) * 1000;
        const end = () => file.bytes.fail(ended({ ...session, status: 'expired' }));
        if (milliseconds < MAX_TIMER_MS) expiry = setTimeout(end, Math.max(0, milliseconds));
        return upload.stage({ ...file, maxBytes: maxPartBytes });
      },
      /**
       * Waits for its turn, until `signal` fires.
       * @throws AppError `invalid` when the upload has ended meanwhile, or has too many parts; `forbidden` when its parts have
       * more bytes than were announced, and the tenant's quota has no room for them.
       */
      commit: (staged: StagedFile, signal: AbortSignal) => commitPart(session, upload.keep, staged, signal),
      async discard(): Promise<void> {
        clearTimeout(expiry);
        await upload.discard();
      },
    };
  };

  async function commitPart(
    { tenant, id }: UploadRecord,
    keep: Upload['keep'],
    staged: StagedFile,
    signal: AbortSignal,
  ): Promise<PartRecord> {
    const part: PartRecord = {
      id: newId('part_'),
      tenant,
      uploadId: id,
      blobKey: staged.blobKey,
      bytes: staged.bytes,
      hash: staged.hash,
      createdAt: now(),
    };
    const content = staged.blobKey === null ? staged.content : undefined;
    await keep(staged, async () => {
      const limitsNow = () => ({
        now: now(),
        maxParts: MAX_PARTS,
        maxExtraBytes: MAX_EXTRA_BYTES,
        quota: quotaOf(tenant),
      });
      const add = () => catalog.addPart(part, content, limitsNow());
      const added = await inTurn(transactions, tenant, add, signal);
      if (added === 'ended') throw ended(await find(tenant, id));
      if (added === 'full') {
        throw new AppError(
          'invalid',
          `The upload has more than ${MAX_PARTS} parts, or its parts more bytes than were announced.`,
        );
      }
      return added === 'added';
    });
    return part;
  }
}

/** Why an upload that is not pending any more is refused. */
export function ended({ status }: UploadRecord): AppError {
  return new AppError('invalid', status === 'pending' ? 'A part of the upload is gone.' : `The upload is ${status}.`);
}
