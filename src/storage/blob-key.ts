import type { BlobKey } from './blob-store';

const KEY = /^[0-9a-f]{32}$/;

export function isBlobKey(name: string): name is BlobKey {
  return KEY.test(name);
}

/** Keys become paths and names of objects. @throws Error for any other shape, before it is one. */
export function requireBlobKey(key: string): BlobKey {
  if (!isBlobKey(key)) throw new Error('A blob key is 32 lower-case hexadecimal digits');
  return key;
}
