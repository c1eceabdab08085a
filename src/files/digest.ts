import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrc32 } from './combine-crc32';

export const HASHES = ['crc32', 'sha256'] as const;
export type HashAlgorithm = (typeof HASHES)[number];

/** Hashes bytes as they pass. `finish` returns `algorithm:hex`, as the catalog keeps it. */
export function createDigest(algorithm: HashAlgorithm): { update(bytes: Buffer): void; finish(): string } {
  if (algorithm === 'sha256') {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), finish: () => `sha256:${hash.digest('hex')}` };
  }
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    finish: () => crc32Text(value),
  };
}

/** The digest of joined parts, from theirs; undefined where they must be read for it. Only a CRC can be combined. */
export function combineDigests(algorithm: HashAlgorithm, parts: readonly { hash: string; bytes: number }[]) {
  if (algorithm !== 'crc32' || parts.some((part) => algorithmOf(part.hash) !== 'crc32')) return undefined;
  const value = parts.reduce(
    (crc, part) => combineCrc32(crc, Number(`0x${part.hash.slice('crc32:'.length)}`), part.bytes),
    0,
  );
  return crc32Text(value);
}

function crc32Text(value: number): string {
  return `crc32:${value.toString(16).padStart(8, '0')}`;
}

/** The algorithm of a digest that the catalog keeps; undefined for one that this version does not know. */
export function algorithmOf(hash: string): HashAlgorithm | undefined {
  const name = hash.slice(0, hash.indexOf(':'));
  return HASHES.find((known) => known === name);
}
