import type { BlobStore } from './blob-store';
import { createFilesystemStore } from './filesystem';
import { createMemoryStore } from './memory';
import { createS3Store } from './s3/store';
import type { StorageSettings } from './storage-url';

/** Opens the store that `STORAGE_URL` names. @throws Error with a sentence for the operator when it cannot be used. */
export async function openBlobStore(settings: StorageSettings, limits: StorageLimits = {}): Promise<BlobStore> {
  const { minFreeBytes, ...sizes } = limits;
  if (settings.kind === 'file') return createFilesystemStore({ ...settings, ...(minFreeBytes && { minFreeBytes }) });
  if (settings.kind === 'memory') return createMemoryStore(settings);
  return createS3Store({ ...settings, ...sizes });
}

interface StorageLimits {
  /** The largest blob that it will be given. */
  maxBytes?: number;
  /** Bytes that stay free on its disk, where it has one. */
  minFreeBytes?: number;
}
