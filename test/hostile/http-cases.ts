import { formBody } from '../support/multipart';
import { FILE, FORM_TYPE, PURPOSE, chunk, chunked, request, testCase, upload } from './cases';
import type { HostileCase, KnownFile } from './cases';

const WHOLE = formBody([FILE, PURPOSE]);
const END = Buffer.from('0\r\n\r\n');
/** What a smuggled second request would do: if it ran, the list would be one longer. */
const SMUGGLED = upload(formBody([{ ...FILE, body: 'smuggled' }, PURPOSE]));

const HOSTILE_IDS = [
  '..',
  '%2e%2e',
  '%2e%2e%2fetc%2fpasswd',
  '%00',
  '%zz',
  '%',
  '%c0%80',
  '%ff',
  'file-',
  'file-x',
  'x'.repeat(1000),
  `file-${'0'.repeat(33)}`,
  `file-${'A'.repeat(32)}`,
  `file-${'0'.repeat(31)}%00`,
  `file-${'0'.repeat(32)}%0a`,
  `file-${'0'.repeat(32)}%20`,
  'file-%27%20or%201%3d1--',
  '%27;drop%20table%20files;--',
  '__proto__',
  'constructor',
  '%F0%9F%A6%86',
  '%E2%80%AE',
  '%3Cscript%3E',
  'file-%0d%0aX-Injected:%201',
  '*',
  '.',
  '~',
  '%252e%252e',
  'null',
  '-1',
];

const RANGES: [string, number | number[]][] = [
  ['bytes=0-0', 206],
  ['bytes=0-', 206],
  ['bytes=-1', 206],
  ['bytes=-99999', 206],
  ['bytes=5-99999', 206],
  ['bytes=0-99999999999999999999', 206],
  ['bytes= 0-1', [200, 206]],
  ['BYTES=0-1', [200, 206]],
  ['bytes=-0', 416],
  ['bytes=99999-', 416],
  ['bytes=99999-999999', 416],
  ['bytes=99999999999999999999-', 416],
  ['bytes=5-2', 200],
  ['bytes=', [200, 416]],
  ['bytes=-', [200, 416]],
  ['bytes=a-b', [200, 416]],
  ['bytes=0-1,3-4', 200],
  ['bytes=0-0,0-0', [200, 206]],
  ['bytes=--1', [200, 416]],
  ['bytes=1-2-3', [200, 206]],
  ['bytes=0x1-0x2', [200, 416]],
  ['bytes=1.5-2', [200, 206]],
  ['bytes=0-1;q=1', [200, 206]],
  ['items=0-1', 200],
  ['nonsense', 200],
  ['bytes', 200],
  ['', 200],
  ['=', 200],
  ['bytes=-1-', [200, 206, 416]],
  ['bytes=0-0,', [200, 206]],
  ['bytes=,', [200, 416]],
];

/** By what they attack. */
export const HTTP_CASES: Readonly<Record<string, readonly HostileCase[]>> = {
  'bytes that are not HTTP': notHttp(),
  heads: heads(),
  lengths: lengths(),
  chunks: chunks(),
  targets: targets(),
  ids: ids(),
  methods: methods(),
  queries: queries(),
  ranges: ranges(),
};

