import { uploadLarge } from './load';
import type { LargeUpload } from './load';
import type { RunningTarget } from './process';
import { GIB, MIB } from './table';

export interface LargeRun {
  mibPerSecond: number;
  /** CPU seconds for a GiB, of the server's whole process tree. */
  cpuPerGib: number;
  /** Bytes written to the disk for each byte sent. */
  diskPerByte: number;
}

export async function measureLarge(one: RunningTarget, upload: LargeUpload): Promise<LargeRun> {
  const before = one.cost();
  const { seconds } = await uploadLarge(one.origin, upload);
  const after = one.cost();
  const cpu = after.userSeconds + after.systemSeconds - before.userSeconds - before.systemSeconds;
  return {
    mibPerSecond: upload.bytes / MIB / seconds,
    cpuPerGib: cpu / (upload.bytes / GIB),
    diskPerByte: (after.writtenBytes - before.writtenBytes) / upload.bytes,
  };
}
