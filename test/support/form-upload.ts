import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export const PART_ORDERS = [
  ['file', 'purpose', 'expires'],
  ['file', 'expires', 'purpose'],
  ['purpose', 'file', 'expires'],
  ['purpose', 'expires', 'file'],
  ['expires', 'file', 'purpose'],
  ['expires', 'purpose', 'file'],
] as const;
export type PartOrder = readonly ('file' | 'purpose' | 'expires')[];

export interface FormUpload {
  filename: string;
  /** The file's bytes; asked for as the socket takes them. */
  content: Iterable<Buffer> | AsyncIterable<Buffer>;
  bytes: number;
  /** The file first, unless it is given. */
  order?: PartOrder;
  /** Chunked in place of a Content-Length. */
  isChunked?: boolean;
  /** The client goes away when so many bytes of the file are sent. */
  cutAfterBytes?: number;
  /** Called before each piece of the file, with the bytes that were sent before. */
  beforePiece?: (sentBytes: number) => Promise<void> | void;
}

export interface UploadOutcome {
  /** Undefined when no answer came. */
  status: number | undefined;
  /** The answer's JSON. */
  json: { id?: string; error?: { message: string } } | undefined;
  /** False when the server cannot have seen the end of the form: then no file may appear, whatever happened. */
  mayBeWhole: boolean;
}

/** One upload over a connection of its own. Never rejects for what the server does: that is the outcome. */
export async function uploadForm(url: string, upload: FormUpload): Promise<UploadOutcome> {
  return sendForm(`${url}/v1/files`, upload, fileForm(upload));
}

/** One part of an upload in parts, in the same way. */
export async function uploadPart(
  url: string,
  uploadId: string,
  part: Omit<FormUpload, 'order'>,
): Promise<UploadOutcome> {
  const disposition = `name="data"; filename="${part.filename}"`;
  return sendForm(`${url}/v1/uploads/${uploadId}/parts`, part, { before: [partHead(disposition)], after: [] });
}

async function sendForm(
  url: string,
  upload: Omit<FormUpload, 'order'>,
  form: { before: string[]; after: string[] },
): Promise<UploadOutcome> {
  const outcome: UploadOutcome = { status: undefined, json: undefined, mayBeWhole: false };
  const { before, after, boundary } = framing(form);
  const length = before.length + upload.bytes + after.length;
  const post = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(upload.isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }),
    },
  });
  const isOver = answered(post, outcome);
  await Promise.race([send(post, upload, before, after, outcome), isOver]);
  await isOver;
  return outcome;
}

/** Deterministic bytes: the same `seed` gives the same, different ones give others. */
export function* contentOf(seed: number, bytes: number, pieceBytes = 64 * 1024): Generator<Buffer> {
  const offset = (seed * 4099) % (POOL.length / 2);
  for (let sent = 0; sent < bytes;) {
    const from = (offset + sent) % (POOL.length / 2);
    const piece = POOL.subarray(from, from + Math.min(pieceBytes, bytes - sent));
    // the seed stands in front, so that no two files are equal by chance
    yield sent === 0 ? Buffer.concat([Buffer.from(`${seed}:`), piece]).subarray(0, piece.length) : piece;
    sent += piece.length;
  }
}

const POOL = randomBytes(8 * 1024 * 1024);

async function send(
  post: ClientRequest,
  upload: Omit<FormUpload, 'order'>,
  before: Buffer,
  after: Buffer,
  outcome: UploadOutcome,
): Promise<void> {
  await write(post, before);
  let sent = 0;
  for await (const piece of upload.content) {
    await upload.beforePiece?.(sent);
    if (post.destroyed) return;
    await write(post, piece);
    sent += piece.length;
    if (upload.cutAfterBytes !== undefined && sent >= upload.cutAfterBytes) {
      post.destroy();
      return;
    }
  }
  outcome.mayBeWhole = true;
  post.end(after);
}

function write(post: ClientRequest, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (post.destroyed) resolve();
    else post.write(bytes, () => resolve());
  });
}

function answered(post: ClientRequest, outcome: UploadOutcome): Promise<void> {
  return new Promise((resolve) => {
    post.on('error', () => undefined);
    post.on('close', () => resolve());
    post.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        // an answer that breaks off is none
        if (!response.complete) return;
        outcome.status = response.statusCode;
        outcome.json = JSON.parse(text) as UploadOutcome['json'];
        // a refusal comes while the body is still being sent
        if (!post.writableEnded) void sleep(0).then(() => post.destroy());
      });
    });
  });
}

function fileForm({ filename, order = PART_ORDERS[0] }: FormUpload): { before: string[]; after: string[] } {
  const value = (name: string, text: string) => `${partHead(`name="${name}"`)}${text}\r\n`;
  const parts = {
    file: partHead(`name="file"; filename="${filename}"`),
    purpose: value('purpose', 'user_data'),
    expires: `${value('expires_after[anchor]', 'created_at')}${value('expires_after[seconds]', '86400')}`,
  };
  const at = order.indexOf('file') + 1;
  return { before: order.slice(0, at).map((name) => parts[name]), after: order.slice(at).map((name) => parts[name]) };
}

/** Ends where the content begins; `BOUNDARY` is in the place of the boundary. */
function partHead(disposition: string): string {
  return `--BOUNDARY\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
}

function framing({ before, after }: { before: string[]; after: string[] }) {
  const boundary = `soak-${randomBytes(12).toString('hex')}`;
  const framed = (text: string) => Buffer.from(text.replaceAll('BOUNDARY', boundary));
  return { boundary, before: framed(before.join('')), after: framed(`\r\n${after.join('')}--BOUNDARY--\r\n`) };
}
