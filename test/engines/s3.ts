import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

import { until } from '../support/until';
import { describeWithEngine } from './describe-with-engine';
import type { Availability } from './describe-with-engine';

const SCRIPTS = __dirname;
const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'monmaptool'];

/** A real S3 server: one that the environment names, or Ceph's gateway, started for the tests. */
export interface TestS3 {
  endpoint: string;
  /** `AWS_ACCESS_KEY_ID` and its like, for a server in a process of its own; this process has them already. */
  env: Record<string, string>;
  /** Makes an empty bucket. @returns its name. */
  createBucket(): Promise<string>;
  /** Ends the gateway as a crash would. Only for a server that the tests started. */
  kill(): Promise<void>;
  /** Starts what `kill` ended, and sets how many bytes may be stored, -1 for any number. */
  start(options?: { quotaBytes?: number }): Promise<void>;
  /** Ends what the tests started, and removes its data. This happens too when the process of the tests dies. */
  remove(): Promise<void>;
}

/** Whether `startS3` finds a server: `S3_TEST_ENDPOINT` and AWS credentials, or the programs of Ceph. */
export function s3Availability(): Availability {
  if (process.env['S3_TEST_ENDPOINT'] !== undefined) return { isAvailable: true };
  return ownS3Availability();
}

/** Whether an S3 server can be started here, which a test may then kill. */
export function ownS3Availability(): Availability {
  const missing = PROGRAMS.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
  if (missing.length === 0) return { isAvailable: true };
  const howTo =
    'on Debian: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd; ' +
    'or set S3_TEST_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION';
  return { isAvailable: false, reason: `there is no ${missing[0]} to start an S3 server with; ${howTo}` };
}

/** See `describeWithEngine`. */
export function describeWithS3(name: string, body: () => void): void {
  describeWithEngine(s3Availability(), 'No S3 server', name, body);
}

/** Takes about 16 seconds where it has to start the server itself: give `beforeAll` two minutes. */
export async function startS3(): Promise<TestS3> {
  const endpoint = process.env['S3_TEST_ENDPOINT'];
  return endpoint === undefined ? startOwnS3() : connected(endpoint);
}

export async function startOwnS3(): Promise<TestS3> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-s3-'));
  const port = await freePort();
  const gateway = join(folder, 'run', 'rgw.pid');
  // The guard ends the server when this process goes, however it goes: its standard input ends then.
  const guard = spawn('bash', ['-c', GUARD, 'guard', SCRIPTS, folder, String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const errors: string[] = [];
  guard.stderr.on('data', (text) => errors.push(String(text)));
  const ended = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  const isReady = new Promise<boolean>((resolve) => {
    createInterface(guard.stdout).on('line', (line) => line === 'ready' && resolve(true));
    void ended.then(() => resolve(false));
  });
  if (!(await isReady)) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`The S3 server did not start: ${errors.join('')}`);
  }
  Object.assign(process.env, CREDENTIALS);
  return {
    ...connected(`http://127.0.0.1:${port}`),
    async kill() {
      const pid = Number(await readFile(gateway, 'utf8'));
      process.kill(pid, 'SIGKILL');
      // it is some milliseconds dying, and `start` would take it for alive
      await until(() => hasEnded(pid), 'the end of the gateway');
    },
    async start({ quotaBytes } = {}) {
      const env = { ...process.env, ...(quotaBytes !== undefined && { S3_QUOTA_BYTES: String(quotaBytes) }) };
      await promisify(execFile)(join(SCRIPTS, 'start-s3.sh'), [folder, String(port)], { env });
    },
    async remove() {
      guard.stdin.end();
      await ended;
    },
  };
}

const GUARD = `"$1/start-s3.sh" "$2" "$3" >/dev/null && echo ready && read -r line; "$1/stop-s3.sh" "$2" --kill --purge`;
/** What start-s3.sh creates. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'testtest', AWS_REGION: 'us-east-1' };

function connected(endpoint: string): TestS3 {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'];
  const given = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const client = new S3Client({ endpoint, forcePathStyle: true });
  return {
    endpoint,
    env: Object.fromEntries(given),
    async createBucket() {
      const name = `sluice-test-${randomBytes(6).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    kill: notOurs,
    start: notOurs,
    async remove() {
      client.destroy();
    },
  };
}

/** A port that is free, and so is the next one, where the monitor will be. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + 30 * Math.floor(Math.random() * 400);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

async function hasEnded(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: gone');
  return /^State:\s+(Z|X|gone)/m.test(status);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function notOurs(): Promise<void> {
  throw new Error('The S3 server of S3_TEST_ENDPOINT is not ours to end');
}
