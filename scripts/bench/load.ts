import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { connect } from 'node:net';

const BOUNDARY = '----sluice-bench-7MA4YWxkTrZu0gW';
const BLOCK_BYTES = 1024 * 1024;
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n` +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="data.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`,
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

type Content = 'random' | 'near-boundary';
type Framing = 'length' | 'chunked-64KiB';

export interface LargeUpload {
  bytes: number;
  content?: Content;
  framing?: Framing;
}

/** One upload of any size from a block that is sent again and again. @returns its id and how long it took. */
export async function uploadLarge(origin: string, upload: LargeUpload): Promise<{ id: string; seconds: number }> {
  const { port, hostname } = new URL(origin);
  const block = blockOf(upload.content ?? 'random');
  const isChunked = upload.framing === 'chunked-64KiB';
  const socket = connect({ port: Number(port), host: hostname });
  const startedAt = performance.now();
  const framing = isChunked
    ? 'Transfer-Encoding: chunked'
    : `Content-Length: ${HEAD.length + upload.bytes + TAIL.length}`;
  socket.write(
    `POST /v1/files HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${framing}\r\n\r\n`,
  );
  const answer = collect(socket);
  const send = async (bytes: Buffer) => {
    const isTaken = isChunked ? sendChunked(bytes) : socket.write(bytes);
    if (!isTaken) await new Promise((resolve) => socket.once('drain', resolve));
  };
  await send(HEAD);
  for (let left = upload.bytes; left > 0; left -= block.length)
    await send(left < block.length ? block.subarray(0, left) : block);
  await send(TAIL);
  if (isChunked) socket.write('0\r\n\r\n');
  const text = await answer;
  const seconds = (performance.now() - startedAt) / 1000;
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`not 200: ${text.slice(0, 300)}`);
  return { id: /"id":"([^"]+)"/.exec(text)?.[1] ?? '', seconds };

  function sendChunked(bytes: Buffer): boolean {
    let isTaken = true;
    for (let at = 0; at < bytes.length; at += 65_536) {
      const chunk = bytes.subarray(at, at + 65_536);
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      isTaken = socket.write('\r\n');
    }
    return isTaken;
  }
}

export interface SmallResult {
  /** Uploads that were answered 200. */
  count: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

interface Load {
  bytes: number;
  concurrency: number;
  seconds: number;
  maxUploads?: number;
}

/**
 * Uploads of `bytes` by `concurrency` clients with kept connections, for `seconds` or `maxUploads`. Over bare sockets: on two cores the
 * client takes its CPU from the server, and Node's own client takes as much as the server does.
 */
export async function uploadMany(
  origin: string,
  { bytes, concurrency, seconds, maxUploads = Infinity }: Load,
): Promise<SmallResult> {
  const body = Buffer.concat([HEAD, randomBytes(bytes), TAIL]);
  const { host, hostname, port } = new URL(origin);
  const head =
    `POST /v1/files HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`;
  const request = Buffer.concat([Buffer.from(head), body]);
  const times: number[] = [];
  let errors = 0;
  const beganAt = performance.now();
  const until = beganAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      const exchange = keptConnection(Number(port), hostname);
      while (performance.now() < until && times.length < maxUploads) {
        const startedAt = performance.now();
        if ((await exchange.send(request)) === 200) times.push(performance.now() - startedAt);
        else errors += 1;
      }
      exchange.close();
    }),
  );
  const took = (performance.now() - beganAt) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { count: times.length, perSecond: times.length / took, p50Ms: at(0.5), p99Ms: at(0.99), errors };
}

/** One connection, on which a request follows the answer to the one before. */
function keptConnection(port: number, host: string) {
  const socket = connect({ port, host, noDelay: true });
  let received = '';
  let settle: ((status: number) => void) | undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (!isWhole(received)) return;
    const status = Number(received.slice(9, 12));
    received = '';
    settle?.(status);
  });
  socket.on('error', () => settle?.(0));
  socket.on('close', () => settle?.(0));
  return {
    send: (request: Buffer) =>
      new Promise<number>((resolve) => {
        settle = resolve;
        if (socket.destroyed) resolve(0);
        else socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, headEnd))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= headEnd + 4 + Number(length);
}

/** Reads a body to its end. @returns its bytes and how long it took. */
export function download(url: string): Promise<{ bytes: number; seconds: number }> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => resolve({ bytes, seconds: (performance.now() - startedAt) / 1000 }));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

function blockOf(content: Content): Buffer {
  if (content === 'random') return randomBytes(BLOCK_BYTES);
  // all of the delimiter but its last character, over and over
  return Buffer.alloc(BLOCK_BYTES, `\r\n--${BOUNDARY.slice(0, -1)}`);
}

function collect(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
