import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import contract from '../../openapi.json';
import { createClient, textFile } from '../support/client';
import { BOUNDARY, formBody } from '../support/multipart';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { memoryOf, resetPeak } from '../support/sockets';
import { gaugesOf, sendUnread } from '../support/unread';
import { uploadsOf } from '../support/uploads';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const CLIENTS = 200;
/** Of an upload, more than one page of its list has. */
const PARTS = 1000;
const MAX_BUFFER_BYTES = 32 * MIB;
/** Of a process that is given 1 GiB: what the accountant allows, connections, batches of uploads, and a heap as it grows. */
const MAX_RESIDENT_BYTES = 640 * MIB;
const KEYS = { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-12345', METRICS_KEY: 'sk-metrics-12345' };

interface Schema {
  $ref?: string;
  type?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ method, path, operation })),
);
const HABITS = ['does not read its answer', 'reads it slowly', 'goes away in the middle'] as const;
const cases = operations.flatMap((one) =>
  HABITS.map((habit) => ({ method: one.method, path: one.path, operation: one.operation, habit })),
);

/** Whoever holds what it asks for costs a bounded amount, and keeps nobody else out. */
describe(`${CLIENTS} clients of one tenant at once`, () => {
  let folder: string;
  let server: ServerProcess;
  /** What stands in paths: what is there, and much of it. */
  let ids: Record<string, string>;
  let partIds: string[];
  let sockets: Socket[] = [];
  let reading: NodeJS.Timeout | undefined;
  const as = (tenant: string) => createClient(server.url, { authorization: `Bearer sk-${tenant}-12345` });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-unread-'));
    const env = { ...KEYS, MAX_BUFFER_BYTES: String(MAX_BUFFER_BYTES), SMALL_FILE_BYTES: '0' };
    server = await startServerProcess({ folder, env });
    for (let count = 0; count < 300; count += 1) {
      await as('acme').upload({ file: textFile('x', `${count}`.padEnd(1000, 'n')), purpose: 'user_data' });
    }
    await as('zoo').upload({ file: textFile('warm'), purpose: 'user_data' });
    const uploads = uploadsOf(as('acme'));
    const { id } = (await uploads.create(PARTS)).json;
    ids = { upload_id: id };
    partIds = [];
    for (let count = 0; count < PARTS; count += 100) {
      const parts = Array.from({ length: 100 }, async () => (await uploads.addPart(id, Buffer.from('x'))).json.id);
      partIds.push(...((await Promise.all(parts)) as string[]));
    }
  }, 300_000);

  afterAll(async () => {
    await server.end();
    await rm(folder, { recursive: true });
  }, 60_000);

  beforeEach(async () => {
    const answer = await as('acme').upload({ file: textFile(new Uint8Array(16 * MIB)), purpose: 'user_data' });
    ids['file_id'] = answer.json.id;
    resetPeak(server.pid);
  });

  afterEach(leave);

  function leave(): void {
    clearInterval(reading);
    for (const socket of sockets) socket.destroy();
  }

  /** With a few parts, so that its end is some work. */
  async function anUpload(): Promise<string> {
    const uploads = uploadsOf(as('acme'));
    const { id } = (await uploads.create(CLIENTS * MIB)).json;
    for (let count = 0; count < 20; count += 1) await uploads.addPart(id, Buffer.from('x'));
    return id;
  }

  test.each(cases)(
    '$operation.operationId, where each $habit',
    async ({ method, path, operation, habit }) => {
      const upload_id = changesUpload(method, path) ? await anUpload() : ids['upload_id'];
      const { head, body } = requestOf(method, path, operation, { ...ids, upload_id }, partIds);
      sockets = Array.from({ length: CLIENTS }, () => sendUnread(server.url, head, body));
      reading = habit === 'reads it slowly' ? readSlowly(sockets) : undefined;
      if (habit === 'goes away in the middle') {
        // what has come back is no matter: some are cut before their answer, some within it
        await Promise.all(sockets.map((socket) => once(socket)));
        for (const socket of sockets) socket.resetAndDestroy();
      }

      if (habit === 'does not read its answer') {
        await until(() => sockets.some(isTaken), 'one client gets what it asked for', 60);
      }
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      const upload = await as('zoo').upload({ file: textFile('small'), purpose: 'user_data' });
      expect(upload.status).toBe(200);
      const metrics = { authorization: `Bearer ${KEYS.METRICS_KEY}` };
      const [held = Infinity] = await gaugesOf(server.url, ['sluice_buffer_bytes'], metrics);
      expect(held).toBeLessThanOrEqual(MAX_BUFFER_BYTES);
      expect(1024 * memoryOf(server.pid).peakKiB).toBeLessThan(MAX_RESIDENT_BYTES);

      leave();
      const names = ['sluice_buffer_bytes', 'sluice_work_in_hand'];
      const isIdle = async () => (await gaugesOf(server.url, names, metrics)).every((units) => units === 0);
      await until(isIdle, 'everything is given back', 60);
      await as('zoo').remove(upload.json.id);
    },
    120_000,
  );
});

