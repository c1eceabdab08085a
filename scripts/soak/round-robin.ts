import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A proxy that sends each connection to the next of `targets` that accepts it. */
export async function startRoundRobin(targets: readonly string[]) {
  let turn = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client);
    forward(client, targets.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };

  function forward(client: Socket, attempts: number): void {
    const { hostname, port } = new URL(targets[turn++ % targets.length] ?? '');
    const target = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    keep(target);
    const next = () => (attempts > 1 ? forward(client, attempts - 1) : client.destroy());
    target.once('error', next);
    target.once('connect', () => {
      target.off('error', next);
      // when one side breaks, the other is closed at once
      target.once('close', () => client.destroySoon());
      client.once('close', () => target.destroy());
      client.pipe(target);
      target.pipe(client);
      client.resume();
    });
  }

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  }
}
