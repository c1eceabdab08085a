import { MARK_NAME } from '../../src/storage/blob-store';
/** One system call of a trace by `strace -f -y`. */
export interface SystemCall {
  name: string;
  /** The arguments as strace writes them; descriptors with their paths. */
  text: string;
  /** Lines of the trace, in the order of time: another call may begin or end between them. */
  beganAt: number;
  endedAt: number;
  result: string;
}

/** Reads a trace; calls that strace has cut in two (`<unfinished ...>`, `resumed`) are put together. */
export function parseTrace(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, SystemCall>();
  for (const [line, text] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(text) ?? [];
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    const open = resumed ? unfinished.get(thread) : undefined;
    if (resumed && open) {
      unfinished.delete(thread);
      open.text += resumed[2] ?? '';
      open.endedAt = line;
      open.result = resultOf(open.text);
    } else if (/^\w+\(/.test(rest)) {
      const isUnfinished = rest.endsWith('<unfinished ...>');
      const call = {
        name: rest.slice(0, rest.indexOf('(')),
        text: rest.replace(/ *<unfinished \.\.\.>$/, ''),
        beganAt: line,
        endedAt: isUnfinished ? Number.POSITIVE_INFINITY : line,
        result: isUnfinished ? '' : resultOf(rest),
      };
      calls.push(call);
      if (isUnfinished) unfinished.set(thread, call);
    }
  }
  return calls;
}

function resultOf(text: string): string {
  return /\)\s+= (.*)$/.exec(text)?.[1] ?? '';
}

/** Files that were opened for writing, or made, by path; devices are none. */
export function filesOpenedForWriting(calls: readonly SystemCall[]): string[] {
  const paths = calls
    .filter((call) => /^(open|openat|openat2|creat)$/.test(call.name) && !call.result.startsWith('-1'))
    .filter((call) => call.name === 'creat' || /O_(WRONLY|RDWR|CREAT|TMPFILE)/.test(call.text))
    .map((call) => /^\d+<(.*)>$/.exec(call.result)?.[1] ?? call.text);
  return [...new Set(paths)].filter((path) => !path.startsWith('/dev/')).toSorted();
}

export interface DurableUpload {
  /** The folder of the blobs. */
  blobs: string;
  /** The write-ahead log of SQLite. */
  wal: string;
}

/**
 * What a power cut right behind the answer would lose, if anything: the blob's bytes and its name must be synced
 * before the catalog's commit is, and that before the first byte of `HTTP/1.1 200` goes to the socket.
 *
 * @returns a sentence for each promise that the trace does not keep.
 */
export function brokenPromises(calls: readonly SystemCall[], { blobs, wal }: DurableUpload): string[] {
  const answer = calls.find((call) => /^(write|writev|sendmsg|sendto)$/.test(call.name) && isAnswer(call));
  if (!answer) return ['there is no answer 200 in the trace'];
  const before = calls.filter((call) => call.endedAt < answer.beganAt && !call.result.startsWith('-1'));
  const writes = calls.filter((call) => /^p?writev?(64)?$/.test(call.name) && isBlob(pathOf(call), blobs));
  const blob = writes[0] ? pathOf(writes[0]) : undefined;
  if (blob === undefined) return ['no byte of the blob was written'];

  const broken: string[] = [];
  const lastWrite = Math.max(...writes.map((call) => call.endedAt));
  const created = calls.find((call) => call.text.includes(`${blob}"`) && /O_CREAT/.test(call.text));
  const isSyncedByWrites = /O_DSYNC/.test(created?.text ?? '') && writes.every((call) => /^\d/.test(call.result));
  const blobSync = before.find((call) =>
    isSyncedByWrites ? call.endedAt === lastWrite : isSync(call, blob) && call.beganAt > lastWrite,
  );
  if (!blobSync) broken.push('the blob is not synced behind its last write and before the answer');
  const folderSync = before.find((call) => isSync(call, blobs) && call.beganAt > (created?.endedAt ?? 0));
  if (!created || !folderSync) broken.push('the folder is not synced between the making of the blob and the answer');
  const bytesAreSafe = Math.max(blobSync?.endedAt ?? 0, folderSync?.endedAt ?? 0);
  const commits = before.filter(
    (call) => call.name === 'pwrite64' && pathOf(call) === wal && call.beganAt > bytesAreSafe,
  );
  if (commits.length === 0) broken.push('the commit is not written between the syncs of the blob and the answer');
  const lastCommit = Math.max(bytesAreSafe, ...commits.map((call) => call.endedAt));
  if (!before.some((call) => isSync(call, wal) && call.beganAt > lastCommit)) {
    broken.push('the commit is not synced before the answer');
  }
  return broken;
}

/** The store's mark is beside the blobs. */
function isBlob(path: string, blobs: string): boolean {
  return path.startsWith(`${blobs}/`) && !path.startsWith(`${blobs}/${MARK_NAME}`);
}

function isAnswer(call: SystemCall): boolean {
  return /"HTTP\/1\.1 200 /.test(call.text);
}

function isSync(call: SystemCall, path: string): boolean {
  return (call.name === 'fsync' || call.name === 'fdatasync') && pathOf(call) === path && call.result.startsWith('0');
}

/** The path behind the first descriptor. */
function pathOf(call: SystemCall): string {
  return /^\w+\(\d+<([^>]*)>/.exec(call.text)?.[1] ?? '';
}
