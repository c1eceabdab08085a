import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** The address that a request came from; empty when its connection is closed. */
export type RemoteAddress = (request: IncomingMessage) => string;

/** Behind trusted proxies it is the last address of X-Forwarded-For that is not one of them. */
export function createRemoteAddress(trustedProxies: readonly string[]): RemoteAddress {
  if (trustedProxies.length === 0) return addressOfSocket;
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const socket = addressOfSocket(request);
    if (socket === '') return socket;
    const forwarded = withoutPort(proxyAddr(request, isTrusted));
    return isIP(forwarded) > 0 ? forwarded : socket;
  };
}

function addressOfSocket({ socket }: IncomingMessage): string {
  return withoutPrefix(socket.remoteAddress ?? '');
}

/** Some proxies add the client's port. */
function withoutPort(address: string): string {
  return (
    /^\[([\da-f:.]+)\](?::\d+)?$/i.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? withoutPrefix(address)
  );
}

/** A socket of IPv6 writes an address of IPv4 so. */
function withoutPrefix(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
