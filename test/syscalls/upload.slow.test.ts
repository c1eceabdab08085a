import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import { describeWhere, missingTool } from '../storage/describe-where';
import { MARK_NAME } from '../../src/storage/blob-store';
import { createClient } from '../support/client';
import { blobFiles } from '../support/server';
import { until } from '../support/until';
import { brokenPromises, filesOpenedForWriting, parseTrace } from './trace';

const BYTES = 40 * 1024 * 1024;
const CALLS =
  'trace=open,openat,openat2,creat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sendmsg,sendto,unlink,unlinkat';
const noStrace = missingTool('strace', '-f', '-D', '-o', '/dev/null', 'true');

describeWhere(noStrace, 'a trace of the built server from its start to the answer of an upload', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-trace-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function traced(
    env: Record<string, string> = {},
    { bytes = BYTES, isChunked = true, isDeleted = false } = {},
  ): Promise<string> {
    const path = join(folder, 'trace');
    // -D: the server is our own child, and strace is nobody's
    const wrapper = [
      'strace',
      '-D',
      '-f',
      '--seccomp-bpf',
      '-y',
      '-s',
      '32',
      '-o',
      path,
      '-e',
      CALLS,
      '-e',
      'signal=none',
    ];
    const server = await startServerProcess({ folder, env, wrapper });
    const upload = { filename: 'data.jsonl', content: contentOf(1, bytes), bytes, order: PART_ORDERS[0] };
    const { status, json } = await uploadForm(server.url, { ...upload, isChunked });
    expect(status).toBe(200);
    if (isDeleted) expect((await createClient(server.url).remove(json?.id ?? '')).status).toBe(200);
    await server.end();
    await until(async () => (await readFile(path, 'utf8')).includes('+++ exited with 0 +++'), 'the trace is whole');
    return readFile(path, 'utf8');
  }

  test('opens no file for writing but the blob, the store’s mark and the database’s own, and syncs all of it before the answer', async () => {
    const trace = await traced();
    const calls = parseTrace(trace);
    const [key = '', ...others] = await blobFiles(join(folder, 'blobs'));
    expect(others).toEqual([]);
    const database = join(folder, 'sluice.db');
    const expected = [
      join(folder, 'blobs', key),
      join(folder, 'blobs', MARK_NAME),
      database,
      `${database}-ballast`,
      `${database}-journal`,
      `${database}-shm`,
      `${database}-wal`,
    ];
    const opened = new Set(filesOpenedForWriting(calls).map(withoutDraft));
    expect([...opened].toSorted()).toEqual(expected.toSorted());

    const upload = { blobs: join(folder, 'blobs'), wal: `${database}-wal` };
    expect(brokenPromises(calls, upload)).toEqual([]);

    // without the syncs of any one of the three it must be noticed; the mark may have had the folder synced, too
    const lines = trace.split('\n');
    const answerAt = lines.findIndex((line) => line.includes('"HTTP/1.1 200 '));
    const brokenWithout = (path: string) => {
      const isKept = (line: string, index: number) => index > answerAt || !isSync(line) || !line.includes(`<${path}>`);
      const rest = lines.filter(isKept);
      expect(rest.length).toBeLessThan(lines.length);
      return brokenPromises(parseTrace(rest.join('\n')), upload);
    };
    expect(brokenWithout(join(folder, 'blobs', key))).toEqual([expect.stringMatching(/^the blob is not synced/)]);
    expect(brokenWithout(upload.blobs)).toEqual([expect.stringMatching(/^the folder is not synced/)]);
    expect(brokenWithout(upload.wal)).toEqual(['the commit is not synced before the answer']);
  });

  test('syncs a short blob by the call that writes it, and its folder, before the commit', async () => {
    const trace = await traced({}, { bytes: 100 * 1024, isChunked: false });
    const upload = { blobs: join(folder, 'blobs'), wal: join(folder, 'sluice.db-wal') };
    expect(brokenPromises(parseTrace(trace), upload)).toEqual([]);
    const [key = ''] = await blobFiles(upload.blobs);
    const writes = parseTrace(trace).filter((call) => /^writev?\(/.test(call.text) && call.text.includes(`/${key}>`));
    expect(writes).toHaveLength(1);
    const unsynced = trace.replaceAll('O_DSYNC', 'O_CLOEXEC');
    expect(brokenPromises(parseTrace(unsynced), upload)).toContainEqual(
      expect.stringMatching(/^the blob is not synced/),
    );
  });

  test('syncs the folder between the removal of a blob and the end of its row', async () => {
    const calls = parseTrace(await traced({}, { isDeleted: true }));
    const blobs = join(folder, 'blobs');
    const at = calls.findIndex((call) => call.name.startsWith('unlink') && call.text.includes(`"${blobs}/`));
    const story = calls.slice(at).filter((call) => /^(fsync|pwrite64)$/.test(call.name));
    expect(story[0]?.text).toContain(`<${blobs}>`);
    expect(story[1]?.text).toContain('sluice.db-wal>');
  });

  test('opens no file at all for writing when everything is in memory', async () => {
    const env = { DATABASE_URL: 'sqlite::memory:', STORAGE_URL: 'memory:?max=64MiB' };
    const calls = parseTrace(await traced(env));
    expect(calls.some((call) => call.text.includes('HTTP/1.1 200 '))).toBe(true);
    expect(filesOpenedForWriting(calls)).toEqual([]);
    expect(await readdir(folder)).toEqual(['trace']);
  });
});

