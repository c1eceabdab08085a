import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAccountant } from '../../../src/shares/accountant';
import { openExchange } from '../../../src/http/connection/exchange';
import { createDrains } from '../../../src/http/connection/unread-body';
import { openRaw } from '../../support/raw';
import { until } from '../../support/until';

const MIB = 1024 * 1024;

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test.each(['closes', 'resets'])('a drain whose client %s leaves no timer behind', async (how) => {
  const drains = createDrains(MIB, createAccountant({ maxUploads: 1, maxBufferBytes: MIB }));
  const server = createServer((request, response) => {
    response.writeHead(413, { connection: 'close', 'content-length': 2 });
    response.write('no');
    drains.drain(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const before = timers();
  for (let count = 0; count < 5; count += 1) {
    const connection = await openRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    connection.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
    expect((await connection.answer()).status).toBe(413);
    if (how === 'closes') connection.socket.destroy();
    else connection.socket.resetAndDestroy();
  }
  await until(() => timers() <= before, 'no timer is left');
  server.close();
});

test('strangers who hold their bodies open slow no body of a tenant', async () => {
  const drains = createDrains(MIB, createAccountant({ maxUploads: 1, maxBufferBytes: MIB }));
  const server = createServer((request, response) => {
    openExchange(request, response, () => undefined).tenant = request.headers['x-tenant']?.toString();
    response.writeHead(413, { connection: 'close', 'content-length': 2 });
    response.write('no');
    drains.drain(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const send = async (headers: string, body: Buffer) => {
    const connection = await openRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    connection.write(`POST / HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${3 * MIB}\r\n\r\n`);
    connection.write(body);
    expect((await connection.answer()).status).toBe(413);
    return connection;
  };
  const strangers = await Promise.all(Array.from({ length: 8 }, () => send('', Buffer.from('x'))));
  const timeouts = jest.spyOn(globalThis, 'setTimeout');
  const own = await send('X-Tenant: acme\r\n', Buffer.alloc(3 * MIB));
  await until(() => own.socket.readableEnded || own.socket.destroyed, 'the body is read');
  const delays = new Set(timeouts.mock.calls.map(([, delay]) => delay));
  timeouts.mockRestore();
  // three milliseconds for each MiB and each body of its kind
  expect([delays.has(3), delays.has(27)]).toEqual([true, false]);
  for (const { socket } of [...strangers, own]) socket.destroy();
  server.close();
});

test('a refused body in chunks of one byte is read on without its parser', async () => {
  const drains = createDrains(16 * MIB, createAccountant({ maxUploads: 1, maxBufferBytes: MIB }));
  let parsed = 0;
  let socket: Socket | undefined;
  const server = createServer((request, response) => {
    ({ socket } = request);
    request.on('data', () => {
      parsed += 1;
    });
    response.writeHead(413, { connection: 'close', 'content-length': 2 });
    response.write('no');
    drains.drain(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const connection = await openRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  connection.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  const body = '1\r\nx\r\n'.repeat(1_000_000);
  connection.write(body);
  expect((await connection.answer()).status).toBe(413);
  await until(() => (socket?.bytesRead ?? 0) > body.length, 'all is read');
  // one read of the parser is 64 KiB, which are eleven thousand chunks
  expect(parsed).toBeLessThan(100_000);
  connection.close();
  server.close();
});
