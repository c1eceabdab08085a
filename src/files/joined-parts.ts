import { createHash } from 'node:crypto';
import type { PartRecord, UploadRecord } from '../catalog/upload-catalog';
import { AppError } from '../errors';
import type { ReadParts } from './content';
import { combineDigests, createDigest } from './digest';
import type { HashAlgorithm } from './digest';

/**
 * The parts that a client names, in its order.
 * @throws AppError `invalid` when one is absent or named twice, or when they are not as long as announced.
 */
export function chooseParts(
  upload: UploadRecord,
  parts: readonly PartRecord[],
  partIds: readonly string[],
): PartRecord[] {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const chosen = partIds.map((id) => {
    const part = byId.get(id);
    if (!part) {
      throw invalid(`The upload has no part '${id.slice(0, 64).toWellFormed()}', or it is named twice.`, 'part_ids');
    }
    byId.delete(id);
    return part;
  });
  const bytes = chosen.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes !== upload.bytes) {
    throw invalid(`The parts have ${bytes} bytes together, and ${upload.bytes} were announced.`, 'part_ids');
  }
  return chosen;
}

/**
 * The digest of joined parts. They are read only where it cannot be combined from theirs, or to check `md5`.
 * @throws AppError `invalid` when `md5` is not theirs; whatever reading them throws.
 */
export async function hashOfParts(
  parts: readonly PartRecord[],
  readParts: ReadParts,
  algorithm: HashAlgorithm,
  md5: string | undefined,
): Promise<string> {
  const combined = combineDigests(algorithm, parts);
  if (combined !== undefined && md5 === undefined) return combined;
  const digest = createDigest(algorithm);
  const md5OfAll = createHash('md5');
  for await (const chunk of readParts(parts)) {
    digest.update(chunk);
    md5OfAll.update(chunk);
  }
  const found = md5OfAll.digest('hex');
  if (md5 !== undefined && found !== md5.toLowerCase()) {
    throw invalid(`The MD5 of the parts is ${found}, and not ${md5.toLowerCase()}.`, 'md5');
  }
  return digest.finish();
}

function invalid(message: string, param: string): AppError {
  return new AppError('invalid', message, { param });
}
