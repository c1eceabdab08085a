import { mkdtemp, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from './attempt';
import { CLIENTS } from './clients';
import type { Outcome, RefusedClient } from './clients';
import { hasNginx, startNginx } from '../../test/engines/nginx';
import { REFUSALS, startRefusers } from './refusers';
import type { Refusal, Refuser } from './refusers';

interface RefusalOptions {
  folder: string;
  /** The size of the file that is refused. */
  bytes: number;
  /** Takes the clients whose names hold this. */
  only?: string;
  /** Gets the table in Markdown, line by line. */
  onLine?: (line: string) => void;
}

const PROMPT_SECONDS = 3;

/**
 * Uploads that are refused, with real clients, alone and through nginx: each must read the status and the message,
 * and all but those that are deaf while they send within three seconds. Each cell holds the seconds until the client had
 * read both, and what the server read from it in all. Of a client that copies its gigabyte between its head and its
 * file, those seconds do not count: it looks at no answer meanwhile.
 */
export async function refuseUploads({ folder, bytes, only = '', onLine = () => undefined }: RefusalOptions) {
  const file = join(folder, 'big.jsonl');
  await writeFile(file, '');
  await truncate(file, bytes);
  const refusers = await startRefusers(folder, bytes);
  const violations: string[] = [];
  const clients = CLIENTS.filter(({ name }) => name.includes(only));
  try {
    onLine(`| client | ${REFUSALS.map(({ name, status }) => `${name} (${status})`).join(' | ')} |`);
    onLine(`|---|${REFUSALS.map(() => '---|').join('')}`);
    for (const client of clients) await printRow(client, '');
    if (hasNginx()) await throughNginx();
    else onLine('| through nginx: not installed |');
  } finally {
    await Promise.all(Object.values(refusers).map(({ server }) => server.end('SIGKILL')));
  }
  return { clients: clients.length, violations };

  async function throughNginx(): Promise<void> {
    const proxies = await Promise.all(
      Object.values(refusers).map(async (refuser) => {
        const proxy = await startNginx(await mkdtemp(join(folder, 'nginx-')), refuser.url);
        refuser.url = proxy.url;
        return proxy;
      }),
    );
    try {
      for (const client of clients) await printRow(client, 'nginx, ');
    } finally {
      await Promise.all(proxies.map(({ stop }) => stop()));
    }
  }

  async function printRow(client: RefusedClient, prefix: string): Promise<void> {
    const name = `${prefix}${client.name}`;
    if (!client.isInstalled()) {
      onLine(`| ${name} |${REFUSALS.map(() => ' not installed |').join('')}`);
      return;
    }
    const cells: string[] = [];
    for (const refusal of REFUSALS) {
      if (client.sendsOnlyForms && refusal.change.contentType) {
        cells.push('—');
        continue;
      }
      const refuser = refusers[refusal.server];
      const { outcome, readMiB, isQuiet } = await attempt(client, refuser, { file, ...refusal.change });
      const fault = faultOf(client, refusal, outcome) ?? (isQuiet ? undefined : 'the server reads on');
      if (fault) violations.push(`${name}, ${refusal.name}: ${fault}`);
      const busy = outcome.copyingSeconds ? ` (${outcome.copyingSeconds.toFixed(1)} s of it copying)` : '';
      const good = `${outcome.seconds.toFixed(1)} s${busy}, ${readMiB} MiB`;
      cells.push(fault ? `**${fault.replaceAll(/[|\r\n]/g, ' ')}**` : good);
    }
    onLine(`| ${name} | ${cells.join(' | ')} |`);
  }
}

async function attempt(client: RefusedClient, refuser: Refuser, change: Partial<Attempt> & Pick<Attempt, 'file'>) {
  const { key, readBytes, waitUntilQuiet } = refuser;
  const before = readBytes();
  const outcome = await client.upload({ url: refuser.url, path: '/v1/files', key, purpose: 'user_data', ...change });
  const isQuiet = await waitUntilQuiet();
  return { outcome, readMiB: Math.round((readBytes() - before) / 1024 ** 2), isQuiet };
}

function faultOf({ isDeaf }: RefusedClient, { status, message }: Refusal, outcome: Outcome) {
  if ('failure' in outcome) return `no answer: ${outcome.failure.slice(0, 200)}`;
  const read = messageOf(outcome.body);
  if (outcome.status !== status || !message.test(read)) return `${outcome.status} ${read.slice(0, 200)}`;
  const waited = outcome.seconds - (outcome.copyingSeconds ?? 0);
  if (!isDeaf && waited > PROMPT_SECONDS) return `late: ${waited.toFixed(1)} s`;
  return undefined;
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { error?: { message?: string } }).error?.message ?? body;
  } catch {
    return body;
  }
}
