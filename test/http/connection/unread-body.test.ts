import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccountant } from '../../../src/shares/accountant';
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
