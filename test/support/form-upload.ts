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
  order: PartOrder;
  /** Content-Length or chunked. */
  isChunked: boolean;
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
  const outcome: UploadOutcome = { status: undefined, json: undefined, mayBeWhole: false };
  const { before, after, boundary } = framing(upload);
  const length = before.length + upload.bytes + after.length;
  const post = request(`${url}/v1/files`, {
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
  upload: FormUpload,
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

function framing({ filename, order }: FormUpload): { before: Buffer; after: Buffer; boundary: string } {
  const boundary = `soak-${randomBytes(12).toString('hex')}`;
  const part = (disposition: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}`;
  const parts = {
    file: part(`name="file"; filename="${filename}"`, ''),
    purpose: `${part('name="purpose"', 'user_data')}\r\n`,
    expires: `${part('name="expires_after[anchor]"', 'created_at')}\r\n${part('name="expires_after[seconds]"', '86400')}\r\n`,
  };
  const at = order.indexOf('file');
  const before = order.slice(0, at + 1).map((name) => parts[name]);
  const after = order.slice(at + 1).map((name) => parts[name]);
  return {
    boundary,
    before: Buffer.from(before.join('')),
    after: Buffer.from(`\r\n${after.join('')}--${boundary}--\r\n`),
  };
}
