import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, textFile } from '../support/client';
import { formBody, postHead, uploadParts } from '../support/multipart';
import { openRaw } from '../support/raw';
import { ALL_PAIRS, startTestServer } from '../support/server';
import { until } from '../support/until';

const GRACE_IS_OVER = /^SHUTDOWN_GRACE_SECONDS have passed/;

// each waits for times to pass, on a server of its own: all at once
describe('the life of a file', () => {
  test.concurrent.each(ALL_PAIRS)(
    'on the %s pair ends at its expiry at once, and its bytes with the next reaper run',
    async (pair) => {
      let now = Math.floor(Date.now() / 1000);
      const server = await startTestServer({ pair, env: { REAP_INTERVAL_SECONDS: '1' }, parts: { now: () => now } });
      const client = createClient(server.url);
      const expiring = (await client.upload({ file: textFile('a'), purpose: 'batch' })).json;
      const lasting = (await client.upload({ file: textFile('b'), purpose: 'user_data' })).json;
      now = expiring.expires_at - 1;
      expect((await client.get(expiring.id)).status).toBe(200);
      now = expiring.expires_at;
      for (const answer of [
        await client.get(expiring.id),
        await client.content(expiring.id),
        await client.remove(expiring.id),
      ]) {
        expect(answer.status).toBe(404);
      }
      expect((await client.list()).json.data).toEqual([lasting]);
      if (pair === 'durable') await until(async () => (await server.blobs()).length === 1, 'the reaper has been by');
      await server.close();
    },
  );

  test.concurrent.each(ALL_PAIRS)('on the %s pair is another tenant’s business to nobody else', async (pair) => {
    const server = await startTestServer({ pair, env: { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-123456' } });
    const acme = createClient(server.url, { authorization: 'Bearer sk-acme-12345' });
    const zoo = createClient(server.url, { authorization: 'Bearer sk-zoo-123456' });
    const { id } = (await acme.upload({ file: textFile('secret'), purpose: 'user_data' })).json;
    const missing = (await zoo.get(id.replace(/.{4}$/, '0000'))).json.error.message.replace(/.{4}$/, '');
    for (const answer of [await zoo.get(id), await zoo.content(id), await zoo.remove(id)]) {
      expect(answer.status).toBe(404);
      expect(answer.json.error.message.replace(/.{4}$/, '')).toBe(missing);
    }
    expect((await zoo.list()).json.data).toEqual([]);
    expect((await acme.content(id)).bytes.toString()).toBe('secret');
    await server.close();
  });

  test.concurrent.each(ALL_PAIRS)('on the %s pair does not begin when too many uploads run', async (pair) => {
    const server = await startTestServer({ pair, env: { MAX_CONCURRENT_UPLOADS: '1' } });
    const client = createClient(server.url);
    const body = formBody(uploadParts({ body: 'x'.repeat(2000) }));
    const slow = await openRaw(server.url);
    slow.write(postHead('/v1/files', body));
    slow.write(body.subarray(0, 1000));
    const refused = await untilRefused();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^[234]$/);
    slow.write(body.subarray(1000));
    expect((await slow.answer()).status).toBe(200);
    expect((await client.upload({ file: textFile('x'), purpose: 'batch' })).status).toBe(200);
    slow.close();
    await server.close();

    async function untilRefused() {
      let answer = await client.upload({ file: textFile('x'), purpose: 'batch' });
      await until(async () => {
        if (answer.status !== 503) answer = await client.upload({ file: textFile('x'), purpose: 'batch' });
        return answer.status === 503;
      }, 'the place is taken');
      return answer;
    }
  });

  test.concurrent.each(ALL_PAIRS)(
    'on the %s pair does not begin when a client stops sending: 408, and nothing is left',
    async (pair) => {
      const server = await startTestServer({ pair, env: { UPLOAD_IDLE_SECONDS: '1' } });
      const body = formBody(uploadParts({ body: 'x'.repeat(5000) }));
      const connection = await openRaw(server.url);
      connection.write(postHead('/v1/files', body));
      connection.write(body.subarray(0, 3000));
      const { status, json } = await connection.answer();
      expect([status, json]).toMatchObject([408, { error: { type: 'invalid_request_error' } }]);
      connection.close();
      await until(async () => (await server.blobs()).length === 0, 'nothing is left');
      await server.close();
    },
  );

  // not concurrent: beside other tests, a second without a byte would come about by itself
  test.each(ALL_PAIRS)(
    'on the %s pair goes on while a client sends slowly but steadily, however long',
    async (pair) => {
      const server = await startTestServer({ pair, env: { UPLOAD_IDLE_SECONDS: '1' } });
      const body = formBody(uploadParts({ body: 'x'.repeat(24_000) }));
      const connection = await openRaw(server.url);
      connection.write(postHead('/v1/files', body));
      // 2 KiB each 250 ms: three times as long as the idle time allows for silence
      await new Promise<void>((resolve) => {
        let at = 0;
        const timer = setInterval(() => {
          connection.write(body.subarray(at, at + 2048));
          at += 2048;
          if (at < body.length) return;
          clearInterval(timer);
          resolve();
        }, 250);
      });
      expect((await connection.answer()).status).toBe(200);
      connection.close();
      await server.close();
    },
  );
});

describe('a stop', () => {
  test.concurrent('lets a running upload end within the grace period, and answers what comes after with a closed door', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-stop-'));
    const server = await startTestServer({ folder, env: { SHUTDOWN_GRACE_SECONDS: '20' } });
    const body = formBody(uploadParts({ body: 'x'.repeat(2_000_000) }));
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', body));
    connection.write(body.subarray(0, 1_500_000));
    await until(async () => (await server.blobs()).length === 1, 'the upload has begun');
    const closed = server.close();
    await expect(openRaw(server.url)).rejects.toThrow(/ECONNREFUSED/);
    connection.write(body.subarray(1_500_000));
    expect((await connection.answer()).status).toBe(200);
    connection.close();
    await closed;
    const again = await startTestServer({ folder });
    expect((await createClient(again.url).list()).json.data).toHaveLength(1);
    await again.close();
    await rm(folder, { recursive: true });
  });

  test.concurrent('cuts an upload that outlasts the grace period, and leaves nothing of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-stop-'));
    const server = await startTestServer({ folder, env: { SHUTDOWN_GRACE_SECONDS: '0' } });
    const body = formBody(uploadParts({ body: 'x'.repeat(3_000_000) }));
    const connection = await openRaw(server.url);
    connection.write(postHead('/v1/files', body));
    connection.write(body.subarray(0, 2_500_000));
    await until(async () => (await server.blobs()).length === 1, 'the upload has begun');
    await server.close();
    expect(await server.blobs()).toEqual([]);
    connection.close();
    await rm(folder, { recursive: true });
  });

  test.concurrent('waits for no connection that was opened ahead, or whose answer was under way', async () => {
    const server = await startTestServer({ pair: 'memory', env: { SHUTDOWN_GRACE_SECONDS: '60' } });
    const file = textFile('x'.repeat(20_000_000));
    const { id } = (await createClient(server.url).upload({ file, purpose: 'user_data' })).json;
    const silent = await openRaw(server.url);
    const reading = await openRaw(server.url);
    reading.socket.once('data', () => reading.socket.pause());
    reading.write(`GET /v1/files/${id}/content HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => reading.socket.isPaused(), 'the answer has begun');
    const closed = server.close();
    reading.socket.resume();
    expect((await reading.answer()).headers['connection']).toBe('keep-alive');
    await closed;
    for (const connection of [silent, reading]) connection.close();
    expect(server.log.map((line) => line['msg'])).not.toContainEqual(expect.stringMatching(GRACE_IS_OVER));
  });

  test.concurrent('ends with the grace period, whatever comes behind a refusal that Node knows nothing of', async () => {
    const server = await startTestServer({ pair: 'memory', env: { SHUTDOWN_GRACE_SECONDS: '1' } });
    const tunnel = await openRaw(server.url);
    tunnel.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect((await tunnel.answer()).status).toBe(405);
    const flood = setInterval(() => tunnel.write('x'), 100);
    await server.close();
    clearInterval(flood);
    tunnel.close();
    expect(server.log.map((line) => line['msg'])).toContainEqual(expect.stringMatching(GRACE_IS_OVER));
  });
});
