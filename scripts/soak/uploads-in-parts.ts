import { contentOf, uploadPart } from '../../test/support/form-upload';
import type { Random } from '../../test/support/random';
import type { Attempt, Ledger } from './ledger';

const MIB = 1024 * 1024;

/** An upload in parts whose end its client does not know: the server was killed, or refused something. */
export interface OpenUpload {
  attempt: Attempt;
  id: string;
  sizes: readonly number[];
  /** The id of each part that was answered, by its number. */
  answered: Map<number, string>;
  /** What was asked for last; without an answer it has happened or has not. */
  asked: 'parts' | 'complete' | 'cancel';
}

/** An upload, or the list of its parts. */
interface Answer {
  id: string;
  status: 'pending' | 'completed' | 'cancelled' | 'expired';
  file: { id: string } | null;
  data: { id: string; bytes: number }[];
}

/** Creates an upload, sends its parts, all at once, and completes or cancels it. What breaks off is left in `open`. */
export async function uploadInParts(url: string, ledger: Ledger, random: Random, open: OpenUpload[]): Promise<void> {
  const bytes = random.pick([0, 1000, 60_000, random.below(MIB), random.below(6 * MIB)]);
  const attempt = { ...ledger.mint(), bytes, isCut: false };
  const properties = { filename: attempt.filename, purpose: 'user_data', mime_type: 'text/plain', bytes };
  const created = await call(`${url}/v1/uploads`, properties);
  // nobody knows its id
  if (created?.status !== 200) return;
  const upload: OpenUpload = {
    attempt,
    id: created.json.id,
    sizes: cut(bytes, random),
    answered: new Map(),
    asked: 'parts',
  };
  open.push(upload);
  if (!(await sendMissing(url, ledger, upload))) return;
  upload.asked = random.chance(0.2) ? 'cancel' : 'complete';
  const ended = upload.asked === 'cancel' ? await cancel(url, upload) : await complete(url, ledger, upload);
  if (ended) open.splice(open.indexOf(upload), 1);
}

/**
 * What a client does after a crash: of each open upload it asks what is there, sends what is missing, and completes it.
 * Whatever was answered 200 must be there, and nothing may be there that was cancelled.
 */
export async function resumeUploads(url: string, ledger: Ledger, open: OpenUpload[]): Promise<void> {
  for (const upload of open.splice(0)) {
    const { id, asked, attempt } = upload;
    const state = await call(`${url}/v1/uploads/${id}`);
    const listed = await call(`${url}/v1/uploads/${id}/parts`);
    const status = state?.json.status;
    const parts = new Map(listed?.json.data.map((part) => [part.id, part.bytes]));
    if (status === 'pending') {
      for (const [number, partId] of upload.answered) {
        if (parts.get(partId) === upload.sizes[number]) continue;
        ledger.violation(`part ${number} of ${attempt.filename} was answered 200 and is not there`);
      }
    } else if (status !== (asked === 'cancel' ? 'cancelled' : 'completed') || asked === 'parts') {
      ledger.violation(`${attempt.filename} is ${status} after ${asked}`);
    } else if (asked === 'cancel' && parts.size > 0) {
      ledger.violation(`${attempt.filename} is cancelled and has ${parts.size} parts`);
    }
    ledger.resumed(status !== 'pending');
    const isDone =
      asked === 'cancel'
        ? await cancel(url, upload)
        : (status === 'completed' || (await sendMissing(url, ledger, upload))) && (await complete(url, ledger, upload));
    if (!isDone) ledger.violation(`${attempt.filename} could not be ended after a restart`);
  }
}

/** Sends the parts that were not answered, in any order. @returns whether all are there. */
async function sendMissing(
  url: string,
  ledger: Ledger,
  { id, attempt, sizes, answered }: OpenUpload,
): Promise<boolean> {
  const whole = Buffer.concat([...contentOf(attempt.seed, attempt.bytes)]);
  let offset = 0;
  const sent = sizes.map(async (size, number) => {
    const content = whole.subarray(offset, (offset += size));
    if (answered.has(number)) return;
    const { status, json } = await uploadPart(url, id, {
      filename: 'part',
      content: [content],
      bytes: size,
      isChunked: number % 2 === 0,
    });
    if (status === 200 && json?.id !== undefined) answered.set(number, json.id);
    ledger.partSent(status);
  });
  await Promise.all(sent);
  return answered.size === sizes.length;
}

async function complete(url: string, ledger: Ledger, { id, attempt, sizes, answered }: OpenUpload): Promise<boolean> {
  const partIds = sizes.map((_, number) => answered.get(number));
  const answer = await call(`${url}/v1/uploads/${id}/complete`, { part_ids: partIds });
  if (answer?.status !== 200 || !answer.json.file) return false;
  ledger.uploaded(attempt, { status: 200, json: answer.json.file, mayBeWhole: true });
  return true;
}

async function cancel(url: string, { id }: OpenUpload): Promise<boolean> {
  const answer = await call(`${url}/v1/uploads/${id}/cancel`, undefined, 'POST');
  return answer?.status === 200 && answer.json.status === 'cancelled';
}

/** One to five pieces, of any sizes. */
function cut(bytes: number, random: Random): number[] {
  if (bytes === 0) return [];
  const borders = Array.from({ length: random.below(5) }, () => random.below(bytes + 1)).toSorted((a, b) => a - b);
  return [...borders, bytes].map((end, index) => end - (borders[index - 1] ?? 0));
}

/** @returns undefined when no whole answer came. */
async function call(
  url: string,
  body?: object,
  method = body === undefined ? 'GET' : 'POST',
): Promise<{ status: number; json: Answer } | undefined> {
  const init = body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  try {
    const response = await fetch(url, { method, ...init });
    return { status: response.status, json: (await response.json()) as Answer };
  } catch {
    return undefined;
  }
}
