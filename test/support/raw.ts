import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The body as JSON; undefined when it is not. */
  json: unknown;
}

export interface RawConnection {
  socket: Socket;
  write(data: string | Buffer): void;
  /** The next answer on this connection. Rejects when the connection ends before it is whole. */
  answer(): Promise<RawAnswer>;
  /** True once the server has closed its side. */
  hasEnded(): boolean;
  close(): void;
}

/** A bare TCP connection to a server, for requests that no HTTP client would send. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  // what has come and is not read yet: room from start to end
  let room = Buffer.alloc(0);
  let [start, end] = [0, 0];
  let hasEnded = false;
  let wake: (() => void) | undefined;
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('data', (chunk: Buffer) => {
    // twice the room each time: to copy all of a large answer for each chunk takes seconds
    if (end + chunk.length > room.length) {
      room = Buffer.concat([room.subarray(start, end)], 2 * (end - start + chunk.length));
      [start, end] = [0, end - start];
    }
    end += chunk.copy(room, end);
    wake?.();
  });
  socket.on('end', () => {
    hasEnded = true;
    wake?.();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    hasEnded = true;
    wake?.();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    write: (data) => void socket.write(data),
    answer,
    hasEnded: () => hasEnded,
    close: () => socket.destroy(),
  };

  async function answer(): Promise<RawAnswer> {
    for (;;) {
      const unread = room.subarray(start, end);
      const parsed = parseAnswer(unread, hasEnded);
      if (parsed) {
        start += parsed.length;
        // 100 Continue is not the answer
        if (parsed.answer.status >= 200) return parsed.answer;
        continue;
      }
      if (hasEnded)
        throw new Error(`the connection ended without a whole answer: ${unread.toString('latin1', 0, 200)}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

function parseAnswer(bytes: Buffer, hasEnded: boolean): { answer: RawAnswer; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const status = Number(statusLine.split(' ')[1]);
  const start = headEnd + 4;
  const hasNoBody = status < 200 || status === 204 || status === 304;
  const length = hasNoBody ? 0 : Number(headers['content-length'] ?? Number.NaN);
  const end = Number.isNaN(length) ? (hasEnded ? bytes.length : Number.NaN) : start + length;
  if (Number.isNaN(end) || bytes.length < end) return undefined;
  const body = bytes.toString('utf8', start, end);
  return { answer: { status, headers, body, json: tryJson(body) }, length: end };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
