import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { bundle, ROOT } from '../support/bundle';
import { parseTrace } from '../syscalls/trace';
import { MIB, mintKey } from './blob-fixtures';
import { describeWhere, missingTool } from './describe-where';
import type { PutOutcome } from './put-blob';

const FULL = 'The storage is full.';
const AWAY = 'The storage is not available.';
const READ_ONLY = 'The storage is read-only.';
const PUT_BLOB = bundle(path.join(__dirname, 'put-blob.ts'));

const noStrace = missingTool('strace', '-f', '-o', '/dev/null', 'true');
const noPrlimit = missingTool('prlimit', '--fsize=4096', 'true');
const noNamespaces = missingTool('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=4m none /tmp');

describe('the filesystem store, with a system that fails', () => {
  let root: string;
  let key: string;
  let blob: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'sluice-blobs-'));
    key = mintKey();
    blob = path.join(root, key);
  });
  afterEach(() => rm(root, { recursive: true }));

  /** One put in a process of its own, under `wrapper`. */
  function put(wrapper: string[], bytes: number, mode = ''): PutOutcome {
    const node = [process.execPath, '-', root, key, String(bytes), mode];
    const [command = '', ...args] = [...wrapper, ...node];
    // One thread, so that the calls come in one order and `when` counts all of them.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, cwd: ROOT, input: PUT_BLOB });
    if (stdout === '') throw new Error(stderr);
    const outcome: PutOutcome = JSON.parse(stdout);
    return outcome;
  }

  describeWhere(noNamespaces, 'on a disk of 4 MiB', () => {
    it('refuses a put that fills it, and leaves nothing', async () => {
      const mount = `mount -t tmpfs -o size=4m none "${root}" && exec "$@"`;
      const outcome = put(['unshare', '-rm', 'sh', '-c', mount, 'sh'], 8 * MIB);
      expect(outcome).toEqual({ error: { kind: 'unavailable', message: FULL, code: 'ENOSPC', causes: [] }, blobs: [] });
    });
  });

  describeWhere(noPrlimit, 'with a limit of 3.5 MiB for files', () => {
    it.each([8 * MIB, 4 * MIB])('refuses a put of %i bytes, of which one write is taken in part', async (bytes) => {
      const outcome = put(['prlimit', `--fsize=${3.5 * MIB}`], bytes);
      expect(outcome).toEqual({ error: { kind: 'unavailable', message: FULL, code: 'EFBIG', causes: [] }, blobs: [] });
    });
  });

  describeWhere(noStrace, 'under strace', () => {
    // every row has a mode: for a missing argument Jest would pass its `done`, and wait for it
    const faults: [string, string, () => string[], number, '' | 'short'][] = [
      // libuv has no name for EDQUOT.
      ['a quota', 'Unknown system error -122', () => strace(blob, 'write,writev:error=EDQUOT:when=3'), 8 * MIB, ''],
      ['a write error', 'EIO', () => strace(blob, 'write,writev:error=EIO:when=3'), 8 * MIB, ''],
      ['a read-only file system', 'EROFS', () => strace(blob, 'openat,open:error=EROFS'), 10, ''],
      ['too many open files', 'EMFILE', () => strace(blob, 'openat,open:error=EMFILE:when=1'), 10, ''],
      ['a sync that fails', 'EIO', () => strace(blob, 'fdatasync:error=EIO'), 10, ''],
      ['a sync that fails on the way', 'EIO', () => strace(blob, 'fdatasync:error=EIO:when=1'), 40 * MIB, ''],
      ['a write of a short blob that is not synced', 'EIO', () => strace(blob, 'write,writev:error=EIO'), 10, 'short'],
      ['a short blob that is empty and not synced', 'EIO', () => strace(blob, 'fdatasync:error=EIO'), 0, 'short'],
      [
        'a folder that is not synced for a short blob',
        'EIO',
        () => strace(root, 'fsync:error=EIO:when=2'),
        10,
        'short',
      ],
      ['a close that fails', 'EIO', () => strace(blob, 'close:error=EIO'), 10, ''],
      // The first sync of the folder is that of opening the store.
      ['a folder that cannot be synced', 'EIO', () => strace(root, 'fsync:error=EIO:when=2'), 10, ''],
    ];
    it.each(faults)(
      'refuses a put that meets %s (%s), and leaves nothing',
      async (name, code, wrapper, bytes, mode) => {
        const message = name === 'a quota' ? FULL : code === 'EROFS' ? READ_ONLY : AWAY;
        const outcome = put(wrapper(), bytes, mode);
        expect(outcome).toEqual({ error: { kind: 'unavailable', message, code, causes: [] }, blobs: [] });
      },
    );

    it('says so when the bytes of a put that failed cannot be removed', async () => {
      const outcome = put(strace(blob, 'unlink,unlinkat:error=EACCES'), 10, 'fail');
      const causes = ['Error: the source failed', 'EACCES'];
      expect(outcome.error).toEqual({ kind: 'unavailable', message: AWAY, code: undefined, causes });
      expect(outcome.blobs).toEqual([{ key, bytes: 10 }]);
    });

    it('writes one file in its place, syncs it and then its folder, and only then resolves', async () => {
      const trace = path.join(root, 'trace');
      const calls = 'trace=openat,open,rename,renameat,renameat2,link,linkat,write,writev,fdatasync,fsync,close';
      expect(
        put(['strace', '-f', '--seccomp-bpf', '-qq', '-y', '-s', '32', '-o', trace, '-e', calls], 40 * MIB).error,
      ).toBeUndefined();
      const all = parseTrace(await readFile(trace, 'utf8'));
      const ours = all.filter((call) => call.text.includes(root));
      const opened = ours.filter((call) => /^open(at)?$/.test(call.name) && /O_(WRONLY|RDWR|CREAT)/.test(call.text));
      expect(opened).toHaveLength(1);
      expect(opened[0]?.text).toMatch(new RegExp(`${key}", O_WRONLY\\|O_CREAT\\|O_EXCL\\|.*O_CLOEXEC, 0600\\)`));
      expect(ours.filter((call) => /rename|link/.test(call.name))).toEqual([]);
      const writes = ours.filter((call) => /^writev?$/.test(call.name) && call.text.includes(`${key}>`));
      expect(writes.reduce((sum, call) => sum + Number(call.result), 0)).toBe(40 * MIB);

      const story = all.flatMap(({ name, text }) => {
        if (text.includes('put resolved')) return ['resolved'];
        if (name === 'fdatasync' && text.includes(key)) return ['sync'];
        if (name === 'fsync' && text.includes(root)) return ['folder sync'];
        return [];
      });
      // Opening the store, 32 MiB, and then the rest and the folder side by side.
      expect(story.slice(0, 2)).toEqual(['folder sync', 'sync']);
      expect(story.slice(2, 4).toSorted()).toEqual(['folder sync', 'sync']);
      expect(story.slice(4)).toEqual(['resolved']);
    });
  });
});

function strace(file: string, fault: string): string[] {
  return ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-P', file, '-e', `inject=${fault}`];
}
