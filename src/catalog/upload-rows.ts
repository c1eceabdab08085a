import type { PartRecord, UploadRecord } from './upload-catalog';

/** The columns that statements change, by their own names. The maps below have the names used outside of the catalog. */
export interface UploadRow extends Pick<UploadRecord, 'tenant' | 'id' | 'bytes' | 'status'> {
  expires_at: number;
  file_id: string | null;
  claimed_until: number;
  /** null while it is pending. */
  ended_at: number | null;
  part_count: number;
  part_bytes: number;
}

export const UPLOAD_COLUMNS: Columns<UploadRecord> = {
  tenant: 'tenant',
  id: 'id',
  filename: 'filename',
  purpose: 'purpose',
  bytes: 'bytes',
  mimeType: 'mime_type',
  expiresAfterSeconds: 'expires_after_seconds',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  status: 'status',
  fileId: 'file_id',
};

export const PART_COLUMNS: Columns<PartRecord> = {
  id: 'id',
  tenant: 'tenant',
  uploadId: 'upload_id',
  blobKey: 'blob_key',
  bytes: 'bytes',
  hash: 'hash',
  createdAt: 'created_at',
};

type Columns<Record> = { [Key in keyof Required<Record>]: string };

export function toRow<Record extends object>(record: Record, columns: Columns<Record>): object {
  const names = Object.entries<string>(columns);
  return Object.fromEntries(names.map(([key, column]) => [column, record[key as keyof Record]]));
}