/** The mark is written under another name first, and then renamed. */
function withoutDraft(path: string): string {
  return path.replace(/(sluice-mark\.json)\.[0-9a-f-]{36}$/, '$1');
}

function isSync(line: string): boolean {
  return /(fsync|fdatasync)\(/.test(line);
}

describe('the check of a trace', () => {
  const upload = { blobs: '/data/blobs', wal: '/data/sluice.db-wal' };
  const GOOD = `
10 openat(AT_FDCWD</>, "/data/blobs/k", O_WRONLY|O_CREAT|O_EXCL, 0600) = 24</data/blobs/k>
11 writev(24</data/blobs/k>, [{iov_base="x", iov_len=1}], 1) = 1
11 fdatasync(24</data/blobs/k> <unfinished ...>
10 pwrite64(19</data/sluice.db-wal>, "renewed", 7, 0) = 7
10 fsync(19</data/sluice.db-wal>) = 0
11 <... fdatasync resumed>) = 0
12 fsync(25</data/blobs>) = 0
10 pwrite64(19</data/sluice.db-wal>, "commit", 6, 0) = 6
10 fsync(19</data/sluice.db-wal> <unfinished ...>
10 <... fsync resumed>) = 0
9 writev(23<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\\r\\n"..., iov_len=224}], 1) = 224
`;
  const broken = (trace: string) => brokenPromises(parseTrace(trace), upload);
  const lines = GOOD.trim().split('\n');

  test('finds nothing in a good one', () => {
    expect(broken(GOOD)).toEqual([]);
    expect(filesOpenedForWriting(parseTrace(GOOD))).toEqual(['/data/blobs/k']);
  });

  test.each([
    ['without the blob’s sync', lines.filter((line) => !line.includes('fdatasync')), /^the blob is not synced/],
    ['with a sync that failed', [GOOD.replace('fdatasync resumed>) = 0', 'fdatasync resumed>) = -1 EIO')], /^the blob/],
    ['without the folder’s sync', lines.filter((line) => !line.includes('blobs>)')), /^the folder is not synced/],
    ['without the commit’s sync', lines.toSpliced(8, 2), /^the commit is not synced/],
    [
      'with a commit that is written first',
      [...lines.slice(7, 8), ...lines.toSpliced(7, 1)],
      /^the commit is not written/,
    ],
    [
      'with the answer before the end of a sync',
      [...lines.slice(0, 9), lines[10], lines[9]],
      /^the commit is not synced/,
    ],
    ['with a write behind the blob’s sync', lines.toSpliced(6, 0, lines[1] ?? ''), /^the blob is not synced/],
    ['with no answer', lines.slice(0, -1), /^there is no answer/],
  ])('fails one %s', (_name, edited, sentence) => {
    expect(broken(edited.join('\n'))).toEqual([expect.stringMatching(sentence)]);
  });

  test('finds a temp file', () => {
    const temp = '10 openat(AT_FDCWD</>, "/tmp/upload-1", O_RDWR|O_CREAT|O_EXCL, 0600) = 30</tmp/upload-1>';
    expect(filesOpenedForWriting(parseTrace(`${GOOD}${temp}\n`))).toEqual(['/data/blobs/k', '/tmp/upload-1']);
  });
});
