import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadLarge } from './load';
import type { LargeUpload } from './load';
import { cpuSecondsBetween } from './process';
import type { RunningTarget } from './process';
import { GIB, MIB } from './table';

export interface LargeRun {
  mibPerSecond: number;
  /** CPU seconds for a GiB, of the server's whole process tree. */
  cpuPerGib: number;
  /** Bytes written to the disk for each byte sent. */
  diskPerByte: number;
}

/** @param isRemoved frees the file again: what makes no files beside it feels nothing of that. */
export async function measureLarge(one: RunningTarget, upload: LargeUpload, isRemoved = false): Promise<LargeRun> {
  const before = one.cost();
  const { id, seconds } = await uploadLarge(one.origin, upload);
  const after = one.cost();
  if (isRemoved) await removeFile(one, id);
  return {
    mibPerSecond: upload.bytes / MIB / seconds,
    cpuPerGib: cpuSecondsBetween(before, after) / (upload.bytes / GIB),
    diskPerByte: (after.writtenBytes - before.writtenBytes) / upload.bytes,
  };
}

/** What stays would crowd the page cache, and each server would pay for those before it. */
export async function removeFile({ target, origin, folder }: RunningTarget, id: string): Promise<void> {
  if (target.deletePath) await fetch(origin + target.deletePath(id), { method: 'DELETE' });
  else for (const name of await readdir(folder)) await rm(join(folder, name));
}
