import type { Knex } from 'knex';

/** The keys of the blobs that belong to files or to pending uploads, sorted. @throws Error for a part that nobody owns. */
export async function liveBlobs(database: Knex): Promise<string[]> {
  const files: string[] = await database('files').whereNot({ blob_key: '' }).pluck('blob_key');
  const parts: { id: string; blob_key: string | null; is_owned: boolean | number }[] = await database('upload_parts')
    .leftJoin('files', 'files.id', 'upload_parts.file_id')
    .leftJoin('uploads', 'uploads.id', 'upload_parts.upload_id')
    .select('upload_parts.id', 'upload_parts.blob_key', {
      is_owned: database.raw(
        "files.id is not null or (upload_parts.file_id is null and coalesce(uploads.status, '') = 'pending')",
      ),
    });
  const stray = parts.filter((part) => !part.is_owned);
  if (stray.length > 0) throw new Error(`parts that nobody owns: ${stray.map((part) => part.id).join()}`);
  return [...files, ...parts.flatMap((part) => part.blob_key ?? [])].toSorted();
}