function raw(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function notHttp(): HostileCase[] {
  return [
    testCase('a line of nonsense', raw('nonsense\r\n\r\n'), 400),
    testCase('a TLS handshake', Buffer.from('160301020001000001fc0303', 'hex'), 400),
    testCase('the preface of HTTP/2', raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400),
    testCase('a SOCKS greeting', Buffer.from([5, 1, 0]), 400),
    testCase('an SSH banner', raw('SSH-2.0-OpenSSH_9.6\r\n'), 400),
    testCase('a NUL', Buffer.from([0, 13, 10, 13, 10]), 400),
    testCase('HTTP/0.9', raw('GET /v1/files\r\n\r\n'), 400),
    testCase('HTTP/1.2', raw('GET /v1/files HTTP/1.2\r\nHost: localhost\r\n\r\n'), 400),
    testCase('HTTP/2.0 in words', raw('GET /v1/files HTTP/2.0\r\nHost: localhost\r\n\r\n'), 400),
    testCase('a method in small letters', raw('get /v1/files HTTP/1.1\r\nHost: localhost\r\n\r\n'), 400),
    testCase('a method nobody knows', raw('FETCH /v1/files HTTP/1.1\r\nHost: localhost\r\n\r\n'), 400),
    testCase('spaces in the request line', raw('GET /v1/ files HTTP/1.1\r\nHost: localhost\r\n\r\n'), 400),
    testCase('a megabyte of one word', raw('x'.repeat(1024 * 1024)), 400),
    testCase('two requests lines', raw('GET /v1/files HTTP/1.1\r\nGET /v1/files HTTP/1.1\r\n\r\n'), 400),
    testCase('an HTTP answer', raw('HTTP/1.1 200 OK\r\n\r\n'), 400),
    testCase('a head that ends half-way', raw('GET /v1/files HTTP/1.1\r\nHos'), 400, 'half-close'),
  ];
}

function heads(): HostileCase[] {
  return [
    testCase('no Host', raw('GET /v1/files HTTP/1.1\r\n\r\n'), 400),
    testCase('two Hosts', getWith('Host: example.com'), 400),
    testCase('two Hosts that are the same', getWith('Host: localhost'), 400),
    testCase('an empty Host', raw('GET /v1/files HTTP/1.1\r\nHost:\r\n\r\n'), [400, 403]),
    testCase('a Host with a path', raw('GET /v1/files HTTP/1.1\r\nHost: localhost/x\r\n\r\n'), [400, 403]),
    testCase('a Host with a user', raw('GET /v1/files HTTP/1.1\r\nHost: localhost@example.com\r\n\r\n'), [400, 403]),
    testCase('a Host with spaces', raw('GET /v1/files HTTP/1.1\r\nHost: local host\r\n\r\n'), [400, 403]),
    testCase('a foreign Host', raw('GET /v1/files HTTP/1.1\r\nHost: evil.example\r\n\r\n'), 403),
    testCase(
      'a foreign Host that begins like ours',
      raw('GET /v1/files HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n'),
      403,
    ),
    testCase('a Host of IPv6 with more behind it', raw('GET /v1/files HTTP/1.1\r\nHost: [::1]evil\r\n\r\n'), 400),
    testCase('a Host of IPv6 that is not ours', raw('GET /v1/files HTTP/1.1\r\nHost: [::2]\r\n\r\n'), 403),
    testCase('a Host with a dot behind', raw('GET /v1/files HTTP/1.1\r\nHost: localhost.\r\n\r\n'), 403),
    testCase('an expectation of HTTP/1.0', raw('GET /v1/files/none HTTP/1.0\r\nExpect: a-miracle\r\n\r\n'), 403),
    testCase('a header of a megabyte', getWith(`X: ${'x'.repeat(1024 * 1024)}`), 431),
    testCase('a header name of 100 KB', getWith(`${'x'.repeat(100_000)}: y`), 431),
    testCase('twenty thousand headers', getWith(...Array.from({ length: 20_000 }, (_, index) => `X${index}: y`)), 431),
    testCase(
      'three thousand headers of one byte, beyond which Node drops headers in silence',
      getWith(...Array.from({ length: 3000 }, () => 'a:')),
      431,
    ),
    testCase('a target of 20 KB', request(`GET /${'x'.repeat(20_000)} HTTP/1.1`), 431),
    testCase('a header without a colon', getWith('nonsense'), 400),
    testCase('a space in front of a colon (CVE-2019-16869 of netty)', getWith('Transfer-Encoding : chunked'), 400),
    testCase('a header with a NUL', getWith('X: a\0b'), 400),
    testCase('a header with a CR alone', getWith('X: a\rb'), 400),
    testCase('a folded header (obs-fold)', getWith('X: a\r\n b'), [400, 404]),
    testCase(
      'a folded Transfer-Encoding (CVE-2022-32215 of Node)',
      upload(WHOLE, FORM_TYPE, ['Transfer-Encoding:\r\n chunked']),
      400,
    ),
    testCase('a header name with a letter that is not ASCII', getWith('Xé: y'), 400),
    testCase('two Authorizations', getWith('Authorization: Bearer a', 'Authorization: Bearer b'), 400),
    testCase('an expectation nobody can meet', getWith('Expect: a-miracle'), 417),
    testCase('two expectations', getWith('Expect: 100-continue, a-miracle'), 417),
    testCase(
      'an upgrade to a WebSocket',
      getWith(
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ),
      404,
    ),
    testCase(
      'an upgrade to h2c',
      getWith('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'),
      404,
    ),
    testCase(
      'headers that point at the prototype',
      getWith('__proto__: x', 'constructor: y', 'hasOwnProperty: z'),
      404,
    ),
    testCase(
      'X-HTTP-Method-Override',
      request('POST /v1/files/none HTTP/1.1', ['X-HTTP-Method-Override: DELETE', 'Content-Length: 0']),
      405,
    ),
    ...[
      'Forwarded: for=127.0.0.1',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-For: 127.0.0.1',
      'X-Real-IP: ::1',
    ].map((header) => testCase(`without keys what a proxy sent: ${header}`, getWith(header), 403)),
    testCase('without keys what a proxy sent: Via', getWith('Via: 1.1 proxy'), 403),
    testCase('X-Original-URL', getWith('X-Original-URL: /admin'), 404),
    testCase('a foreign Origin', getWith('Origin: https://evil.example'), 403),
    testCase('the Origin null', getWith('Origin: null'), 403),
    testCase('a cross-site fetch', getWith('Sec-Fetch-Site: cross-site'), 403),
    testCase(
      'a same-site fetch, which another port of this machine can make',
      getWith('Sec-Fetch-Site: same-site'),
      403,
    ),
  ];
}

function lengths(): HostileCase[] {
  const of = (...headers: string[]) => request('POST /v1/files HTTP/1.1', [FORM_TYPE, ...headers], WHOLE);
  return [
    testCase('a Content-Length that is a byte short', of(`Content-Length: ${WHOLE.length - 5}`), 400),
    testCase(
      'a Content-Length that is longer than the body',
      of(`Content-Length: ${WHOLE.length + 5}`),
      400,
      'half-close',
    ),
    testCase('a Content-Length of 0', of('Content-Length: 0'), 400),
    testCase('two Content-Lengths', of(`Content-Length: ${WHOLE.length}`, 'Content-Length: 5'), 400),
    testCase(
      'two Content-Lengths that are the same',
      of(`Content-Length: ${WHOLE.length}`, `Content-Length: ${WHOLE.length}`),
      400,
    ),
    testCase('a list as Content-Length', of(`Content-Length: ${WHOLE.length}, ${WHOLE.length}`), 400),
    ...['-1', '+5', '1e3', '0x10', '5 5', 'abc', '', '99999999999999999999999', '5.0', '٥'].map((length) =>
      testCase(`the Content-Length '${length}'`, of(`Content-Length: ${length}`), 400),
    ),
    testCase('a Content-Length of 2^63', of('Content-Length: 9223372036854775808'), 413),
    testCase('a Content-Length over the limit', of(`Content-Length: ${2 ** 40}`), 413),
    testCase(
      'a Content-Length over the limit, with Expect',
      request('POST /v1/files HTTP/1.1', [FORM_TYPE, `Content-Length: ${2 ** 40}`, 'Expect: 100-continue']),
      413,
    ),
    testCase(
      'Content-Length and chunked (request smuggling, CVE-2021-22959 of Node)',
      of(`Content-Length: ${WHOLE.length}`, 'Transfer-Encoding: chunked'),
      400,
    ),
    testCase(
      'chunked and Content-Length (request smuggling, CL.TE)',
      request(
        'POST /v1/files HTTP/1.1',
        [FORM_TYPE, 'Transfer-Encoding: chunked', 'Content-Length: 5'],
        Buffer.concat([END, SMUGGLED]),
      ),
      400,
    ),
    testCase('no length at all', request('POST /v1/files HTTP/1.1', [FORM_TYPE]), 400),
    testCase(
      'no length at all, with a body behind (it is the next request)',
      request('POST /v1/files HTTP/1.1', [FORM_TYPE], WHOLE),
      400,
    ),
  ];
}

function chunks(): HostileCase[] {
  const te = (value: string) =>
    request('POST /v1/files HTTP/1.1', [FORM_TYPE, `Transfer-Encoding: ${value}`], Buffer.concat([chunk(WHOLE), END]));
  return [
    ...[
      'xchunked',
      'chunked, identity',
      'identity',
      'chunked, gzip',
      'gzip',
      '"chunked"',
      'chunked\x0b',
      'chunked, chunked',
      '',
    ].map((value) => testCase(`the transfer coding ${JSON.stringify(value)} (TE.TE smuggling)`, te(value), [400, 415])),
    testCase('the transfer coding gzip, chunked', te('gzip, chunked'), [400, 415]),
    testCase(
      'two Transfer-Encodings',
      chunked(Buffer.concat([chunk(WHOLE), END]), ['Transfer-Encoding: identity']),
      400,
    ),
    testCase(
      'chunked in HTTP/1.0',
      raw(`POST /v1/files HTTP/1.0\r\nHost: localhost\r\n${FORM_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`),
      400,
    ),
    testCase('chunked in capitals', te('CHUNKED'), 'accepted'),
    testCase('one chunk', te('chunked'), 'accepted'),
    testCase(
      'chunks of one byte',
      chunked(Buffer.concat([...[...WHOLE].map((byte) => chunk(Buffer.from([byte]))), END])),
      'accepted',
    ),
    testCase(
      'chunk sizes with zeros in front',
      chunked(Buffer.concat([chunk(WHOLE, `0000${WHOLE.length.toString(16)}`), END])),
      'accepted',
    ),
    testCase(
      'a chunk extension',
      chunked(Buffer.concat([chunk(WHOLE, `${WHOLE.length.toString(16)};name=value`), END])),
      'accepted',
    ),
    testCase('trailers', chunked(Buffer.concat([chunk(WHOLE), raw('0\r\nX-Trailer: 1\r\n\r\n')])), 'accepted'),
    testCase(
      'a trailer of a megabyte',
      chunked(Buffer.concat([chunk(WHOLE), raw(`0\r\nX: ${'x'.repeat(1024 * 1024)}\r\n\r\n`)])),
      [400, 431],
    ),
    testCase(
      'a chunk extension of 100 KB (CVE-2024-22019 of Node)',
      chunked(Buffer.concat([chunk(WHOLE, `${WHOLE.length.toString(16)};${'x'.repeat(100_000)}`), END])),
      [400, 413],
    ),
    testCase(
      'a thousand chunks of one byte with extensions',
      chunked(Buffer.concat([...Array.from({ length: 1000 }, () => raw(`1;${'e'.repeat(100)}\r\nx\r\n`)), END])),
      [400, 413],
    ),
    ...['-5', '+5', '0x5', 'g', '', ' ', '5 5', '5;\n', 'ffffffffffffffffff', '1_0'].map((size) =>
      testCase(`the chunk size ${JSON.stringify(size)}`, chunked(Buffer.concat([chunk(WHOLE, size), END])), 400),
    ),
    testCase(
      'a chunk size of 2^60',
      chunked(Buffer.concat([chunk(Buffer.from('x'), '1000000000000000'), END])),
      400,
      'half-close',
    ),
    testCase('a chunk that is longer than its size', chunked(Buffer.concat([chunk(WHOLE, '5'), END])), 400),
    testCase(
      'a chunk that is shorter than its size',
      chunked(Buffer.concat([chunk(WHOLE, (WHOLE.length + 2).toString(16)), END])),
      400,
    ),
    testCase(
      'a chunk without the CRLF behind it',
      chunked(Buffer.concat([raw(`${WHOLE.length.toString(16)}\r\n`), WHOLE, END])),
      400,
    ),
    testCase(
      'chunks that end in LF alone (CVE-2023-30589 of llhttp and its like)',
      chunked(Buffer.concat([raw(`${WHOLE.length.toString(16)}\n`), WHOLE, raw('\n0\n\n')])),
      400,
    ),
    testCase('garbage in place of a chunk', chunked(Buffer.concat([chunk(WHOLE), raw('nonsense\r\n')])), 400),
    testCase('the last chunk first', chunked(Buffer.concat([END])), 400),
    testCase('no last chunk', chunked(chunk(WHOLE)), 400, 'half-close'),
    testCase(
      'a last chunk without its last CRLF',
      chunked(Buffer.concat([chunk(WHOLE), raw('0\r\n')])),
      400,
      'half-close',
    ),
    testCase('a broken trailer', chunked(Buffer.concat([chunk(WHOLE), raw('0\r\nnonsense\r\n\r\n')])), 400),
    testCase('half a chunk', chunked(chunk(WHOLE).subarray(0, 300)), 400, 'half-close'),
  ];
}

function targets(): HostileCase[] {
  return [
    ...[
      '/v1',
      '/v1/',

      '/V1/FILES',
      '/v1/files/x/y',
      '/v1/files/x/content/',
      '/../etc/passwd',
      '/v1/files/../../etc/passwd',
      '/v1/./files',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/v1%2ffiles',
      '/docs/../../package.json',
      '/docs/%2e%2e/package.json',
      '/docs/..%2f..%2fpackage.json',
      '/docs/swagger-ui.css/..',
      '/.git/config',
      '/.env',
      '/v1/files;x=y',
      '/v1/files%00',
      '/\\..\\',
      '/~root',
      '/__proto__',
      '/constructor',
      '/v1/constructor',
      '/é',
      '/v1/fïles',
    ].map((target) => testCase(`the target ${target}`, getTarget(target), [400, 404])),
    testCase('the target /v1//files, which is read as /v1/files', getTarget('/v1//files'), 200),
    ...['/%', '/%zz', '/v1/%c0%ae', '/v1/%ff'].map((target) =>
      testCase(`the target ${target}`, getTarget(target), [400, 404]),
    ),
    testCase('a target of a foreign host in absolute form', getTarget('http://evil.example/v1/files'), [400, 403]),
    testCase('a target in absolute form with a user', getTarget('http://localhost@evil.example/v1/files'), [400, 403]),
    testCase('a target in absolute form without a host', getTarget('http:///v1/files'), [400, 403]),
    testCase(
      'a target of a foreign host in absolute form, of IPv6',
      getTarget('http://[::ffff:192.168.0.1]/v1/files'),
      403,
    ),
    testCase('a target in absolute form with another scheme', getTarget('ftp://localhost/v1/files'), [400, 404]),
    testCase('a target in absolute form to a file that is not there', getTarget('http://localhost/v1/files/none'), 404),
    testCase('a target without a slash', getTarget('v1/files'), [400, 404]),
    testCase('a target in authority form', getTarget('localhost:80'), [400, 404]),
    testCase('the target * of OPTIONS', request('OPTIONS * HTTP/1.1'), [400, 404, 405]),
    testCase('the target * of GET', getTarget('*'), [400, 404]),
    testCase('a fragment in the target', getTarget('/v1/files/none#x'), [400, 404]),
    testCase('CONNECT', request('CONNECT evil.example:443 HTTP/1.1'), 405),
    testCase('no target', raw('GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'), 400),
  ];
}

function ids(): HostileCase[] {
  return [
    ...HOSTILE_IDS.flatMap((id) => [
      testCase(`the id ${id.slice(0, 40)}`, request(`GET /v1/files/${id} HTTP/1.1`), [400, 404]),
      testCase(`the content of the id ${id.slice(0, 40)}`, request(`GET /v1/files/${id}/content HTTP/1.1`), [400, 404]),
      testCase(`deleting the id ${id.slice(0, 40)}`, request(`DELETE /v1/files/${id} HTTP/1.1`), [400, 404]),
      testCase(`the list after ${id.slice(0, 40)}`, request(`GET /v1/files?after=${id} HTTP/1.1`), 400),
    ]),
    testCase('a known id in capitals', (known) => request(`GET /v1/files/${known.id.toUpperCase()} HTTP/1.1`), 404),
    testCase(
      'a known id with two slashes behind',
      (known) => request(`GET /v1/files/${known.id}// HTTP/1.1`),
      [200, 404],
    ),
    testCase('a known id with a NUL behind', (known) => request(`GET /v1/files/${known.id}%00 HTTP/1.1`), [400, 404]),
    testCase('a known id with a space behind', (known) => request(`GET /v1/files/${known.id}%20 HTTP/1.1`), 404),
  ];
}

function methods(): HostileCase[] {
  return [
    ...[
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'MKCOL',
      'LOCK',
      'PURGE',
      'LINK',
      'M-SEARCH',
      'QUERY',
    ].map((method) =>
      testCase(`${method} of the list`, request(`${method} /v1/files HTTP/1.1`, ['Content-Length: 0']), [400, 405]),
    ),
    ...['POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'].flatMap((method) => [
      testCase(
        `${method} of a file`,
        (known) => request(`${method} /v1/files/${known.id} HTTP/1.1`, ['Content-Length: 0']),
        405,
      ),
      testCase(
        `${method} of content`,
        (known) => request(`${method} /v1/files/${known.id}/content HTTP/1.1`, ['Content-Length: 0']),
        405,
      ),
      testCase(`${method} of /healthz`, request(`${method} /healthz HTTP/1.1`, ['Content-Length: 0']), 405),
    ]),
    testCase(
      'an upload by PUT',
      request('PUT /v1/files HTTP/1.1', [FORM_TYPE, `Content-Length: ${WHOLE.length}`], WHOLE),
      405,
    ),
    testCase(
      'an upload to a file',
      request('POST /v1/files/file-x HTTP/1.1', [FORM_TYPE, `Content-Length: ${WHOLE.length}`], WHOLE),
      405,
    ),
    testCase(
      'an upload to nowhere',
      request('POST /v2/files HTTP/1.1', [FORM_TYPE, `Content-Length: ${WHOLE.length}`], WHOLE),
      404,
    ),
    testCase(
      'a GET with a form as its body',
      request('GET /v1/files/none HTTP/1.1', [FORM_TYPE, `Content-Length: ${WHOLE.length}`], WHOLE),
      404,
    ),
    testCase(
      'a DELETE with a body that is a request',
      request('DELETE /v1/files/none HTTP/1.1', [`Content-Length: ${SMUGGLED.length}`], SMUGGLED),
      404,
    ),
  ];
}

function queries(): HostileCase[] {
  return [
    ...[
      '0',
      '-1',
      '10001',
      '1.5',
      '1e2',
      '0x10',
      ' 1',
      '',
      'NaN',
      'Infinity',
      '9'.repeat(400),
      '%00',
      '1%00',
      '١'.replace('١', '%D9%A1'),
      'true',
      '[]',
      '1,2',
    ].map((limit) => testCase(`the limit '${limit.slice(0, 20)}'`, listWith(`limit=${limit}`), 400)),
    ...['up', 'ASC', '', 'asc%00', '__proto__'].map((order) =>
      testCase(`the order '${order}'`, listWith(`order=${order}`), 400),
    ),
    testCase('two limits', listWith('limit=1&limit=2'), 400),
    testCase('two orders', listWith('order=asc&order=desc'), 400),
    testCase('two afters', listWith('after=a&after=b'), 400),
    testCase('a purpose that is SQL', listWith('purpose=%27%20or%201%3d1--'), [200, 400]),
    testCase('a purpose with a NUL', listWith('purpose=%00'), [200, 400]),
    testCase('broken escapes in the query', listWith('limit=%zz'), 400),
    testCase(
      'parameters that point at the prototype',
      listWith('__proto__[limit]=1&constructor=1&limit[__proto__]=1&limit=0'),
      400,
    ),
    testCase(
      'a thousand parameters',
      listWith(`${Array.from({ length: 1000 }, (_, index) => `a${index}=1`).join('&')}&limit=0`),
      400,
    ),
  ];
}

function ranges(): HostileCase[] {
  return [
    ...RANGES.map(([range, answer]) => testCase(`the range '${range}'`, contentWith(`Range: ${range}`), answer)),
    testCase(
      'thirteen hundred ranges (CVE-2011-3192 of Apache)',
      contentWith(`Range: bytes=0-,${Array.from({ length: 1300 }, (_, index) => `5-${index}`).join(',')}`),
      200,
    ),
    testCase('two Range headers', contentWith('Range: bytes=0-0', 'Range: bytes=1-1'), [200, 206, 400]),
    testCase('an If-Range of another tag', contentWith('Range: bytes=0-0', 'If-Range: "other"'), 200),
    testCase('an If-Range that is nonsense', contentWith('Range: bytes=0-0', 'If-Range: W/'), 200),
    testCase('an If-None-Match of ten thousand characters', contentWith(`If-None-Match: ${'"x",'.repeat(2500)}`), 200),
    testCase('an If-None-Match of a star', contentWith('If-None-Match: *'), 304),
    testCase(
      'a range of a file that is not there',
      request('GET /v1/files/none/content HTTP/1.1', ['Range: bytes=0-0']),
      404,
    ),
  ];
}

function getWith(...headers: string[]): Buffer {
  return request('GET /v1/files/none HTTP/1.1', headers);
}

function getTarget(target: string): Buffer {
  return request(`GET ${target} HTTP/1.1`);
}

function listWith(query: string): Buffer {
  return request(`GET /v1/files?${query} HTTP/1.1`);
}

function contentWith(...headers: string[]): (known: KnownFile) => Buffer {
  return (known) => request(`GET /v1/files/${known.id}/content HTTP/1.1`, headers);
}
