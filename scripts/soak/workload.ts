import { PART_ORDERS, contentOf, uploadForm } from '../../test/support/form-upload';
import type { KnownFile, Ledger, ListedFile } from './ledger';
import type { Random } from '../../test/support/random';
import { uploadInParts } from './uploads-in-parts';
import type { OpenUpload } from './uploads-in-parts';

const MIB = 1024 * 1024;

interface ActOptions {
  /** Engines fail: 503 is an answer to everything, and says nothing of what has happened. */
  mayBeAway?: boolean;
  /** Sizes to pick from. */
  sizes?: readonly number[];
  /** Uploads in parts are made, too, and those whose end is unknown are left here. */
  open?: OpenUpload[];
}

/** What one client does next: it uploads, reads or deletes, and the ledger hears of it. */
export async function act(url: string, ledger: Ledger, random: Random, options: ActOptions = {}): Promise<void> {
  const live = ledger.live();
  const dice = random.fraction();
  const file = live.length > 0 ? random.pick(live) : undefined;
  if (file && (dice < 0.2 || live.length > 150)) await remove(url, ledger, file, options);
  else if (file && dice < 0.35) await read(url, ledger, file, options);
  else if (options.open && dice < 0.6) await uploadInParts(url, ledger, random, options.open);
  else await upload(url, ledger, random, options);
}

async function upload(url: string, ledger: Ledger, random: Random, { mayBeAway, sizes }: ActOptions): Promise<void> {
  const bytes = random.pick(
    sizes ?? [0, 1, 1000, 60_000, random.below(300_000), random.below(MIB), random.below(6 * MIB)],
  );
  const isCut = bytes > 2 && random.chance(0.1);
  const attempt = { ...ledger.mint(), bytes, isCut };
  const outcome = await uploadForm(url, {
    filename: attempt.filename,
    content: contentOf(attempt.seed, bytes),
    bytes,
    order: random.pick(PART_ORDERS),
    isChunked: random.chance(0.5),
    ...(isCut && { cutAfterBytes: 1 + random.below(bytes - 1) }),
  });
  // the commit may have happened: whoever reads 503 does not know
  if (mayBeAway && outcome.status === 503) outcome.status = undefined;
  ledger.uploaded(attempt, outcome);
}

async function remove(url: string, ledger: Ledger, file: KnownFile, { mayBeAway }: ActOptions): Promise<void> {
  ledger.deleting(file);
  const status = await fetch(`${url}/v1/files/${file.id}`, { method: 'DELETE' }).then(
    (response) => response.status,
    () => undefined,
  );
  ledger.deleted(file, mayBeAway && status === 503 ? undefined : status);
}

async function read(url: string, ledger: Ledger, file: KnownFile, { mayBeAway }: ActOptions): Promise<void> {
  const answer = await fetch(`${url}/v1/files/${file.id}/content`)
    .then(async (response) => ({ status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }))
    // a connection that broke
    .catch(() => undefined);
  if (!answer) return;
  if (mayBeAway && answer.status === 503) return;
  // another client may be deleting it
  if (answer.status === 404 && file.state !== 'live') return;
  if (answer.status !== 200) ledger.violation(`reading ${file.filename} was answered ${answer.status}`);
  else if (!answer.bytes.equals(contentBytes(file))) ledger.violation(`${file.filename} was read with other bytes`);
}

export async function listAll(url: string): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for (let hasMore = true; hasMore;) {
    const after = files.at(-1)?.id;
    const response = await fetch(`${url}/v1/files?limit=100${after === undefined ? '' : `&after=${after}`}`);
    const page = (await response.json()) as { data: ListedFile[]; has_more: boolean };
    files.push(...page.data);
    hasMore = page.has_more;
  }
  return files;
}

export function contentBytes({ seed, bytes }: KnownFile): Buffer {
  return Buffer.concat([...contentOf(seed, bytes)]);
}
