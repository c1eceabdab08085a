import { createAccountant, STRANGERS } from '../../src/shares/accountant';
import { createClient, textFile } from '../support/client';
import { BOUNDARY } from '../support/multipart';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { gaugesOf, sendUnread } from '../support/unread';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const FORM = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
const FIELD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\n`;
const FILE = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`;
const large = () => ({ file: textFile(new Uint8Array(16 * MIB)), purpose: 'user_data' });

let server: TestServer;
const as = (tenant: string) => createClient(server.url, { authorization: `Bearer sk-${tenant}-12345` });

describe('a thousand requests that are aborted', () => {
  beforeAll(async () => {
    server = await startTestServer({ pair: 'memory', env: { MAX_FILE_BYTES: '20MiB' } });
  });
  afterAll(() => server.close());

  test('leave nothing that is held or counted, whatever they were in the middle of', async () => {
    const client = createClient(server.url);
    const { id } = (await client.upload(large())).json;
    await Promise.all(Array.from({ length: 150 }, () => client.upload({ file: textFile('x'), purpose: 'user_data' })));
    const requests: [string, string][] = [
      [`POST /v1/files HTTP/1.1\r\nHost: localhost\r\n${FORM}\r\nContent-Length: 5000`, `${FIELD}half of a field`],
      [`POST /v1/files HTTP/1.1\r\nHost: localhost\r\n${FORM}\r\nContent-Length: 500000`, FILE + 'x'.repeat(200_000)],
      [`POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000`, 'x'.repeat(1000)],
      [`GET /v1/files/${id}/content HTTP/1.1\r\nHost: localhost`, ''],
      ['GET /v1/files HTTP/1.1\r\nHost: localhost', ''],
    ];
    const held = () => gaugesOf(server.url, ['sluice_work_in_hand', 'sluice_buffer_bytes']);
    let most = 0;
    for (let round = 0; round < 20; round += 1) {
      const sockets = Array.from({ length: 50 }, (_, index) => {
        const [head, body] = requests[index % requests.length] ?? ['', ''];
        return sendUnread(server.url, head, body);
      });
      most = Math.max(most, ...(await held()));
      for (const socket of sockets) socket.resetAndDestroy();
    }
    expect(most).toBeGreaterThan(0);
    await until(async () => (await held()).every((units) => units === 0), 'everything is given back', 60);
    expect((await client.upload(large())).status).toBe(200);
  }, 120_000);
});

describe('clients that do not read their downloads', () => {
  beforeAll(async () => {
    server = await startTestServer({
      pair: 'memory',
      env: { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-12345', MAX_BUFFER_BYTES: '1MiB' },
    });
  });
  afterAll(() => server.close());

  test('get no more than their tenant’s share while another waits, and 503 with a spread Retry-After beyond it', async () => {
    const { id } = (await as('acme').upload(large())).json;
    const head = `GET /v1/files/${id}/content HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-acme-12345`;
    const sockets = Array.from({ length: 4 }, () => sendUnread(server.url, head));
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await until(async () => {
      const refused = await as('acme').content(id);
      if (refused.status === 200) return false;
      expect([refused.status, refused.json.error.type]).toEqual([503, 'server_error']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
      return true;
    }, 'acme holds all of it');

    expect((await as('zoo').upload({ file: textFile('small'), purpose: 'user_data' })).status).toBe(200);
    for (const socket of sockets) socket.resume();
    // one of the four was ended for it
    await Promise.race(closed);
    for (const socket of sockets) socket.destroy();
  });
});

test('bodies of strangers that are read behind a refusal take no place from those with a key', () => {
  const { strangersDrains, drains } = createAccountant({ maxUploads: 1, maxBufferBytes: MIB });
  for (let count = 0; count < 16; count += 1) expect(strangersDrains.tryTake(STRANGERS)).toBeDefined();
  expect(strangersDrains.tryTake(STRANGERS)).toBeUndefined();
  expect(drains.tryTake('acme')).toBeDefined();
});
