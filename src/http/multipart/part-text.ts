import type { AppError } from '../../errors';
import { clip, invalid } from '../faults';
import type { FieldPart, FilePart } from './read-parts';

/**
 * A value as text, in the charset that its part names, by default UTF-8 (RFC 7578 section 5.1.2).
 * @throws AppError `invalid` for bytes that are not in it, and for an unknown charset.
 */
export function textOf({ name, bytes, charset = 'UTF-8' }: Omit<FieldPart, 'kind' | 'contentType'>): string {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const isUnknown = (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_NOT_SUPPORTED';
    const message = isUnknown
      ? `The charset of the field '${clip(name)}' is not supported.`
      : `The field '${clip(name)}' is not valid ${clip(charset)}.`;
    throw invalid(message, [name]);
  }
}

/**
 * A value that came as a file (a browser's `FormData` with a `Blob`) as text.
 * @throws AppError `invalid` over the limit, and as `textOf` does.
 */
export async function readText(part: FilePart, maxBytes: number): Promise<string> {
  let total = 0;
  part.bytes.onSlice((slice) => {
    total += slice.length;
    if (total > maxBytes) part.bytes.fail(fieldTooLong(part.name, maxBytes));
  });
  const slices: Buffer[] = [];
  for await (const batch of part.bytes) slices.push(...batch);
  return textOf({ ...part, bytes: Buffer.concat(slices) });
}

export function fieldTooLong(name: string, maxBytes: number): AppError {
  return invalid(`The field '${clip(name)}' is longer than the limit of ${maxBytes} bytes.`, [name]);
}
