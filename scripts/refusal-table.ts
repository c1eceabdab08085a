/**
 * Uploads that are refused, with real clients, against the built server: each must read the status and the message,
 * and all but those that are deaf while they send within three seconds. Prints a table in Markdown.
 *
 *     npx tsx scripts/refusal-table.ts [--size 1GiB] [--only PART_OF_A_CLIENT'S_NAME]
 */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseByteSize } from '../src/storage/storage-url';
import type { Attempt } from './refusals/attempt';
import { CLIENTS } from './refusals/clients';
import type { Outcome, RefusedClient } from './refusals/clients';
import { hasNginx, startNginx } from './refusals/nginx';
import { startServerProcess } from './soak/server-process';
import type { ServerProcess } from './soak/server-process';

const { values } = parseArgs({
  options: { size: { type: 'string', default: '1GiB' }, only: { type: 'string', default: '' } },
});

const KEY = 'sk-refusal-12345';
const PROMPT_SECONDS = 3;

interface Refusal {
  name: string;
  server: 'roomy' | 'narrow' | 'busy';
  change: Partial<Attempt>;
  status: number;
  message: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  { name: 'wrong key', server: 'roomy', change: { key: 'sk-wrong-12345' }, status: 401, message: /^Incorrect API key/ },
  {
    name: 'wrong purpose',
    server: 'roomy',
    change: { purpose: 'nonsense' },
    status: 400,
    message: /^'nonsense' is not one of/,
  },
  {
    name: 'over the limit',
    server: 'narrow',
    change: {},
    status: 413,
    message: /larger than the limit of 104857600 bytes/,
  },
  { name: 'unknown path', server: 'roomy', change: { path: '/v2/files' }, status: 404, message: /^There is nothing/ },
  {
    name: 'wrong type',
    server: 'roomy',
    change: { contentType: 'text/plain' },
    status: 415,
    message: /multipart\/form-data/,
  },
  { name: 'busy', server: 'busy', change: {}, status: 503, message: /^Too many uploads/ },
];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-refusals-'));
  const servers = await startServers(folder);
  const nginx = hasNginx()
    ? await Promise.all(Object.entries(servers).map(([name, { url }]) => startProxy(folder, name, url)))
    : [];
  try {
    const file = join(folder, 'big.jsonl');
    await writeFile(file, '');
    await truncate(file, parseByteSize(values.size));
    const direct = Object.fromEntries(Object.entries(servers).map(([name, { url }]) => [name, url]));
    say(`A refused upload of ${values.size}: seconds until the client had read status and message.\n`);
    say(`| client | ${REFUSALS.map(({ name, status }) => `${name} (${status})`).join(' | ')} |`);
    say(`|---|${REFUSALS.map(() => '---|').join('')}`);
    await printRows(CLIENTS, '', direct, file);
    if (nginx.length > 0)
      await printRows(
        CLIENTS.filter(({ isDeaf }) => !isDeaf),
        'nginx, ',
        Object.fromEntries(nginx.map(({ name, url }) => [name, url])),
        file,
      );
    else say('\nnginx is not installed: its rows are missing.');
  } finally {
    await Promise.all(nginx.map(({ stop }) => stop()));
    await Promise.all(Object.values(servers).map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  }
}

async function printRows(
  clients: readonly RefusedClient[],
  prefix: string,
  urls: Record<string, string>,
  file: string,
): Promise<void> {
  for (const client of clients) {
    if (!client.name.includes(values.only)) continue;
    if (!client.isInstalled()) {
      say(`| ${prefix}${client.name} |${REFUSALS.map(() => ' not installed |').join('')}`);
      continue;
    }
    const cells: string[] = [];
    for (const refusal of REFUSALS) {
      const isPossible = client.canChooseType || !refusal.change.contentType;
      const attempt = {
        url: urls[refusal.server] ?? '',
        path: '/v1/files',
        key: KEY,
        purpose: 'user_data',
        file,
        ...refusal.change,
      };
      cells.push(isPossible ? judge(client, refusal, await client.upload(attempt)) : '—');
    }
    say(`| ${prefix}${client.name} | ${cells.join(' | ')} |`);
  }
}

function judge({ isDeaf }: RefusedClient, { status, message }: Refusal, outcome: Outcome): string {
  const seconds = outcome.seconds.toFixed(1);
  if ('failure' in outcome) return fail(`no answer: ${outcome.failure.slice(0, 200)}`);
  const read = messageOf(outcome.body);
  if (outcome.status !== status || !message.test(read)) return fail(`${outcome.status} ${read.slice(0, 200)}`);
  if (!isDeaf && outcome.seconds > PROMPT_SECONDS) return fail(`late: ${seconds}`);
  return seconds;
}

function fail(what: string): string {
  process.exitCode = 1;
  return `**${what.replaceAll(/[|\n]/g, ' ')}**`;
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { error?: { message?: string } }).error?.message ?? body;
  } catch {
    return body;
  }
}

async function startServers(folder: string): Promise<Record<Refusal['server'], ServerProcess>> {
  const start = async (name: string, env: Record<string, string>) => {
    const own = await mkdtemp(join(folder, `${name}-`));
    return startServerProcess({
      folder: own,
      env: { API_KEYS: `acme:${KEY}`, LOG_LEVEL: 'info', UPLOAD_IDLE_SECONDS: '3600', ...env },
    });
  };
  const roomy = await start('roomy', { MAX_FILE_BYTES: '2GiB' });
  const narrow = await start('narrow', { MAX_FILE_BYTES: '100MiB' });
  const busy = await start('busy', { MAX_FILE_BYTES: '2GiB', MAX_CONCURRENT_UPLOADS: '1' });
  occupy(busy.url);
  return { roomy, narrow, busy };
}

/** An upload that never ends, and takes the one place there is. */
function occupy(url: string): void {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.unref();
  const head = [
    'POST /v1/files HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${KEY}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 1000000',
  ];
  socket.write(
    `${head.join('\r\n')}\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nfirst bytes`,
  );
}

async function startProxy(folder: string, name: string, upstream: string) {
  const own = await mkdtemp(join(folder, `nginx-${name}-`));
  return { name, ...(await startNginx(own, upstream)) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
