import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess } from '../../test/support/server-process';
import type { ServerProcess } from '../../test/support/server-process';
import { gaugesOf, sendUnread } from '../../test/support/unread';
import { until } from '../../test/support/until';
import type { Attempt } from './attempt';

/** A reason to refuse an upload, and what the client must read. */
export interface Refusal {
  name: string;
  server: 'roomy' | 'narrow' | 'busy';
  change: Partial<Attempt>;
  status: number;
  message: RegExp;
}

export const REFUSALS: readonly Refusal[] = [
  {
    name: 'wrong key',
    server: 'roomy',
    change: { key: 'sk-wrong-12345' },
    status: 401,
    message: /^Incorrect API key/,
  },
  {
    name: 'wrong purpose',
    server: 'roomy',
    change: { purpose: 'nonsense' },
    status: 400,
    message: /^'nonsense' is not one of/,
  },
  { name: 'over the limit', server: 'narrow', change: {}, status: 413, message: /larger than the limit of \d+ bytes/ },
  { name: 'unknown path', server: 'roomy', change: { path: '/v2/files' }, status: 404, message: /^There is nothing/ },
  {
    name: 'wrong type',
    server: 'roomy',
    change: { contentType: 'text/plain' },
    status: 415,
    message: /multipart\/form-data/,
  },
  {
    name: 'large head',
    server: 'roomy',
    // nginx takes lines of up to 8 KiB
    change: { headers: { 'x-a': 'x'.repeat(7000), 'x-b': 'x'.repeat(7000), 'x-c': 'x'.repeat(7000) } },
    status: 431,
    message: /^The head of the request is too large/,
  },
  { name: 'busy', server: 'busy', change: {}, status: 503, message: /^Too many uploads/ },
];

/** A server that refuses uploads. */
export interface Refuser {
  /** Where clients send to: the server itself, or a proxy in front. */
  url: string;
  key: string;
  server: ServerProcess;
  /** What its process has read so far: sockets, since it reads no file meanwhile. */
  readBytes(): number;
  /** Resolves when it has read nothing for a while, or with false after half a minute. */
  waitUntilQuiet(): Promise<boolean>;
}

/** Without background jobs, all that the process reads comes from clients. */
const NO_CHORES = { UPLOAD_IDLE_SECONDS: '3600', UPLOAD_LEASE_SECONDS: '3600', REAP_INTERVAL_SECONDS: '3600' };
const KEY = 'sk-refusal-12345';
const QUIET_MS = 150;
const LIMIT_MS = 30_000;
/** A limit well below the file: the framing is allowed 1 MiB on top of it. */
const NARROW_SHARE = 10;
const METRICS_KEY = 'sk-metrics-0123456789';

export async function startRefusers(folder: string, fileBytes: number): Promise<Record<Refusal['server'], Refuser>> {
  const start = async (env: Record<string, string>): Promise<Refuser> => {
    const own = await mkdtemp(join(folder, 'server-'));
    const server = await startServerProcess({
      folder: own,
      env: { API_KEYS: `acme:${KEY}`, METRICS_KEY, ...NO_CHORES, ...env },
    });
    return {
      url: server.url,
      key: KEY,
      server,
      readBytes: () => readBytesOf(server.pid),
      waitUntilQuiet: () => waitUntilStill(() => readBytesOf(server.pid)),
    };
  };
  const [roomy, narrow, busy] = await Promise.all([
    start({ MAX_FILE_BYTES: String(2 * fileBytes) }),
    start({ MAX_FILE_BYTES: String(Math.floor(fileBytes / NARROW_SHARE)) }),
    start({ MAX_FILE_BYTES: String(2 * fileBytes), MAX_CONCURRENT_UPLOADS: '1' }),
  ]);
  await occupy(busy);
  return { roomy, narrow, busy };
}

/** An upload that never ends, and takes the only place. */
async function occupy({ url }: Refuser): Promise<void> {
  const head = [
    'POST /v1/files HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${KEY}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 1000000',
  ];
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nfirst bytes';
  sendUnread(url, head.join('\r\n'), part).unref();
  const headers = { authorization: `Bearer ${METRICS_KEY}`, connection: 'close' };
  const isTaken = async () => (await gaugesOf(url, ['sluice_running_uploads'], headers))[0] === 1;
  await until(isTaken, 'the only place is taken');
}

/** proc(5), `io`: what read(2) and its like returned. */
function readBytesOf(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

async function waitUntilStill(count: () => number): Promise<boolean> {
  const deadline = performance.now() + LIMIT_MS;
  for (let last = -1; last !== count();) {
    if (performance.now() > deadline) return false;
    last = count();
    await sleep(QUIET_MS);
  }
  return true;
}
