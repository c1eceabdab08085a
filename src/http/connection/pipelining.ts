import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that a client may send ahead of its answers: each costs its head and some KiB until its turn comes. */
const MAX_PIPELINED = 100;

export type OnRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** The connections of a server, and what is under way on each. */
export interface Connections {
  /**
   * Requests that a client pipelines are answered in turn, and each is begun only when the one before is out: fifty
   * downloads begun at once, whose answers nobody reads, would hold fifty buffers.
   */
  onRequest: OnRequest;
  /** From now on the connection is not idle, whatever comes on it. */
  hold(socket: Socket): void;
  /** Requests that wait behind an answer are not begun: it is the last of its connection. */
  dropWaiting(socket: Socket): void;
  /**
   * Ends connections that carry nothing. Node's closeIdleConnections() also closes connections whose response is still
   * buffered. `silent` are those that never sent a byte: browsers and proxies open
   * some ahead, but one that was accepted just now may have its request behind it.
   */
  closeIdle(options: { silent: boolean }): void;
  /** Ends all. Node's `closeAllConnections` knows nothing of a connection whose request was CONNECT. */
  destroy(): void;
}

/** A connection that has sent nothing for so long is closed: browsers and proxies that open some ahead open them again. */
const SILENT_MS = 10_000;

interface Turns {
  openedAt: number;
  isBusy: boolean;
  hasServed: boolean;
  waiting: (() => void)[];
}

export function trackConnections(server: Server, onRequest: OnRequest): Connections {
  const connections = new Map<Socket, Turns>();
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { openedAt: performance.now(), isBusy: false, hasServed: false, waiting: [] });
    socket.once('close', () => connections.delete(socket));
  });

  const sweep = setInterval(closeSilent, SILENT_MS / 5).unref();
  server.once('close', () => clearInterval(sweep));

  return {
    onRequest(request, response) {
      const { socket } = request;
      const turns = connections.get(socket);
      // closed while its request was on the way here
      if (!turns) return;
      if (!turns.isBusy) begin(turns, request, response);
      else if (turns.waiting.length < MAX_PIPELINED) turns.waiting.push(() => begin(turns, request, response));
      else socket.destroy();
    },
    hold(socket) {
      const turns = connections.get(socket);
      if (turns) turns.isBusy = true;
    },
    dropWaiting(socket) {
      connections.get(socket)?.waiting.splice(0);
    },
    closeIdle({ silent }) {
      for (const [socket, { isBusy, hasServed }] of connections) {
        if (!isBusy && (hasServed || (silent && socket.bytesRead === 0))) socket.destroy();
      }
    },
    destroy() {
      for (const socket of connections.keys()) socket.destroy();
    },
  };

  function closeSilent(): void {
    const before = performance.now() - SILENT_MS;
    for (const [socket, { openedAt }] of connections) {
      if (openedAt < before && socket.bytesRead === 0) socket.destroy();
    }
  }

  function begin(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
    turns.isBusy = true;
    response.once('close', () => {
      turns.isBusy = false;
      turns.hasServed = true;
      const next = turns.waiting.shift();
      // not behind an answer that closed the connection: nobody would hear what it did
      if (next && request.socket.writable) next();
    });
    onRequest(request, response);
  }
}
