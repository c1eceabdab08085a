import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { bytesTaken, createBytesDelivered } from '../../../src/http/connection/bytes-delivered';
import { until } from '../../support/until';

const BYTES = 16 * 1024 * 1024;

test('a slow reader of one large write moves on with every piece that it reads', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  const writer = await accepted;
  writer.write(Buffer.alloc(BYTES));
  const delivered = createBytesDelivered();
  await until(() => delivered(writer) < bytesTaken(writer), 'some of it waits in the send queue');
  const steps = new Set<number>();
  let taken = 0;
  reader.on('data', (piece: Buffer) => {
    taken += piece.length;
    reader.pause();
  });
  await until(() => {
    const now = delivered(writer);
    steps.add(now);
    expect(now).toBeLessThanOrEqual(BYTES);
    reader.resume();
    return taken === BYTES;
  }, 'all is read');
  await until(() => delivered(writer) === BYTES, 'all is delivered');
  expect(steps.size).toBeGreaterThan(2);
  reader.destroy();
  writer.destroy();
  server.close();
});
