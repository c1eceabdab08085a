import { setTimeout as sleep } from 'node:timers/promises';
import { openDeployment } from '../../scripts/soak/deployment';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import type { UploadOutcome } from '../support/form-upload';
import { createLedger } from '../../scripts/soak/ledger';
import type { Ledger } from '../../scripts/soak/ledger';
import { createRandom } from '../support/random';
import { startServerProcess } from '../support/server-process';
import { act, contentBytes, listAll } from '../../scripts/soak/workload';
import type { TestPostgres } from '../engines/postgres';
import type { TestS3 } from '../engines/s3';
import { startS3Proxy } from '../engines/s3-proxy';
import type { S3Proxy } from '../engines/s3-proxy';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const LARGE = 40 * MIB;
const SIZES = [0, 1000, 100_000, MIB, 9 * MIB, 20 * MIB];
const ENV = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1' };

/** What a server over HTTP makes of an S3 and a Postgres that break, and that nothing is lost or left when they are back. */
export function describeFaults(engines: () => { s3: TestS3; postgres: TestPostgres }): void {
  let proxy: S3Proxy;
  let env: Record<string, string>;
  let deployment: Awaited<ReturnType<typeof openDeployment>>;
  let server: TestServer;

  beforeAll(async () => {
    const { s3, postgres } = engines();
    proxy = await startS3Proxy(s3.endpoint);
    const [bucket, databaseUrl] = await Promise.all([s3.createBucket(), postgres.createDatabase()]);
    env = { ...ENV, DATABASE_URL: databaseUrl, STORAGE_URL: `s3://${bucket}/files?endpoint=${proxy.endpoint}` };
    server = await startTestServer({ env });
    deployment = await openDeployment({ databaseUrl, storageUrl: `s3://${bucket}/files?endpoint=${s3.endpoint}` });
  });
  afterEach(() => proxy.fail(() => undefined));
  afterAll(async () => {
    await server?.close();
    await deployment?.close();
    await proxy?.close();
  });

  test('S3 that answers 500 and 503 slowly: uploads go on, and what is refused leaves nothing', async () => {
    let turn = 0;
    proxy.fail(() => {
      turn += 1;
      return turn % 4 === 0 ? { answer: turn % 8 === 0 ? 500 : 503, answerAfterMs: 300 } : undefined;
    });
    const ledger = await work(async () => {
      await until(() => turn >= 60, 'S3 was asked often', 20);
    });
    expect(ledger.counts.answered200).toBeGreaterThan(0);
    await settle(ledger);
  });

  test('S3 that dies in mid-part: 503, recovery by itself, and nothing is left', async () => {
    const { s3 } = engines();
    const outcome = await uploadLarge(server.url, async (sentBytes) => {
      if (sentBytes === LARGE / 2) await s3.kill();
    });
    expect([outcome.status, outcome.json?.error?.message]).toEqual([503, 'The storage is not available.']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await s3.start();
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'it is ready again');
    expect((await uploadLarge(server.url)).status).toBe(200);
    await deployment.toBeExact();
  }, 60_000);

  test('S3 that dies once it has completed an upload: 503, and the object is gone when it is back', async () => {
    const before = (await deployment.stored()).length;
    let isDead = false;
    proxy.fail((operation) => {
      if (isDead) return { answer: 503 };
      isDead = operation === 'CompleteMultipartUpload';
      return isDead ? { losesAnswer: true } : undefined;
    });
    const { status } = await uploadLarge(server.url);
    expect(status).toBe(503);
    expect(await deployment.stored()).toHaveLength(before + 1);
    proxy.fail(() => undefined);
    await deployment.toBeExact();
    expect(await deployment.stored()).toHaveLength(before);
  }, 60_000);

  test('a server killed between CompleteMultipartUpload and its commit leaves an object, and another frees it', async () => {
    const before = (await deployment.stored()).length;
    const replica = await startServerProcess({ folder: '/nonexistent', env });
    proxy.fail((operation) => (operation === 'CompleteMultipartUpload' ? { stallAnswerAfter: 0 } : undefined));
    const upload = uploadLarge(replica.url);
    await until(async () => {
      const there = await deployment.stored();
      return there.length === before + 1 && !there.some((key) => key.endsWith('+'));
    }, 'the object is complete');
    await replica.end('SIGKILL');
    expect((await upload).status).toBeUndefined();
    proxy.fail(() => undefined);
    await deployment.toBeExact();
    expect(await deployment.stored()).toHaveLength(before);
  });

  test('Postgres that restarts during uploads: 503 until it is back, and no 200 is lost', async () => {
    const { postgres } = engines();
    let refused = 0;
    const ledger = await work(async (clients) => {
      await until(() => clients.counts.answered200 > 5, 'uploads succeed');
      await postgres.stop();
      await until(async () => (refused = (await fetch(`${server.url}/v1/files`)).status) === 503, 'it is away');
      await sleep(500);
      await postgres.start();
      const before = clients.counts.answered200;
      await until(() => clients.counts.answered200 > before + 5, 'uploads succeed again');
    });
    expect(refused).toBe(503);
    await settle(ledger);
  }, 60_000);

  /** Four clients upload, read and delete until `during` resolves. */
  async function work(during: (ledger: Ledger) => Promise<void>): Promise<Ledger> {
    const ledger = createLedger();
    const random = createRandom(Date.now() % 1_000_000);
    const known = new Set((await listAll(server.url)).map((file) => file.id));
    for (const id of known) await fetch(`${server.url}/v1/files/${id}`, { method: 'DELETE' });
    const over = new AbortController();
    const running = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) await act(server.url, ledger, random, { mayBeAway: true, sizes: SIZES });
    });
    await during(ledger).finally(() => over.abort());
    await Promise.all(running);
    return ledger;
  }

  /** All is well again: what was answered 200 is there as it was sent, and nothing else is, listed or stored. */
  async function settle(ledger: Ledger): Promise<void> {
    proxy.fail(() => undefined);
    ledger.settle(await listAll(server.url));
    for (const file of ledger.live()) {
      const response = await fetch(`${server.url}/v1/files/${file.id}/content`);
      const isWhole = Buffer.from(await response.arrayBuffer()).equals(contentBytes(file));
      if (!isWhole) ledger.violation(`${file.filename} came back with other bytes`);
    }
    expect(ledger.violations).toEqual([]);
    await deployment.toBeExact();
  }
}

function uploadLarge(url: string, beforePiece?: (sentBytes: number) => Promise<void>): Promise<UploadOutcome> {
  const content = contentOf(7, LARGE);
  const form = { filename: 'large', content, bytes: LARGE, order: PART_ORDERS[0], isChunked: false };
  return uploadForm(url, { ...form, ...(beforePiece && { beforePiece }) });
}
