import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on one connection: each holds its head and some KiB. */
const MAX_PIPELINED = 100;

/** @param isFollowing whether it waited for the answer before, which may have ended in this very turn of the event loop. */
export type OnRequest = (request: IncomingMessage, response: ServerResponse, isFollowing: boolean) => void;

export type Connections = ReturnType<typeof trackConnections>;

/** A connection that has sent nothing for so long is closed. Browsers and proxies that open some in advance reconnect. */
const SILENT_MS = 10_000;

interface Turns {
  openedAt: number;
  isBusy: boolean;
  hasServed: boolean;
  waiting: (() => void)[];
}

/** The connections of a server, and what is under way on each. */
export function trackConnections(server: Server, onRequest: OnRequest) {
  const connections = new Map<Socket, Turns>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { openedAt: performance.now(), isBusy: false, hasServed: false, waiting: [] });
    socket.once('close', () => connections.delete(socket));
  });

  const sweep = setInterval(closeSilent, SILENT_MS / 5).unref();
  server.once('close', () => clearInterval(sweep));

  return {
    /**
     * Begins a pipelined request only when the answer before is out: fifty downloads that were begun at once, and that nobody
     * reads, would hold fifty buffers.
     */
    onRequest(request: IncomingMessage, response: ServerResponse): void {
      const { socket } = request;
      const turns = connections.get(socket);
      // it may have been closed meanwhile
      if (!turns) return;
      if (!turns.isBusy) begin(turns, request, response, false);
      else if (turns.waiting.length < MAX_PIPELINED) turns.waiting.push(() => begin(turns, request, response, true));
      else socket.destroy();
    },
    /** From now on the connection never counts as idle. */
    hold(socket: Socket): void {
      const turns = connections.get(socket);
      if (turns) turns.isBusy = true;
    },
    /** Forgets the requests that wait: the answer under way is the last of its connection. */
    dropWaiting(socket: Socket): void {
      connections.get(socket)?.waiting.splice(0);
    },
    /**
     * Ends idle connections; with `silent` also those that never sent a byte, of which one that was just accepted may have a
     * request on its way. Node's closeIdleConnections() also closes connections whose response is still buffered.
     */
    closeIdle({ silent }: { silent: boolean }): void {
      for (const [socket, { isBusy, hasServed }] of connections) {
        if (!isBusy && (hasServed || (silent && socket.bytesRead === 0))) socket.destroy();
      }
    },
    /** Ends all. Node's closeAllConnections() leaves out a connection whose request was CONNECT. */
    destroy(): void {
      for (const socket of connections.keys()) socket.destroy();
    },
  };

  function closeSilent(): void {
    const before = performance.now() - SILENT_MS;
    for (const [socket, { openedAt }] of connections) {
      if (openedAt < before && socket.bytesRead === 0) socket.destroy();
    }
  }

  function begin(turns: Turns, request: IncomingMessage, response: ServerResponse, isFollowing: boolean): void {
    turns.isBusy = true;
    response.once('close', () => {
      turns.isBusy = false;
      turns.hasServed = true;
      const next = turns.waiting.shift();
      // behind an answer that closed the connection nobody would learn what the request did
      if (next && request.socket.writable) next();
    });
    onRequest(request, response, isFollowing);
  }
}
