import { connect } from 'node:net';
import { createClient, textFile } from '../support/client';
import { BOUNDARY, formBody, uploadParts } from '../support/multipart';
import { openRaw } from '../support/raw';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const KEYS = 'acme:sk-acme-12345,zoo:sk-zoo-12345';
const METRICS_KEY = 'sk-metrics-12345';
const asTenant = (name: string) => ({ authorization: `Bearer sk-${name}-12345` });

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

async function start(options: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(options);
  servers.push(server);
  return server;
}

// many wait for times to pass: all at once
test.concurrent('a body in chunks of one byte is refused, and one in chunks of a line is not', async () => {
  const server = await start({ pair: 'memory' });
  const post = async (body: Buffer, size: number) => {
    const connection = await openRaw(server.url);
    connection.write(
      `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n`,
    );
    const pieces: Buffer[] = [];
    for (let at = 0; at < body.length; at += size) {
      const piece = body.subarray(at, at + size);
      pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    }
    connection.write(Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]));
    const answer = await connection.answer();
    connection.close();
    return answer;
  };
  const body = formBody(uploadParts({ body: 'x'.repeat(100_000) }));
  expect(await post(body, 1)).toMatchObject({
    status: 400,
    json: { error: { message: 'The body is mostly framing: its chunks are too small.' } },
  });
  expect((await post(body, 20)).status).toBe(200);
});

test.concurrent('a JSON body in chunks of one byte is refused, and one in chunks of a word is not', async () => {
  const server = await start({ pair: 'memory' });
  const post = async (chunk: string) => {
    const connection = await openRaw(server.url);
    connection.write(
      'POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n',
    );
    const piece = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    connection.write(`${piece.repeat(10_000)}0\r\n\r\n`);
    const answer = await connection.answer();
    connection.close();
    return answer;
  };
  const refusal = {
    status: 400,
    json: { error: { message: 'The body is mostly framing: its chunks are too small.' } },
  };
  expect(await post(' ')).toMatchObject(refusal);
  expect(await post(' '.repeat(20))).not.toMatchObject(refusal);
});

test.concurrent('all fields of a form together have a limit', async () => {
  const server = await start({ pair: 'memory' });
  const fields = Array.from({ length: 20 }, (_, index) => ({ name: `note${index}`, body: 'x'.repeat(60_000) }));
  const answer = await createClient(server.url).request('POST', '/v1/files', {
    body: formBody([...fields, ...uploadParts()]),
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  });
  expect([answer.status, answer.json.error.message]).toEqual([
    400,
    'The fields of the form are longer than 1048576 bytes together.',
  ]);
});

test.concurrent.each(['a\u0000b', 'a\u001bb', 'a\u007fb', 'a\u009bb'])(
  'a name with the control character in %j is 400',
  async (name) => {
    const server = await start({ pair: 'memory' });
    const answer = await createClient(server.url).request('POST', '/v1/files', {
      body: formBody(uploadParts({ filename: name })),
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });
    expect(answer.status).toBe(400);
  },
);

test.concurrent('after ten wrong keys of a minute the next is 429, and a right one is taken all the same', async () => {
  const server = await start({ pair: 'memory', env: { API_KEYS: KEYS } });
  const guess = () => createClient(server.url, { authorization: 'Bearer wrong' }).list();
  for (let count = 0; count < 10; count += 1) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect([refused.status, refused.json.error.code]).toEqual([429, 'rate_limit_exceeded']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(30);
  expect((await createClient(server.url, asTenant('acme')).list()).status).toBe(200);
});

test.concurrent('a tenant that has taken every place by slow uploads gives one up to another', async () => {
  const server = await start({ pair: 'memory', env: { API_KEYS: KEYS, METRICS_KEY, MAX_CONCURRENT_UPLOADS: '4' } });
  const slow = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const connection = await openRaw(server.url);
      const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx`;
      const head = `POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-acme-12345\r\nContent-Length: 1000\r\n`;
      connection.write(`${head}Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n\r\n${part}`);
      return connection;
    }),
  );
  const running = async () =>
    /^sluice_running_uploads (\d+)/m.exec(
      await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_KEY}` } })).text(),
    )?.[1];
  await until(async () => (await running()) === '4', 'all places are taken');
  const answer = await createClient(server.url, asTenant('zoo')).upload({ file: textFile('x'), purpose: 'user_data' });
  expect(answer.status).toBe(200);
  const first = await Promise.race(slow.map((connection) => connection.answer()));
  expect(first.status).toBe(408);
  for (const connection of slow) connection.close();
});

test.concurrent('a burst of small uploads beyond the places is served in turn', async () => {
  const server = await start({ env: { MAX_CONCURRENT_UPLOADS: '4' } });
  const client = createClient(server.url);
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => client.upload({ file: textFile('x'.repeat(20_000)), purpose: 'user_data' })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200));
});

test.concurrent('connections beyond the limit are closed and told of once, and silent ones make room', async () => {
  const server = await start({ pair: 'memory', env: { MAX_CONNECTIONS: '5' } });
  const { port } = new URL(server.url);
  const sockets = Array.from({ length: 12 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  const dropped = () => server.log.filter((line) => String(line['msg']).includes('MAX_CONNECTIONS'));
  await until(() => dropped().length > 0, 'the drop is logged');
  expect(dropped()).toHaveLength(1);
  await until(
    async () => (await fetch(`${server.url}/healthz`).catch(() => undefined))?.status === 200,
    'room again',
    20,
  );
  for (const socket of sockets) socket.destroy();
});
