import type { IncomingMessage } from 'node:http';
import { checkHead, expectsContinue, isOfType, normalizeTarget } from '../../../src/http/connection/request-head';

/** A request with these headers, as Node's parser would hand it on. */
function requestWith(lines: readonly [string, string][], httpVersion = '1.1', url = '/'): IncomingMessage {
  const headers = Object.fromEntries(lines.toReversed().map(([name, value]) => [name.toLowerCase(), value]));
  return { url, httpVersion, headers, rawHeaders: lines.flat() } as unknown as IncomingMessage;
}

const HOST: [string, string] = ['Host', 'a.example'];

test.each<[what: string, lines: [string, string][], version?: string]>([
  ['a host with a port', [['Host', 'a.example:8080']]],
  ['an address of IPv6', [['Host', '[::1]:80']]],
  ['no host in HTTP/1.0', [], '1.0'],
  ['chunks', [HOST, ['Transfer-Encoding', 'Chunked']]],
  ['the expectation of a 100', [HOST, ['Expect', '100-Continue']]],
  ['another expectation in HTTP/1.0', [HOST, ['Expect', 'x']], '1.0'],
  ['a header twice that may be', [HOST, ['Accept', 'a'], ['Accept', 'b']]],
])('a head with %s is taken', (_what, lines, version = '1.1') => {
  expect(() => checkHead(requestWith(lines, version))).not.toThrow();
});

test.each<[what: string, kind: string, lines: [string, string][], version?: string]>([
  ['another version', 'invalid', [HOST], '2.0'],
  ['no host', 'invalid', []],
  ['a host that is none', 'invalid', [['Host', 'a/b']]],
  ['two hosts', 'invalid', [HOST, ['HOST', 'b']]],
  ['two types', 'invalid', [HOST, ['Content-Type', 'a/b'], ['content-type', 'a/b']]],
  ['two keys', 'invalid', [HOST, ['Authorization', 'a'], ['Authorization', 'b']]],
  ['a transfer coding in HTTP/1.0', 'invalid', [HOST, ['Transfer-Encoding', 'chunked']], '1.0'],
  ['another transfer coding', 'unsupported', [HOST, ['Transfer-Encoding', 'gzip, chunked']]],
  ['another expectation', 'expectation', [HOST, ['Expect', 'x']]],
  [
    'more headers than are read',
    'headers_too_large',
    [HOST, ...Array.from({ length: 1000 }, (): [string, string] => ['x', ''])],
  ],
])('a head with %s is refused as %s', (_what, kind, lines, version = '1.1') => {
  expect(() => checkHead(requestWith(lines, version))).toThrow(expect.objectContaining({ kind }));
});

test.each([
  ['http://b.example:80/x?y', '/x?y', 'b.example:80'],
  ['HTTPS://b.example', '/', 'b.example'],
  ['http://b.example?y', '/?y', 'b.example'],
  ['/http://c/', '/http://c/', 'a.example'],
])('the target %s is %s of the host %s', (target, url, host) => {
  const request = requestWith([HOST], '1.1', target);
  normalizeTarget(request);
  expect([request.url, request.headers.host]).toEqual([url, host]);
});

test('only a client of HTTP/1.1 waits for a 100', () => {
  expect(expectsContinue(requestWith([HOST, ['Expect', '100-continue']]))).toBe(true);
  expect(expectsContinue(requestWith([HOST, ['Expect', '100-continue']], '1.0'))).toBe(false);
  expect(expectsContinue(requestWith([HOST]))).toBe(false);
});

test.each([
  ['Multipart/Form-Data; boundary=x', true],
  ['multipart/form-data\t;', true],
  ['multipart/form-data, text/plain', false],
  ['multipart/mixed', false],
  ['', false],
])('the Content-Type %j is that of a form: %s', (type, expected) => {
  expect(isOfType(requestWith([['Content-Type', type]]), 'multipart/form-data')).toBe(expected);
});
