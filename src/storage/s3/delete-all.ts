import { isAppError } from '../../errors';
import type { BlobKey } from '../blob-store';
import { codeOf, s3Error, statusOf } from './client';
import { abortUploads } from './multipart-uploads';
import type { ObjectName, S3Access } from './multipart-uploads';

export interface DeleteContext extends S3Access {
  /** Set to false once the server has shown that it has no DeleteObjects. */
  hasDeleteObjects: boolean;
}

interface DoomedObject extends ObjectName {
  blobKey: BlobKey;
  unfinished: boolean;
}

/** Concurrent requests that delete one object each. */
const REQUESTS_AT_ONCE = 32;

/**
 * Deletes up to 1,000 objects of one bucket in one request, or, where the server has no DeleteObjects, each in its own.
 * @returns a failure for each object that may still be there.
 */
export async function deleteAll(
  context: DeleteContext,
  objects: readonly DoomedObject[],
): Promise<Map<BlobKey, Error>> {
  const failures = await forEach(
    objects.filter((object) => object.unfinished),
    (object) => abortUploads(context, object),
  );
  const rest = objects.filter(({ blobKey }) => !failures.has(blobKey));
  const deleteRest = context.hasDeleteObjects && rest.length > 1 ? deleteTogether : deleteEach;
  return new Map([...failures, ...(await deleteRest(context, rest))]);
}

async function deleteTogether(context: DeleteContext, objects: readonly DoomedObject[]): Promise<Map<BlobKey, Error>> {
  const { sdk, client } = context;
  const { Bucket } = objects[0] ?? {};
  const Delete = { Objects: objects.map(({ Key }) => ({ Key })) };
  try {
    const { Deleted, Errors } = await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete }));
    // only the objects that it names are gone: some servers answer 200 to requests that they do not know
    const gone = new Set(Deleted?.map(({ Key }) => Key));
    const codes = new Map(Errors?.map(({ Key, Code }) => [Key, Code]));
    const left = objects.filter(({ Key }) => !gone.has(Key) && codes.get(Key) !== 'NoSuchKey');
    return new Map(left.map(({ Key, blobKey }) => [blobKey, notDeleted(codes.get(Key))]));
  } catch (error) {
    const status = statusOf(error) ?? 0;
    if (status !== 501 && (status < 400 || status >= 500)) {
      return new Map(objects.map(({ blobKey }) => [blobKey, s3Error(error)]));
    }
    // servers refuse an unknown request in many ways: only deleting one by one shows that it was this
    const failures = await deleteEach(context, objects);
    if (failures.size === 0) context.hasDeleteObjects = false;
    return failures;
  }
}

function notDeleted(code = 'it was not named'): Error {
  return s3Error(new Error(`DeleteObjects left an object: ${code}`));
}

async function deleteEach(context: S3Access, objects: readonly DoomedObject[]): Promise<Map<BlobKey, Error>> {
  return forEach(objects, (object) => deleteOne(context, object));
}

/** Deletes one object, if it is there. @throws AppError `unavailable` */
async function deleteOne({ sdk, client }: S3Access, { Bucket, Key }: ObjectName): Promise<void> {
  await client.send(new sdk.DeleteObjectCommand({ Bucket, Key })).catch((error: unknown) => {
    if (codeOf(error) !== 'NoSuchKey') throw s3Error(error);
  });
}

async function forEach(
  objects: readonly DoomedObject[],
  run: (object: DoomedObject) => Promise<void>,
): Promise<Map<BlobKey, Error>> {
  const failures = new Map<BlobKey, Error>();
  const waiting = objects.values();
  await Promise.all(
    Array.from({ length: REQUESTS_AT_ONCE }, async () => {
      for (const object of waiting) {
        await run(object).catch((error: unknown) =>
          failures.set(object.blobKey, isAppError(error) ? error : s3Error(error)),
        );
      }
    }),
  );
  return failures;
}
