import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Sends a request and reads nothing of its answer beyond what the kernel takes. */
export function sendUnread(url: string, head: string, body: string | Buffer = ''): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // a reset is an end like another
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`${head}\r\n\r\n`);
  if (body.length > 0) socket.write(body);
  return socket;
}

/** The values of gauges, one for each of their labels, as `/metrics` has them. */
export async function gaugesOf(url: string, names: string[], headers: Record<string, string> = {}): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const lines = text.split('\n').filter((line) => names.includes(/^[a-z_]+/.exec(line)?.[0] ?? ''));
  return lines.map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
}
