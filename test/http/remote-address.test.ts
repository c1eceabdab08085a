import type { IncomingMessage } from 'node:http';
import { createRemoteAddress } from '../../src/http/remote-address';

function addressOf(trusted: string[], remoteAddress: string | undefined, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return createRemoteAddress(trusted)({ socket: { remoteAddress }, headers } as unknown as IncomingMessage);
}

test.each<[trusted: string[], socket: string | undefined, forwarded: string | undefined, address: string]>([
  [[], '::ffff:192.0.2.1', '203.0.113.7', '192.0.2.1'],
  [['192.0.2.1'], '::ffff:192.0.2.1', '203.0.113.7', '203.0.113.7'],
  [['192.0.2.0/24'], '192.0.2.1', 'evil, 203.0.113.7, 192.0.2.9', '203.0.113.7'],
  [['192.0.2.1'], '192.0.2.2', '203.0.113.7', '192.0.2.2'],
  [['loopback'], '::1', '[2001:db8::7]:1234', '2001:db8::7'],
  [['loopback'], '127.0.0.1', 'not an address', '127.0.0.1'],
  [['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
  [['loopback'], undefined, '203.0.113.7', ''],
])('with trusted proxies %j, %s that forwards %s is %s', (trusted, socket, forwarded, address) => {
  expect(addressOf(trusted, socket, forwarded)).toBe(address);
});
