import * as http from 'node:http';
import * as https from 'node:https';
import { setImmediate as turn } from 'node:timers/promises';

export interface Request {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  /** Written one by one; with `chunked` each is a chunk. */
  body?: readonly Buffer[];
  framing?: 'length' | 'chunked';
  /** Says that so many bytes come, and sends none of them. */
  announcedBytes?: number;
}

export interface Answer {
  /** The request in one line, for the report. */
  asked: string;
  /** 100 when the server asked for a body that was only announced. */
  status: number;
  headers: http.IncomingHttpHeaders;
  bytes: Buffer;
  /** The body when it is JSON; undefined for any other. */
  json: unknown;
}

/** The server gave no answer, or not a whole one. */
export class NoAnswer extends Error {
  readonly asked: string;
  constructor(asked: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NoAnswer';
    this.asked = asked;
  }
}

const TIMEOUT_SECONDS = 10;

/** Each request on a connection of its own, so that no check can spoil another's. @throws NoAnswer */
export function send(base: URL, request: Request, asked: string): Promise<Answer> {
  const { method, path, headers = {}, body = [], framing = 'length', announcedBytes } = request;
  const { request: open } = base.protocol === 'https:' ? https : http;
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  const length = announcedBytes ?? body.reduce((sum, piece) => sum + piece.length, 0);
  const hasBody = announcedBytes !== undefined || request.body !== undefined;
  const framed = !hasBody
    ? {}
    : framing === 'chunked'
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': String(length) };
  return new Promise((resolve, reject) => {
    const outgoing = open(url, { method, agent: false, headers: { ...framed, ...headers } });
    let isAnswered = false;
    const fail = (error: NodeJS.ErrnoException) => {
      if (!isAnswered) reject(new NoAnswer(asked, `no answer: ${error.code ?? error.message}`, { cause: error }));
    };
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`nothing within ${TIMEOUT_SECONDS} seconds`)),
      TIMEOUT_SECONDS * 1000,
    );
    const settle = (answer: Omit<Answer, 'asked' | 'json'>) => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve({ asked, ...answer, json: parse(answer) });
    };
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', fail);
    outgoing.on('continue', () => {
      if (announcedBytes !== undefined) settle({ status: 100, headers: {}, bytes: Buffer.alloc(0) });
    });
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', (error) => reject(new NoAnswer(asked, `the answer broke off: ${error.message}`)));
      incoming.on('end', () => {
        const { statusCode = 0, headers: answered } = incoming;
        settle({ status: statusCode, headers: answered, bytes: Buffer.concat(pieces) });
      });
    });
    if (announcedBytes !== undefined) outgoing.flushHeaders();
    else void writeAll(outgoing, body).catch(fail);
  });
}

/** Piece by piece, so that they can come in packets of their own. */
async function writeAll(outgoing: http.ClientRequest, body: readonly Buffer[]): Promise<void> {
  for (const piece of body) {
    if (piece.length === 0) continue;
    outgoing.write(piece);
    await turn();
  }
  outgoing.end();
}

function parse({ headers, bytes }: Omit<Answer, 'asked' | 'json'>): unknown {
  if (!/^application\/(.+\+)?json\b/i.test(headers['content-type'] ?? '') || bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
