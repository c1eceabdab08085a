import { IncomingMessage, ServerResponse } from 'node:http';
import { createAccountant } from '../../../src/shares/accountant';
import { createDrains } from '../../../src/http/connection/unread-body';
import { openExchange } from '../../../src/http/connection/exchange';
import { createListener } from '../../../src/http/connection/listener';
import type { Listener } from '../../../src/http/connection/listener';
import type { OnRequest } from '../../../src/http/connection/pipelining';
import { openRaw } from '../../support/raw';
import { until } from '../../support/until';

const MIB = 1024 * 1024;
/** More than the kernel takes from a server whose client does not read. */
const BYTES = 16 * MIB;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

let listener: Listener;
afterEach(async () => {
  const closed = listener.close();
  listener.destroy();
  await closed;
});

async function listen(onRequest: OnRequest): Promise<string> {
  const drains = createDrains(MIB, createAccountant({ maxUploads: 1, maxBufferBytes: MIB }));
  listener = createListener({
    IncomingMessage,
    ServerResponse,
    maxHeaderBytes: 16_384,
    maxConnections: 100,
    onDropped: () => undefined,
    onConnection: () => undefined,
    drains,
    onRequest,
    onRefusal: () => undefined,
  });
  const { port } = await listener.listen('127.0.0.1', 0);
  return `http://127.0.0.1:${port}`;
}

test('a request that waits behind an answer is not begun when a CONNECT has come', async () => {
  const begun: (string | undefined)[] = [];
  const url = await listen((request, response) => {
    openExchange(request, response, () => undefined);
    begun.push(request.url);
    // what came in the same packet is parsed by then
    setImmediate(() => response.end('served'));
  });
  const connection = await openRaw(url);
  connection.write(`${REQUEST}DELETE /other HTTP/1.1\r\nHost: a\r\n\r\nCONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n`);
  expect((await connection.answer()).body).toBe('served');
  await until(() => connection.hasEnded(), 'the connection has ended');
  expect(begun).toEqual(['/']);
});

describe('a listener that is closed', () => {
  test.each([
    ['before', true],
    ['after', false],
  ])(
    'lets an answer go out to its end that was ended %s the close, to a reader that is slow',
    async (_name, isBefore) => {
      let response: ServerResponse | undefined;
      const url = await listen((_request, answer) => {
        response = answer;
      });
      const { socket } = await openRaw(url);
      socket.write(REQUEST);
      await until(() => response !== undefined, 'the request is there');
      socket.pause();
      const answer = () => response?.end(Buffer.alloc(BYTES));
      if (isBefore) answer();
      const closed = listener.close();
      if (!isBefore) answer();
      let swept = 0;
      const passes = setInterval(() => (swept += 1), 100);
      await until(() => swept === 4, 'several sweeps have been');
      clearInterval(passes);
      let received = 0;
      socket.on('data', (piece: Buffer) => {
        received += piece.length;
      });
      socket.resume();
      await closed;
      await until(() => received > BYTES, 'all of it is here');
    },
  );

  test('serves the request of a connection that was accepted just before, and ends those that stay silent', async () => {
    const url = await listen((_request, answer) => void answer.end('served'));
    const silent = await openRaw(url);
    const asking = await openRaw(url);
    asking.write(REQUEST);
    const closed = listener.close();
    expect((await asking.answer()).status).toBe(200);
    await closed;
    await until(() => silent.hasEnded(), 'the silent one is closed');
  });
});
