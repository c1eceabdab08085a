import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const HASHES = ['crc32', 'sha256'] as const;
export type HashAlgorithm = (typeof HASHES)[number];

/** Hashes bytes as they pass. */
export interface Digest {
  update(bytes: Buffer): void;
  /** `algorithm:hex`, as the catalog keeps it. */
  finish(): string;
}

export function createDigest(algorithm: HashAlgorithm): Digest {
  if (algorithm === 'sha256') {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), finish: () => `sha256:${hash.digest('hex')}` };
  }
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    finish: () => `crc32:${value.toString(16).padStart(8, '0')}`,
  };
}

/** The algorithm of a digest that the catalog keeps; undefined for one that this version does not know. */
export function algorithmOf(hash: string): HashAlgorithm | undefined {
  const name = hash.slice(0, hash.indexOf(':'));
  return HASHES.find((known) => known === name);
}
