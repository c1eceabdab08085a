import { randomBytes } from 'node:crypto';
import { openDeployment } from '../../scripts/soak/deployment';
import type { EngineUrls } from '../../scripts/soak/deployment';
import { createClient } from '../support/client';
import { contentOf, uploadPart } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import type { ServerProcess } from '../support/server-process';
import { until } from '../support/until';
import { uploadsOf } from '../support/uploads';

const MIB = 1024 * 1024;
const LARGE = 24 * MIB;
const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', SMALL_FILE_BYTES: '16KiB' };

/** What two replicas make of the parts of one upload, which come to both. */
export function describeParts(newEngines: () => Promise<EngineUrls>): void {
  let env: Record<string, string>;
  let deployment: Awaited<ReturnType<typeof openDeployment>>;
  let first: ServerProcess;
  let second: ServerProcess;

  beforeAll(async () => {
    const engines = await newEngines();
    env = { ...ENV, DATABASE_URL: engines.databaseUrl, STORAGE_URL: engines.storageUrl };
    [first, second] = await Promise.all([start(), start()]);
    deployment = await openDeployment(engines);
  });
  afterAll(async () => {
    await Promise.all([first?.end('SIGKILL'), second?.end('SIGKILL')]);
    await deployment?.close();
  });

  const start = () => startServerProcess({ folder: '/nonexistent', env });

  async function create(bytes: number): Promise<string> {
    return (await at(first).create(bytes)).json.id;
  }

  /** Sends the pieces to both in turn, all at once. */
  async function addParts(id: string, pieces: readonly Buffer[]): Promise<string[]> {
    const added = await Promise.all(
      pieces.map((piece, index) => at(index % 2 === 0 ? first : second).addPart(id, piece)),
    );
    return added.map((answer) => answer.json.id);
  }

  /** A part in which `during` happens when half of it is sent, and its blob is begun. */
  function sendLarge(server: ServerProcess, id: string, during: () => Promise<unknown>) {
    return uploadPart(server.url, id, {
      filename: 'part',
      content: contentOf(1, LARGE),
      bytes: LARGE,
      isChunked: false,
      async beforePiece(sentBytes) {
        if (sentBytes !== LARGE / 2) return;
        await until(async () => (await deployment.unfinished()).length === 1, 'the part is being stored');
        await during();
      },
    });
  }

  test('are one file, whichever completes it, and leave nothing when it is deleted', async () => {
    const pieces = [9 * MIB, 10, 16 * 1024, 3 * MIB, 0, 20_000].map((size) => randomBytes(size));
    const whole = Buffer.concat(pieces);
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const id = await create(whole.length);
      const partIds = await addParts(id, pieces);
      expect((await at(other).parts(id)).json.data).toHaveLength(pieces.length);
      const { json } = await at(one).complete(id, partIds);
      expect((await at(other).complete(id, partIds)).json).toEqual(json);
      const client = createClient(other.url);
      expect((await client.content(json.file.id)).bytes.equals(whole)).toBe(true);
      await client.remove(json.file.id);
    }
    await deployment.toBeExact();
    expect(await deployment.stored()).toEqual([]);
  });

  test.each(['without', 'with'])('become one file when both complete them at once, %s MD5', async (md5) => {
    const more = md5 === 'with' ? { md5: 'd41d8cd98f00b204e9800998ecf8427e' } : {};
    for (let round = 0; round < 10; round += 1) {
      const id = await create(0);
      const [none = '', another = ''] = await addParts(id, [Buffer.alloc(0), Buffer.alloc(0)]);
      const before = (await createClient(first.url).list()).json.data.length;
      const answers = await Promise.all(
        [first, second, first, second].map((server) => at(server).complete(id, [none, another], more)),
      );
      const completed = answers.filter((answer) => answer.status === 200);
      expect(completed.length).toBeGreaterThan(0);
      expect(new Set(completed.map((answer) => answer.json.file.id)).size).toBe(1);
      // 409 only where bytes are read
      const others = answers.filter((answer) => answer.status !== 200).map((answer) => answer.status);
      expect(others).toEqual(md5 === 'with' ? others.map(() => 409) : []);
      expect((await createClient(second.url).list()).json.data).toHaveLength(before + 1);
    }
  });

  test('end with 400 in the middle of one when the other replica cancels, and leave nothing', async () => {
    const id = await create(LARGE);
    await addParts(id, [randomBytes(MIB), randomBytes(MIB)]);
    const part = await sendLarge(first, id, () => at(second).cancel(id));
    expect([part.status, part.json?.error?.message]).toEqual([400, 'The upload is cancelled.']);
    await deployment.toBeExact();
    expect(await deployment.stored()).toEqual([]);
  });

  test('end with 400 in the middle of one when their upload expires, and leave nothing', async () => {
    const id = await create(LARGE);
    await addParts(id, [randomBytes(MIB), randomBytes(MIB)]);
    const soon = { expires_at: Math.floor(Date.now() / 1000) + 3 };
    await deployment.database('uploads').where({ id }).update(soon);
    const hasExpired = async () => (await at(second).get(id)).json.status === 'expired';
    const part = await sendLarge(first, id, () => until(hasExpired, 'the other replica says so'));
    expect([part.status, part.json?.error?.message]).toEqual([400, 'The upload is expired.']);
    // until a reaper has met the upload, the parts before are still its own
    await until(async () => (await deployment.stored()).length === 0, 'its parts are freed');
    await deployment.toBeExact();
  });

  test('go on at the other replica when one is killed in the middle of a part', async () => {
    const pieces = [randomBytes(MIB), Buffer.concat([...contentOf(1, LARGE)]), randomBytes(10)];
    const [head = Buffer.alloc(0), large = Buffer.alloc(0), tail = Buffer.alloc(0)] = pieces;
    const id = await create(MIB + LARGE + 10);
    const [headId = ''] = await addParts(id, [head]);
    const broken = await sendLarge(second, id, () => second.end('SIGKILL'));
    expect(broken.status).toBeUndefined();
    const partIds = [
      headId,
      (await at(first).addPart(id, large)).json.id as string,
      (await at(first).addPart(id, tail)).json.id as string,
    ];
    expect((await at(first).parts(id)).json.data.map((part: { id: string }) => part.id)).toEqual(partIds);
    const { file } = (await at(first).complete(id, partIds)).json;
    second = await start();
    const { bytes } = await createClient(second.url).content(file.id);
    expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
    await deployment.toBeExact();
    expect((await deployment.stored()).length).toBe(2);
  });
}

function at(server: ServerProcess) {
  return uploadsOf(createClient(server.url));
}
