import fs from 'node:fs';
import { promisify } from 'node:util';

const writev = promisify(fs.writev);

const MAX_SLICES = 1024;
const TINY_SLICE_BYTES = 1024;
/** The most bytes that are copied of one batch. */
export const PACKED_BYTES = MAX_SLICES * TINY_SLICE_BYTES;

/** Writes all bytes: after a short write the next `writev` goes on, or reports the error. @returns how many bytes. */
export async function writeAll(fd: number, batch: readonly Buffer[]): Promise<number> {
  let rest = batch.length > MAX_SLICES ? packed(batch) : batch;
  const bytes = rest.reduce((sum, slice) => sum + slice.length, 0);
  for (let missing = bytes; missing > 0;) {
    const { bytesWritten } = await writev(fd, rest);
    missing -= bytesWritten;
    if (missing > 0) rest = after(rest, bytesWritten);
  }
  return bytes;
}

/** What follows the first `count` bytes. */
function after(slices: readonly Buffer[], count: number): readonly Buffer[] {
  let skipped = count;
  for (const [index, slice] of slices.entries()) {
    if (skipped < slice.length) return [slice.subarray(skipped), ...slices.slice(index + 1)];
    skipped -= slice.length;
  }
  return [];
}

/** Joins tiny slices: copying them costs less than an entry for each in `writev`. */
function packed(batch: readonly Buffer[]): Buffer[] {
  const out: Buffer[] = [];
  let tiny: Buffer[] = [];
  for (const slice of batch) {
    if (slice.length < TINY_SLICE_BYTES) tiny.push(slice);
    if (tiny.length > 0 && (slice.length >= TINY_SLICE_BYTES || tiny.length === MAX_SLICES)) {
      out.push(Buffer.concat(tiny));
      tiny = [];
    }
    if (slice.length >= TINY_SLICE_BYTES) out.push(slice);
  }
  if (tiny.length > 0) out.push(Buffer.concat(tiny));
  return out;
}
