import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PART_ORDERS, contentOf, uploadForm } from './support/form-upload';
import { launchServer, startServerProcess } from './support/server-process';
import type { ServerProcess } from './support/server-process';
import { freePort } from './engines/free-port';
import { describeWithPostgres, startPostgres } from './engines/postgres';
import type { TestPostgres } from './engines/postgres';
import { createClient } from './support/client';
import { until } from './support/until';

const ENV = { WORKERS: '2', UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', SHUTDOWN_GRACE_SECONDS: '5' };
const BYTES = 200_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-workers-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('two workers on SQLite', () => {
  describeWorkers(async () => ({}));

  test('a port that is taken is the reason, and the program ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(await failedStart({ PORT: String(port) })).toContain(`Port ${port} of 127.0.0.1 is taken`);
    taken.close();
  });

  test('a first worker that is killed is the reason, and the program ends with 1', async () => {
    const { child, output, ended } = launchServer({ folder, env: ENV });
    try {
      await until(() => childrenOf(child.pid ?? 0).length === 1, 'the first worker starts');
      kill(childrenOf(child.pid ?? 0)[0]);
      await ended;
      expect(child.exitCode).toBe(1);
      expect(output()).toMatch(/^Sluice cannot start: a worker ended with SIGKILL before it listened\./m);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });

  test('a database that is away is the reason, and the program ends with 1', async () => {
    expect(await failedStart({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })).toMatch(
      /Nothing answers at .*127\.0\.0\.1:1/,
    );
  });
});

test('a worker that the system cannot start is tried again, and the others serve', async () => {
  const preload = join(folder, 'no-program.cjs');
  // while the signal's effect lasts, the supervisor looks for Node where there is none
  await writeFile(
    preload,
    `if (require('node:cluster').isPrimary) {
      const { execPath } = process;
      process.on('SIGUSR2', () => { process.execPath = process.execPath === execPath ? '/nowhere' : execPath; });
    }`,
  );
  const server = await startServerProcess({ folder, env: { ...ENV, NODE_OPTIONS: `--require=${preload}` } });
  const [first, second] = workersOf(server);
  server.signal('SIGUSR2');
  kill(first);
  await until(() => server.output().includes('the system could not start a worker: spawn'), 'the start fails');
  expect((await upload(server, 1)).status).toBe(200);
  server.signal('SIGUSR2');
  await until(() => workersOf(server)[0] === second && workersOf(server).length === 2, 'two serve');
  await server.end();
}, 60_000);

test('one scrape of two workers shows both', async () => {
  const server = await startServerProcess({ folder, env: ENV });
  const fetchAlone = (path: string) => fetch(server.url + path, { headers: { connection: 'close' } });
  for (let count = 0; count < 10; count += 1) await (await fetchAlone('/v1/files')).text();
  for (let count = 0; count < 10; count += 1) {
    const text = await (await fetchAlone('/metrics')).text();
    const [, lists] = /^sluice_http_request_duration_seconds_count\{operation="list_[^}]*\} (\d+)$/m.exec(text) ?? [];
    expect(lists).toBe('10');
    // the default metrics have one of each process
    expect(text).toMatch(/^sluice_build_info\{[^}]*\} 1$/m);
  }
  await server.end();
}, 60_000);

describeWithPostgres('two workers on Postgres', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres?.remove());

  describeWorkers(async () => ({ DATABASE_URL: await postgres.createDatabase() }));
});

