// oxlint-disable oxc/no-async-endpoint-handlers -- Express 5 passes rejections on
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import busboy from 'busboy';
import express from 'express';
import type { Express } from 'express';

export interface NaiveServer {
  url: string;
  /** How many files it holds. */
  count(): number;
  close(): Promise<void>;
}

interface Stored {
  object: Record<string, unknown> & { id: string };
  content: Buffer;
}

/**
 * What is written in an afternoon: it takes any purpose and no purpose, expires nothing, has 200 for a file that it does
 * not have, and its deletion answers `{ok: true}`.
 */
export function startCarelessServer(): Promise<NaiveServer> {
  const files = new Map<string, Stored>();
  const app = express();
  app.post('/v1/files', async (request, response) => {
    const { fields, file } = await readForm(request);
    const { purpose = 'user_data' } = fields;
    const stored = keep(files, { purpose, filename: file.filename, expires_at: null }, Buffer.concat(file.pieces));
    response.json(stored.object);
  });
  app.get('/v1/files', (_request, response) => {
    const data = [...files.values()].map(({ object }) => object).toReversed();
    response.json({
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: false,
    });
  });
  app.get('/v1/files/:id', (request, response) => {
    response.json(files.get(request.params.id)?.object ?? null);
  });
  app.get('/v1/files/:id/content', (request, response) => {
    response.type('application/octet-stream').send(files.get(request.params.id)?.content ?? Buffer.alloc(0));
  });
  app.delete('/v1/files/:id', (request, response) => {
    files.delete(request.params.id);
    response.json({ ok: true });
  });
  return listen(app, files);
}

/**
 * Looks right at a glance: it checks the purpose, and answers in the envelope. But it reads contents as UTF-8, counts
 * characters, forgets `expires_after`, sorts one way only and says that there is never more.
 */
export function startManglingServer(): Promise<NaiveServer> {
  const files = new Map<string, Stored>();
  const purposes = new Set(['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals']);
  const app = express();
  app.post('/v1/files', async (request, response) => {
    if (!request.is('multipart/form-data')) return void response.status(415).json(envelope('not a form', null));
    const { fields, file, isWhole } = await readForm(request);
    if (!isWhole) return void response.status(400).json(envelope('the form is cut', null));
    const { purpose = '' } = fields;
    if (!purposes.has(purpose)) return void response.status(400).json(envelope('wrong purpose', 'purpose'));
    if (file.filename === '') return void response.status(400).json(envelope('no file', 'file'));
    const content = Buffer.concat(file.pieces).toString();
    const stored = keep(files, { purpose, filename: file.filename, bytes: content.length + 1 }, Buffer.from(content));
    response.json(stored.object);
  });
  app.get('/v1/files', (request, response) => {
    const all = [...files.values()].map(({ object }) => object);
    const { purpose, after, limit } = request.query;
    const from = all.findIndex(({ id }) => id === after) + 1;
    const data = all
      .slice(from, from + Number(limit ?? 10_000))
      .filter((file) => !purpose || file['purpose'] === purpose);
    response.json({
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: false,
    });
  });
  app.use('/v1/files/:id', (request, response, next) => {
    if (files.has(request.params.id)) next();
    else response.status(404).json(envelope('no such file', 'id'));
  });
  app.get('/v1/files/:id', (request, response) => void response.json(files.get(request.params.id)?.object));
  app.get('/v1/files/:id/content', (request, response) => {
    response.type('application/octet-stream').send(files.get(request.params.id)?.content);
  });
  app.delete('/v1/files/:id', ({ params: { id } }, response) => {
    response.json({ id, object: 'file', deleted: files.delete(id) });
  });
  return listen(app, files);
}

function keep(files: Map<string, Stored>, fields: Record<string, unknown>, content: Buffer): Stored {
  const id = `file-${randomUUID()}`;
  const created_at = Math.floor(Date.now() / 1000);
  const stored = { object: { id, object: 'file', bytes: content.length, created_at, ...fields }, content };
  files.set(id, stored);
  return stored;
}

function envelope(message: string, param: string | null) {
  return { error: { message, type: 'invalid_request_error', param, code: null } };
}

async function readForm(request: IncomingMessage) {
  const fields: { purpose?: string } = {};
  const file = { filename: '', pieces: [] as Buffer[] };
  let isWhole = true;
  if (request.headers['content-type']?.startsWith('multipart/form-data') !== true) {
    await text(request);
    return { fields, file, isWhole };
  }
  const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
  await new Promise<void>((resolve) => {
    parser.on('field', (name, value) => Object.assign(fields, { [name]: value }));
    parser.on('file', (_name, stream, { filename }) => {
      file.filename = filename ?? '';
      stream.on('data', (piece: Buffer) => file.pieces.push(piece));
      stream.on('error', () => (isWhole = false));
    });
    parser.on('error', () => {
      isWhole = false;
      resolve();
    });
    parser.on('close', resolve);
    request.pipe(parser);
  });
  return { fields, file, isWhole };
}

function listen(app: Express, files: ReadonlyMap<string, Stored>): Promise<NaiveServer> {
  return new Promise((resolve) => {
    const server: Server = app.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = () => new Promise<void>((closed) => void server.close(() => closed()));
      resolve({ url: `http://127.0.0.1:${port}`, count: () => files.size, close });
    });
  });
}
