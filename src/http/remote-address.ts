import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** The address that a request came from; empty when its connection is gone. */
export type RemoteAddress = (request: IncomingMessage) => string;

/**
 * Of a request that a trusted proxy sent it is the last of X-Forwarded-For that is not a trusted proxy itself; what
 * others write there is not believed.
 */
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

/** Some proxies write the port of the client, too. */
function withoutPort(address: string): string {
  return (
    /^\[([\da-f:.]+)\](?::\d+)?$/i.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? withoutPrefix(address)
  );
}

/** An address of IPv4 on a socket of IPv6. */
function withoutPrefix(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
