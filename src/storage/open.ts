import type { BlobStore } from './blob-store';
import { createFilesystemStore } from './filesystem';
import { createMemoryStore } from './memory';
import { createS3Store } from './s3/store';
import type { StorageSettings } from './storage-url';

/**
 * Opens the store that `STORAGE_URL` names. `maxBytes` is the largest blob that it will be given.
 *
 * @throws Error with a sentence for the operator when it cannot be used.
 */
export async function openBlobStore(settings: StorageSettings, limits: { maxBytes?: number } = {}): Promise<BlobStore> {
  if (settings.kind === 'file') return createFilesystemStore(settings);
  if (settings.kind === 'memory') return createMemoryStore(settings);
  return createS3Store({ ...settings, ...limits });
}
