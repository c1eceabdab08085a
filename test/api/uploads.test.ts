import { createHash, randomBytes } from 'node:crypto';
import { parseDatabaseUrl } from '../../src/catalog/database-url';
import type { FileCatalog } from '../../src/catalog/file-catalog';
import { openCatalog } from '../../src/catalog/open';
import { createClient } from '../support/client';
import type { Client } from '../support/client';
import { openDataFolder } from '../support/data-folder';
import type { DataFolder } from '../support/data-folder';
import { contentOf, uploadPart } from '../support/form-upload';
import { gaugesOf, sendUnread } from '../support/unread';
import { ALL_PAIRS, startTestServer } from '../support/server';
import type { Pair, TestServer } from '../support/server';
import { uploadsOf } from '../support/uploads';
import { until } from '../support/until';

const MIB = 1024 * 1024;

async function startServer(pair: Pair, env: Record<string, string> = {}, now?: () => number) {
  const server = await startTestServer({ pair, env, ...(now && { parts: { now } }) });
  const client = createClient(server.url);
  return { server, client, uploads: uploadsOf(client) };
}

describe.each(ALL_PAIRS)('an upload in parts on the %s pair', (pair) => {
  let started: Awaited<ReturnType<typeof startServer>>;
  let client: Client;
  let uploads: ReturnType<typeof uploadsOf>;
  beforeAll(async () => {
    started = await startServer(pair);
    ({ client, uploads } = started);
  });
  afterAll(() => started.server.close());

  // two pages of a list, and once three
  const manyParts = pair === 'durable' ? 210 : 110;

  /** Stores the pieces in parallel. @returns the upload's id, and the parts' in the order of the pieces. */
  async function stage(pieces: Buffer[], more: object = {}) {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { id } = (await uploads.create(bytes, more)).json;
    const answers = await Promise.all(pieces.map((piece) => uploads.addPart(id, piece)));
    return { id: id as string, partIds: answers.map((answer) => answer.json.id as string) };
  }

  test('is the parts in the order of the list, whatever their sizes and the order in which they came', async () => {
    const pieces = [5, 3 * MIB, 0, 16 * 1024, 16 * 1024 + 1, 1, MIB].map((size) => randomBytes(size));
    const { id, partIds } = await stage(pieces);
    const whole = Buffer.concat(pieces);
    const { status, json } = await uploads.complete(id, partIds, {
      md5: createHash('md5').update(whole).digest('hex'),
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id, status: 'completed', file: { bytes: whole.length, filename: 'a.bin' } });
    const fileId = json.file.id as string;
    expect((await client.content(fileId)).bytes.equals(whole)).toBe(true);
    expect((await client.list()).json.data).toContainEqual(json.file);

    const shuffled = await stage(pieces);
    const order = [3, 0, 6, 5, 1, 2, 4];
    const other = await uploads.complete(
      shuffled.id,
      order.map((index) => shuffled.partIds[index] ?? ''),
    );
    const expected = Buffer.concat(order.map((index) => pieces[index] ?? Buffer.alloc(0)));
    expect((await client.content(other.json.file.id)).bytes.equals(expected)).toBe(true);
  });

  test('gives every range, across the borders of its parts, too', async () => {
    const pieces = [10, 20_000, 1, 30].map((size) => randomBytes(size));
    const { id, partIds } = await stage(pieces);
    const whole = Buffer.concat(pieces);
    const fileId = (await uploads.complete(id, partIds)).json.file.id;
    for (const [start, end] of [
      [0, 0],
      [9, 10],
      [5, 20_015],
      [20_009, 20_011],
      [20_010, 20_010],
      [0, whole.length - 1],
    ] as const) {
      const answer = await client.content(fileId, { range: `bytes=${start}-${end}` });
      expect(answer.status).toBe(206);
      expect(answer.bytes.equals(whole.subarray(start, end + 1))).toBe(true);
    }
  });

  test('of no bytes has no parts', async () => {
    const { id } = (await uploads.create(0)).json;
    const { json } = await uploads.complete(id, []);
    expect(json.file).toMatchObject({ bytes: 0 });
    expect((await client.content(json.file.id)).bytes).toHaveLength(0);
  });

  test.each([
    ['without a filename', 'form-data; name="data"'],
    ['without a filename or quotes', 'Form-Data;NAME=data'],
    ['with an empty filename and a type', 'form-data; name="data"; filename=""\r\nContent-Type: text/plain'],
    ['with a charset', 'form-data; name="data"\r\nContent-Type: text/plain; charset=utf-16le'],
  ])('takes a part %s, byte for byte and of any size', async (_, disposition) => {
    const pieces = [randomBytes(2 * MIB), Buffer.from('naïve \u0000 text'), Buffer.alloc(0)];
    const { id } = (await uploads.create(pieces.reduce((sum, piece) => sum + piece.length, 0))).json;
    const partIds: string[] = [];
    for (const piece of pieces) {
      const head = `--b\r\nContent-Disposition: ${disposition}\r\n\r\n`;
      const part = await client.request('POST', `/v1/uploads/${id}/parts`, {
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: Buffer.concat([Buffer.from(head), piece, Buffer.from('\r\n--b--\r\n')]),
      });
      expect(part.json).toMatchObject({ object: 'upload.part', upload_id: id, bytes: piece.length });
      partIds.push(part.json.id);
    }
    const { json } = await uploads.complete(id, partIds);
    expect((await client.content(json.file.id)).bytes.equals(Buffer.concat(pieces))).toBe(true);
  });

  test('shows its state and its parts to whoever resumes it', async () => {
    const { id, partIds } = await stage([randomBytes(3), randomBytes(4)]);
    expect((await uploads.get(id)).json).toMatchObject({
      id,
      object: 'upload',
      status: 'pending',
      bytes: 7,
      file: null,
    });
    const { data } = (await uploads.parts(id)).json;
    expect(data.map((part: { id: string }) => part.id).toSorted()).toEqual(partIds.toSorted());
    expect(data.map((part: { bytes: number }) => part.bytes).toSorted()).toEqual([3, 4]);
  });

  test('of more parts than one page has is listed whole, and is read in their order', async () => {
    const pieces = Array.from({ length: manyParts }, (_, index) => Buffer.from(`part ${index},`));
    const { id, partIds } = await stage(pieces);
    const { data } = (await uploads.parts(id)).json;
    expect(data.map((part: { id: string }) => part.id)).toEqual(partIds.toSorted());
    const fileId = (await uploads.complete(id, partIds)).json.file.id;
    const whole = Buffer.concat(pieces);
    expect((await client.content(fileId)).bytes.equals(whole)).toBe(true);
    const last = await client.content(fileId, { range: 'bytes=-9' });
    expect(last.bytes.toString()).toBe(`part ${manyParts - 1},`);
    expect((await uploads.complete(id, partIds)).status).toBe(200);
    expect((await uploads.complete(id, partIds.slice(0, -1))).status).toBe(400);
  });

  test('says what does not fit, and can be mended', async () => {
    const piece = randomBytes(8);
    const { id, partIds } = await stage([piece, piece]);
    const [first = '', second = ''] = partIds;
    const bad = [
      await uploads.complete(id, [first]),
      await uploads.complete(id, [first, first]),
      await uploads.complete(id, [first, `part_${'0'.repeat(32)}`]),
      await uploads.complete(id, [first, second], { md5: '0'.repeat(32) }),
    ];
    expect(bad.map(({ status, json }) => [status, json.error.param])).toEqual([
      [400, 'part_ids'],
      [400, 'part_ids'],
      [400, 'part_ids'],
      [400, 'md5'],
    ]);
    expect(bad[0]?.json.error.message).toBe('The parts have 8 bytes together, and 16 were announced.');
    expect(bad[2]?.json.error.message).toContain(`part_${'0'.repeat(32)}`);
    expect((await uploads.complete(id, [first, second])).status).toBe(200);
  });

  test('answers the same file when it is completed again, and refuses other parts', async () => {
    const piece = randomBytes(8);
    const { id, partIds } = await stage([piece, piece]);
    const answer = await uploads.complete(id, partIds);
    expect((await uploads.complete(id, partIds)).json).toEqual(answer.json);
    expect((await uploads.complete(id, partIds.toReversed())).status).toBe(400);
    expect((await uploads.addPart(id, piece)).status).toBe(400);
    expect((await uploads.cancel(id)).status).toBe(400);
    expect((await uploads.get(id)).json).toEqual(answer.json);
  });

  test('is completed once, however many ask at once', async () => {
    const { id, partIds } = await stage([randomBytes(8), randomBytes(9)]);
    const before = (await client.list()).json.data.length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => uploads.complete(id, partIds)));
    expect(answers.map((answer) => answer.status).every((status) => status === 200 || status === 409)).toBe(true);
    expect(answers.some((answer) => answer.status === 200)).toBe(true);
    expect((await client.list()).json.data).toHaveLength(before + 1);
  });

  test('is cancelled once and for all', async () => {
    const { id, partIds } = await stage([randomBytes(8)]);
    expect((await uploads.cancel(id)).json).toMatchObject({ id, status: 'cancelled', file: null });
    expect((await uploads.cancel(id)).json.status).toBe('cancelled');
    expect((await uploads.complete(id, partIds)).status).toBe(400);
    const refused = await uploads.addPart(id, randomBytes(8));
    expect([refused.status, refused.json.error.message]).toEqual([400, 'The upload is cancelled.']);
  });

  test('of another id is not found, whatever it looks like', async () => {
    for (const id of [`upload_${'0'.repeat(32)}`, 'upload_1', "x'; --", 'file-1']) {
      const answers = [
        await uploads.get(encodeURIComponent(id)),
        await uploads.parts(encodeURIComponent(id)),
        await uploads.cancel(encodeURIComponent(id)),
        await uploads.complete(encodeURIComponent(id), []),
        await uploads.addPart(encodeURIComponent(id), Buffer.from('a')),
      ];
      expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404, 404]);
    }
  });
});