function describeWorkers(databaseEnv: () => Promise<Record<string, string>>): void {
  let server: ServerProcess;
  beforeEach(async () => {
    // a port of its own choice would be another one when all workers have died
    const PORT = String(await freePort());
    server = await startServerProcess({ folder, env: { ...ENV, PORT, ...(await databaseEnv()) } });
  });
  afterEach(() => server.end('SIGKILL'));

  test('share a port and a catalog, serve on when one is killed, and it is replaced', async () => {
    const before = workersOf(server);
    expect(server.output().match(/Sluice listens on/g)).toHaveLength(1);
    expect(server.output()).toMatch(/, 2 workers"/);
    const over = new AbortController();
    let answered = 0;
    const kept: string[] = [];
    const uploading = Array.from({ length: 6 }, async (_, client) => {
      for (let round = 0; !over.signal.aborted; round += 1) {
        const { status, json } = await upload(server, 1000 * client + round);
        // a connection of the worker that is killed breaks; whoever gets an answer gets a 200
        if (status === undefined) continue;
        answered += 1;
        expect(status).toBe(200);
        kept.push(json?.id ?? '');
      }
    });
    await until(() => answered > 20, 'both are busy');
    kill(before[0]);
    const answeredBefore = answered;
    await until(() => workersOf(server)[0] !== before[0], 'the worker is replaced');
    await until(() => answered > answeredBefore + 20, 'uploads go on');
    over.abort();
    await Promise.all(uploading);

    const after = workersOf(server);
    expect(after).toHaveLength(2);
    expect(after).toContain(before[1]);
    const listed: { id: string }[] = (await createClient(server.url).list()).json.data;
    const ids = new Set(listed.map((file) => file.id));
    expect(kept.filter((id) => !ids.has(id))).toEqual([]);

    // as a terminal and systemd do: every process gets the signal, and the supervisor passes it on besides
    for (const pid of [...after, server.pid]) process.kill(pid, 'SIGTERM');
    await server.ended;
    expect(server.output()).toMatch(/"msg":"stopped"}\s*$/);
    await until(() => after.every(hasEnded), 'no worker is left');
  });

  test('are started again when one is killed while its replacement, or the last one, starts', async () => {
    const all = () => childrenOf(server.pid);
    const [first, second] = workersOf(server);
    kill(first);
    await until(() => all().some((pid) => pid !== first && pid !== second), 'the replacement starts');
    kill(second);
    await until(() => all().length === 2 && !all().includes(second ?? 0), 'both replacements start');
    kill(all()[0]);
    await until(
      () => workersOf(server).length === 2 && workersOf(server).every((pid) => all().includes(pid)),
      'two serve',
    );
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('stop in peace: an upload that runs is answered, and then all have ended', async () => {
    const workers = workersOf(server);
    const outcome = await upload(server, 1, async (sent) => {
      if (sent === 0) return;
      if (!server.output().includes('"stopping"')) server.signal('SIGTERM');
      await until(() => server.output().includes('"stopping"'), 'the signal has come');
    });
    expect(outcome.status).toBe(200);
    await server.ended;
    expect(workers.every(hasEnded)).toBe(true);
  });

  test('end when their supervisor is killed', async () => {
    const workers = workersOf(server);
    await server.end('SIGKILL');
    await until(() => workers.every(hasEnded), 'no worker is left');
  });
}

function upload(server: ServerProcess, seed: number, beforePiece?: (sentBytes: number) => Promise<void>) {
  const content = contentOf(seed, BYTES);
  const form = { filename: `file-${seed}`, content, bytes: BYTES, order: PART_ORDERS[0], isChunked: true };
  return uploadForm(server.url, { ...form, ...(beforePiece && { beforePiece }) });
}

/** As the last line says that names them. */
function workersOf(server: ServerProcess): number[] {
  const lists = server.output().match(/"workers":\[[\d,]+\]/g) ?? [];
  return JSON.parse((lists.at(-1) ?? '"workers":[]').slice('"workers":'.length));
}

async function failedStart(env: Record<string, string>): Promise<string> {
  const { child, output, ended } = launchServer({ folder, env: { ...ENV, ...env } });
  await ended;
  expect(child.exitCode).toBe(1);
  expect(output().match(/^Sluice cannot start: /gm)).toHaveLength(1);
  return output();
}

function kill(pid: number | undefined): void {
  process.kill(pid ?? Number.NaN, 'SIGKILL');
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
