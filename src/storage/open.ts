import type { BlobStore } from './blob-store';
import { createFilesystemStore } from './filesystem';
import { createMemoryStore } from './memory';
import type { StorageSettings } from './storage-url';

/** Opens the store that `STORAGE_URL` names. @throws Error with a sentence for the operator when it cannot be used. */
export async function openBlobStore(settings: StorageSettings): Promise<BlobStore> {
  if (settings.kind === 'file') return createFilesystemStore(settings);
  if (settings.kind === 'memory') return createMemoryStore(settings);
  throw new Error('s3: is not there yet');
}
