import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import supertest from 'supertest';
import { checkAnswer } from './contract-check';

/**
 * supertest for one server. Every answer is checked against `openapi.json`; `body` is the bytes of what is no JSON.
 * client.ts sends forms as a browser does, raw.ts what no library sends.
 */
export function apiOf(url: string, headers: Record<string, string> = {}) {
  return supertest.agent(url).set(headers).buffer(true).parse(readBody).use(holdToContract);
}

export type Api = ReturnType<typeof apiOf>;

type Answer = supertest.Response & { req: { method: string; path: string } };

function holdToContract(request: supertest.Test): void {
  void request.expect(({ status, headers, body, req }: Answer) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(req.method === 'HEAD' ? '' : JSON.stringify(body));
    const json: unknown = Buffer.isBuffer(body) ? undefined : body;
    checkAnswer(req.method, req.path, { status, headers: new Headers(headers), json, bytes });
  });
}

function readBody(response: object, done: (error: Error | null, body: unknown) => void): void {
  const incoming = response as IncomingMessage;
  const isJson = incoming.headers['content-type']?.startsWith('application/json') ?? false;
  buffer(incoming).then(
    (bytes) => done(null, isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : bytes),
    (error: Error) => done(error, undefined),
  );
}