/** Parts that are added are more than one upload has room for, and only one can be cancelled. */
function changesUpload(method: string, path: string): boolean {
  return path.endsWith('/cancel') || (method === 'post' && path.endsWith('/parts'));
}

/** The answer has begun, with success, or with the wrong MD5 that all bytes were read for. */
function isTaken(socket: Socket): boolean {
  const start: Buffer | null = socket.read();
  return start !== null && /^HTTP\/1\.1 2|md5/i.test(start.toString('latin1'));
}

/** Resolves when the client is connected and its request is written. */
function once(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (!socket.connecting) resolve();
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
}

function readSlowly(sockets: readonly Socket[]): NodeJS.Timeout {
  return setInterval(() => {
    for (const socket of sockets) socket.read(1024);
  }, 100);
}

/** A request that the contract allows: its parameters are ids of what is there, its body has what is required. */
function requestOf(
  method: string,
  path: string,
  { requestBody }: Operation,
  ids: Readonly<Record<string, string | undefined>>,
  partIds: readonly string[],
) {
  const target = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => ids[name] ?? '');
  const lines = [`${method.toUpperCase()} ${target} HTTP/1.1`, 'Host: a', 'Authorization: Bearer sk-acme-12345'];
  const form = requestBody?.content['multipart/form-data'];
  const json = requestBody?.content['application/json'];
  const body = form ? formOf(resolved(form.schema)) : json ? jsonOf(resolved(json.schema), partIds) : Buffer.alloc(0);
  if (requestBody) {
    const type = form ? `multipart/form-data; boundary=${BOUNDARY}` : 'application/json';
    lines.push(`Content-Type: ${type}`, `Content-Length: ${body.length}`);
  }
  return { head: lines.join('\r\n'), body };
}

/** Of lists all parts, which are read for their MD5 and then refused. */
function jsonOf({ properties = {}, required = [] }: Schema, partIds: readonly string[]): Buffer {
  const names = 'md5' in properties ? [...required, 'md5'] : required;
  const values = names.map((name) => {
    const { type, enum: [choice] = [] } = resolved(properties[name] ?? {});
    if (name === 'md5') return [name, '0'.repeat(32)];
    return [name, type === 'array' ? partIds : type === 'integer' ? 1 : (choice ?? 'x')];
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(values)));
}

function formOf({ properties = {}, required = [] }: Schema): Buffer {
  const parts = required.map((name) => {
    const [value] = resolved(properties[name] ?? {}).enum ?? [];
    return value === undefined ? { name, filename: name, body: 'x'.repeat(MIB) } : { name, body: value };
  });
  return formBody(parts);
}

function resolved(schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const schemas: Record<string, Schema> = contract.components.schemas as never;
  return schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] ?? {};
}
