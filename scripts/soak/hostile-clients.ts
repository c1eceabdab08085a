import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf, uploadForm } from '../../test/support/form-upload';
import { startServerProcess } from '../../test/support/server-process';
import type { ServerProcess } from '../../test/support/server-process';
import { connectionsOf, memoryOf, resetPeak } from '../../test/support/sockets';

interface HostileOptions {
  folder: string;
  clients: number;
  /** UPLOAD_IDLE_SECONDS of the server; enough for all clients to have connected before the first is cut. */
  idleSeconds?: number;
}

const MIB = 1024 * 1024;
const BOUNDARY = 'hostile';
const FILE_HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`;
const STUCK_BYTES = 16 * 1024;
const IDLE_SECONDS = 20;
const MAX_KIB_EACH = 60;
/** With fewer clients the memory of the process itself hides theirs. */
const CLIENTS_TO_MEASURE = 250;

/**
 * Clients that fall silent in their heads or bodies: the next client is served as usual, each stuck one costs a bounded amount
 * of memory, and all are disconnected in time.
 */
export async function stickClients(options: HostileOptions & { where: 'head' | 'body' }) {
  const { folder, clients, where, idleSeconds = IDLE_SECONDS } = options;
  const isMeasured = clients >= CLIENTS_TO_MEASURE;
  const violations: string[] = [];
  const server = await startServerProcess({
    folder,
    env: { UPLOAD_IDLE_SECONDS: String(idleSeconds), LOG_LEVEL: 'info' },
  });
  if (isMeasured) await warmUp(server);
  const before = memoryOf(server.pid).residentKiB;
  const sockets = await openAll(server.url, clients);
  for (const socket of sockets) socket.write(where === 'head' ? stuckHead() : stuckBody());
  await waitFor(() => connectionsOf(server.pid) >= clients, 30);
  await sleep(isMeasured ? 2000 : 0);
  const stuck = connectionsOf(server.pid);
  const after = memoryOf(server.pid).residentKiB;
  const startedAt = performance.now();
  const status = await uploadOnce(server.url);
  const uploadMs = Math.round(performance.now() - startedAt);
  const kibEach = Math.round((after - before) / clients);
  if (stuck < clients) violations.push(`only ${stuck} of ${clients} are stuck`);
  if (status !== 200) violations.push(`the next client was answered ${status}`);
  if (isMeasured && kibEach > MAX_KIB_EACH) violations.push(`each stuck client takes ${kibEach} KiB`);
  // Node looks for late heads every 5 s, and gives them 60 s
  const gone = await waitFor(() => connectionsOf(server.pid) === 0, where === 'head' ? 75 : idleSeconds + 20);
  if (!gone) violations.push(`${connectionsOf(server.pid)} sockets are left`);
  closeAll(sockets);
  await server.end();
  return { where, clients, kibEach, uploadMs, violations };
}

/**
 * Clients whose upload is refused and who never stop sending. `/healthz` stays quick, memory bounded, and no socket
 * of the server is left 30 s after the last one began.
 */
export async function floodAfterRefusal({
  folder,
  clients,
  length,
}: HostileOptions & { length: 'known' | 'chunked' | 'too long' }) {
  const violations: string[] = [];
  const server = await startServerProcess({ folder, env: { API_KEYS: 'acme:sk-flood-12345', LOG_LEVEL: 'info' } });
  await uploadOnce(server.url);
  resetPeak(server.pid);
  const before = memoryOf(server.pid).peakKiB;
  const probe = startProbe(server.url);
  const sockets = await openAll(server.url, clients);
  let answered = 0;
  for (const socket of sockets) flood(socket, length, () => (answered += 1));
  const startedAt = performance.now();
  const gone = await waitFor(() => connectionsOf(server.pid) === 0, 30);
  const goneSeconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const { worstMs, p99Ms, failed } = await probe.stop();
  const grownMiB = Math.round((memoryOf(server.pid).peakKiB - before) / 1024);
  if (!gone) violations.push(`${connectionsOf(server.pid)} sockets are left after 30 s`);
  if (failed > 0) violations.push(`${failed} times /healthz failed`);
  if (p99Ms > 1000) violations.push(`/healthz took ${p99Ms} ms (p99)`);
  if (grownMiB > 200) violations.push(`the server grew by ${grownMiB} MiB`);
  if (answered < clients) violations.push(`${clients - answered} clients saw no answer`);
  closeAll(sockets);
  await server.end();
  return { length, clients, answered, goneSeconds, healthWorstMs: worstMs, healthP99Ms: p99Ms, grownMiB, violations };
}

/** Clients that pipeline downloads and read no answer. */
export async function pipelineUnread(options: HostileOptions & { downloads: number }) {
  const { folder, clients, downloads, idleSeconds = 5 } = options;
  const violations: string[] = [];
  const server = await startServerProcess({
    folder,
    env: { UPLOAD_IDLE_SECONDS: String(idleSeconds), LOG_LEVEL: 'info' },
  });
  const { json } = await upload(server.url, 64 * MIB);
  const target = `/v1/files/${json?.id ?? 'none'}/content`;
  resetPeak(server.pid);
  const before = memoryOf(server.pid).peakKiB;
  const sockets = await openAll(server.url, clients);
  for (const socket of sockets) {
    socket.pause();
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(downloads));
  }
  await sleep(800 * idleSeconds);
  const grownMiB = Math.round((memoryOf(server.pid).peakKiB - before) / 1024);
  const status = await uploadOnce(server.url);
  if (status !== 200) violations.push(`the next client was answered ${status}`);
  if (grownMiB > 20 + 4 * clients) violations.push(`the server grew by ${grownMiB} MiB`);
  const gone = await waitFor(() => connectionsOf(server.pid) === 0, 20);
  if (!gone) violations.push(`${connectionsOf(server.pid)} sockets are left`);
  closeAll(sockets);
  await server.end();
  return { clients, downloads, grownMiB, violations };
}

/** All of it at one size, one server after the other. */
export async function meetHostileClients({ folder, clients }: HostileOptions) {
  const runs: ((folder: string) => Promise<{ violations: readonly string[] }>)[] = [
    ...(['body', 'head'] as const).map((where) => (own: string) => stickClients({ folder: own, clients, where })),
    ...(['known', 'chunked', 'too long'] as const).map(
      (length) => (own: string) => floodAfterRefusal({ folder: own, clients, length }),
    ),
    ...[1, 20].map((count) => (own: string) => pipelineUnread({ folder: own, clients: count, downloads: 50 })),
  ];
  const reports = [];
  for (const run of runs) {
    const own = await mkdtemp(join(folder, 'run-'));
    reports.push(await run(own));
    await rm(own, { recursive: true });
  }
  return { reports, violations: reports.flatMap(({ violations }) => violations) };
}

function stuckHead(): string {
  return `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(STUCK_BYTES - 1024)}`;
}

function stuckBody(): string {
  const head = `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: 1000000\r\n\r\n`;
  return head + FILE_HEAD + 'x'.repeat(STUCK_BYTES);
}

function flood(socket: Socket, length: 'known' | 'chunked' | 'too long', onAnswer: () => void): void {
  const framing = {
    known: `Content-Length: ${2000 * MIB}`,
    chunked: 'Transfer-Encoding: chunked',
    'too long': `Content-Length: ${1024 ** 4}`,
  }[length];
  const content = Buffer.alloc(64 * 1024, 'x');
  const block =
    length === 'chunked'
      ? Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')])
      : content;
  socket.once('data', (answer: Buffer) => {
    if (answer.toString('latin1').startsWith('HTTP/1.1 4')) onAnswer();
  });
  // goes on after the server has closed its side
  const send = () => {
    while (!socket.destroyed && socket.writable && socket.write(block));
  };
  socket.on('drain', send);
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong-key-1\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${framing}\r\n\r\n`,
  );
  if (length !== 'chunked') socket.write(FILE_HEAD);
  send();
}

function startProbe(url: string) {
  const child = spawn(process.execPath, [join(__dirname, 'health-probe.js'), `${url}/healthz`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pieces: string[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece.toString()));
  return {
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      const times = JSON.parse(pieces.join('')) as (number | null)[];
      const sorted = times.filter((time) => time !== null).toSorted((a, b) => a - b);
      return {
        worstMs: Math.round(sorted.at(-1) ?? 0),
        p99Ms: Math.round(sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0),
        failed: times.length - sorted.length,
      };
    },
  };
}

async function warmUp({ url }: ServerProcess): Promise<void> {
  for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, () => uploadOnce(url)));
}

async function uploadOnce(url: string): Promise<number | undefined> {
  return (await upload(url, 10_000)).status;
}

/** Over a connection of its own, which is not kept. */
function upload(url: string, bytes: number) {
  return uploadForm(url, { filename: 'a', content: contentOf(1, bytes), bytes });
}

function openAll(url: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    }),
  );
}

function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

/** @returns whether the condition came true in time. */
async function waitFor(condition: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + 1000 * seconds;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    // not more often: a look reads tables of the system, beside clients whose delays are measured
    await sleep(100);
  }
  return true;
}