/** Two of 20,000 bytes, which are blobs, and two of 8, which the catalog keeps; half of them make the file. */
async function addFour(uploads: ReturnType<typeof uploadsOf>) {
  const { id } = (await uploads.create(20_008)).json;
  const partIds: string[] = [];
  for (const size of [20_000, 8, 20_000, 8]) partIds.push((await uploads.addPart(id, randomBytes(size))).json.id);
  return { id: id as string, partIds: partIds.slice(0, 2) };
}

/** How many there are in each of the tables. */
async function rows({ database }: DataFolder, ...tables: string[]): Promise<number[]> {
  return Promise.all(tables.map(async (table) => ((await database(table)) as unknown[]).length));
}

describe('parts', () => {
  const close: TestServer[] = [];
  afterEach(() => Promise.all(close.splice(0).map((server) => server.close())));
  async function start(env: Record<string, string>, now?: () => number) {
    const started = await startServer('durable', env, now);
    close.push(started.server);
    return started;
  }

  test('that are left out, cancelled or deleted with their file are gone with the answer, bytes and rows', async () => {
    const { server, client, uploads } = await start({ SMALL_FILE_BYTES: '16KiB', REAP_INTERVAL_SECONDS: '86400' });
    const data = openDataFolder(server.folder);
    const left = async () => [
      (await server.blobs()).length,
      ...(await rows(data, 'blobs', 'contents', 'upload_parts')),
    ];
    try {
      const [completed, cancelled] = [await addFour(uploads), await addFour(uploads)];
      expect(await left()).toEqual([4, 4, 4, 8]);
      const fileId = (await uploads.complete(completed.id, completed.partIds)).json.file.id;
      expect(await left()).toEqual([3, 3, 3, 6]);
      await uploads.cancel(cancelled.id);
      expect(await left()).toEqual([1, 1, 1, 2]);
      await client.remove(fileId);
      expect(await left()).toEqual([0, 0, 0, 0]);
      expect((await uploads.complete(completed.id, completed.partIds)).status).toBe(400);
    } finally {
      await data.close();
    }
  });

  test('of an upload that has expired are gone with the next run of the reaper, or when it is cancelled', async () => {
    let now = Math.floor(Date.now() / 1000);
    const { server, uploads } = await start({ SMALL_FILE_BYTES: '16KiB', REAP_INTERVAL_SECONDS: '86400' }, () => now);
    const { id } = await addFour(uploads);
    now += 86_400;
    expect((await uploads.get(id)).json.status).toBe('expired');
    expect((await uploads.cancel(id)).json.status).toBe('expired');
    const data = openDataFolder(server.folder);
    const left = async () => [
      (await server.blobs()).length,
      ...(await rows(data, 'blobs', 'contents', 'upload_parts')),
    ];
    try {
      expect(await left()).toEqual([0, 0, 0, 0]);
      await addFour(uploads);
      now += 86_400;
      close.push(await startTestServer({ folder: server.folder, parts: { now: () => now } }));
      await until(async () => String(await left()) === '0,0,0,0', 'the reaper of the next start has freed them');
    } finally {
      await data.close();
    }
  });

  test.each(['0', '16KiB'])(
    'end with 400 when their upload expires in the middle of one, and leave nothing (SMALL_FILE_BYTES=%s)',
    async (small) => {
      let now = Math.floor(Date.now() / 1000);
      const env = { SMALL_FILE_BYTES: small, REAP_INTERVAL_SECONDS: '86400' };
      const { server, uploads } = await start(env, () => now);
      const { id } = (await uploads.create(8000)).json;
      now += 86_399;
      const part = await uploadPart(server.url, id, {
        filename: 'part',
        content: contentOf(1, 8000, 4000),
        bytes: 8000,
        isChunked: false,
        // half of it, and then nothing
        beforePiece: (sentBytes) => (sentBytes === 0 ? undefined : new Promise(() => undefined)),
      });
      expect([part.status, part.json?.error?.message]).toEqual([400, 'The upload is expired.']);
      const data = openDataFolder(server.folder);
      try {
        expect(await server.blobs()).toEqual([]);
        expect(await rows(data, 'blobs', 'contents', 'upload_parts')).toEqual([0, 0, 0]);
      } finally {
        await data.close();
      }
    },
  );

  test('in memory give their room back when they are left out, cancelled or deleted', async () => {
    const limits = { STORAGE_URL: 'memory:?max=8MiB', REAP_INTERVAL_SECONDS: '86400' };
    const { server, client, uploads } = await startServer('memory', limits);
    close.push(server);
    const add = async (id: string) => {
      const { status, json } = await uploads.addPart(id, randomBytes(3 * MIB));
      expect(status).toBe(200);
      return json.id as string;
    };
    for (let round = 0; round < 3; round += 1) {
      const completed = (await uploads.create(3 * MIB)).json.id;
      const part = await add(completed);
      await add(completed);
      const fileId = (await uploads.complete(completed, [part])).json.file.id;
      const cancelled = (await uploads.create(3 * MIB)).json.id;
      await add(cancelled);
      expect((await uploads.cancel(cancelled)).status).toBe(200);
      expect((await client.remove(fileId)).status).toBe(200);
    }
  });

  test('over the limit are refused, by their length before they come, and so is a file over the limit', async () => {
    const { server, uploads } = await start({ MAX_PART_BYTES: '1MiB', MAX_UPLOAD_BYTES: '4MiB' });
    const tooLarge = await uploads.create(4 * MIB + 1);
    expect([tooLarge.status, tooLarge.json.error.param]).toEqual([413, 'bytes']);
    const { id } = (await uploads.create(4 * MIB)).json;
    expect((await uploads.addPart(id, Buffer.alloc(MIB))).status).toBe(200);
    expect((await uploads.addPart(id, Buffer.alloc(MIB + 1))).status).toBe(413);
    expect((await uploads.addPart(id, Buffer.alloc(3 * MIB))).status).toBe(413);
    await until(async () => (await server.blobs()).length === 1, 'only the good part is stored');
  });

  test('are hashed as one file, and held against an MD5 in either case', async () => {
    const { server, uploads } = await start({ HASH: 'sha256' });
    const pieces = [20_000, 1, 0, 30].map((size) => randomBytes(size));
    const whole = Buffer.concat(pieces);
    const { id } = (await uploads.create(whole.length)).json;
    const partIds: string[] = [];
    for (const piece of pieces) partIds.push((await uploads.addPart(id, piece)).json.id);
    const md5 = createHash('md5').update(whole).digest('hex').toUpperCase();
    expect((await uploads.complete(id, partIds, { md5 })).status).toBe(200);
    const data = openDataFolder(server.folder);
    try {
      const expected = `sha256:${createHash('sha256').update(whole).digest('hex')}`;
      expect(await data.database('files').select('hash')).toEqual([{ hash: expected }]);
    } finally {
      await data.close();
    }
  });

  test('count as announced against the quota, until their upload ends', async () => {
    const { uploads } = await start({ TENANT_MAX_BYTES: '100', TENANT_MAX_FILES: '2' });
    const first = (await uploads.create(60)).json;
    const refused = await uploads.create(41);
    expect([refused.status, refused.json.error.code]).toEqual([403, 'quota_exceeded']);
    await uploads.cancel(first.id);
    const second = (await uploads.create(100)).json;
    const part = (await uploads.addPart(second.id, randomBytes(100))).json.id;
    expect((await uploads.complete(second.id, [part])).status).toBe(200);
    expect((await uploads.create(1)).status).toBe(403);
  });

  test('count with all their parts, where these have more bytes than were announced', async () => {
    const { uploads } = await start({ TENANT_MAX_BYTES: '100' });
    const { id } = (await uploads.create(1)).json;
    expect((await uploads.addPart(id, randomBytes(60))).status).toBe(200);
    const refused = await uploads.addPart(id, randomBytes(60));
    expect([refused.status, refused.json.error.code]).toEqual([403, 'quota_exceeded']);
    await uploads.cancel(id);
    expect((await uploads.create(100)).status).toBe(200);
  });

  test('are put together for a few clients of a tenant at once, and for others meanwhile', async () => {
    const keys = { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-123456', METRICS_KEY: 'sk-metrics-12345' };
    const server = await startTestServer({ env: keys });
    close.push(server);
    const client = createClient(server.url, { authorization: 'Bearer sk-acme-12345' });
    const acme = uploadsOf(client);
    const zoo = uploadsOf(createClient(server.url, { authorization: 'Bearer sk-zoo-123456' }));
    const { id } = (await acme.create(0)).json;
    const head = [
      `POST /v1/uploads/${id}/complete HTTP/1.1`,
      'Host: localhost',
      'Authorization: Bearer sk-acme-12345',
      'Content-Type: application/json',
      'Content-Length: 100',
    ];
    const waiting = Array.from({ length: 10 }, () => sendUnread(server.url, head.join('\r\n'), '{"part_ids":'));
    const held = async () => {
      const [, ...work] = await gaugesOf(server.url, ['sluice_running_uploads', 'sluice_work_in_hand'], {
        authorization: 'Bearer sk-metrics-12345',
      });
      return work.reduce((sum, units) => sum + units, 0);
    };
    await until(async () => (await held()) === 4, 'four are read');
    const other = (await zoo.create(0)).json.id;
    expect((await zoo.complete(other, [])).status).toBe(200);
    for (const socket of waiting) socket.destroy();
    await until(async () => (await held()) === 0, 'all are given back');
    expect((await acme.complete(id, [])).status).toBe(200);
  });

  test('are written and freed by two transactions of a tenant at once, and for others meanwhile', async () => {
    const catalog = await openCatalog(parseDatabaseUrl('sqlite::memory:'), { leaseSeconds: 60 });
    const waiting: (() => void)[] = [];
    let isOpen = true;
    const gate = async (tenant: string) => {
      if (tenant === 'acme' && !isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    const gated: FileCatalog = {
      ...catalog,
      async remove(tenant, ...rest) {
        await gate(tenant);
        return catalog.remove(tenant, ...rest);
      },
      uploads: {
        ...catalog.uploads,
        async end(tenant, ...rest) {
          await gate(tenant);
          return catalog.uploads.end(tenant, ...rest);
        },
        async create(upload, ...rest) {
          await gate(upload.tenant);
          return catalog.uploads.create(upload, ...rest);
        },
        async addPart(part, ...rest) {
          await gate(part.tenant);
          return catalog.uploads.addPart(part, ...rest);
        },
        async complete(upload, ...rest) {
          await gate(upload.tenant);
          return catalog.uploads.complete(upload, ...rest);
        },
      },
    };
    const env = { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-123456' };
    const server = await startTestServer({ pair: 'memory', env, parts: { catalog: gated } });
    close.push(server);
    const client = createClient(server.url, { authorization: 'Bearer sk-acme-12345' });
    const [acme, zoo] = [
      uploadsOf(client),
      uploadsOf(createClient(server.url, { authorization: 'Bearer sk-zoo-123456' })),
    ];
    const create = async (uploads: typeof acme) => (await uploads.create(0)).json.id as string;
    const complete = async () => (await acme.complete(await create(acme), [])).json.file.id as string;
    const [file, cancelled, completed, further] = [
      await complete(),
      await create(acme),
      await create(acme),
      (await acme.create(1)).json.id,
    ];
    const changes = [
      () => client.remove(file),
      () => acme.cancel(cancelled),
      () => acme.complete(completed, []),
      () => acme.addPart(further, Buffer.from('x')),
      () => acme.create(0),
    ];
    isOpen = false;
    const answers = [...changes, ...changes.slice(-2)].map((change) => change());
    await until(async () => waiting.length === 2, 'two are under way');
    const other = (await zoo.create(1)).json.id;
    expect((await zoo.addPart(other, Buffer.from('x'))).status).toBe(200);
    expect((await zoo.cancel(other)).json.status).toBe('cancelled');
    expect(waiting).toHaveLength(2);
    isOpen = true;
    for (const go of waiting) go();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  test('of another tenant are not found, and are no parts of one’s own upload', async () => {
    const server = await startTestServer({ env: { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-123456' } });
    close.push(server);
    const acme = uploadsOf(createClient(server.url, { authorization: 'Bearer sk-acme-12345' }));
    const zoo = uploadsOf(createClient(server.url, { authorization: 'Bearer sk-zoo-123456' }));
    const { id } = (await acme.create(8)).json;
    const part = (await acme.addPart(id, randomBytes(8))).json.id;
    expect((await zoo.get(id)).status).toBe(404);
    expect((await zoo.addPart(id, randomBytes(8))).status).toBe(404);
    const own = (await zoo.create(8)).json.id;
    const answer = await zoo.complete(own, [part]);
    expect([answer.status, answer.json.error.param]).toEqual([400, 'part_ids']);
  });
});
