import { deflateSync, gzipSync } from 'node:zlib';
import { BOUNDARY, formBody } from '../support/multipart';
import type { RawPart } from '../support/multipart';
import { CONTENT, FILE, FORM_TYPE, PURPOSE, disposition, edited, fileWith, testCase, upload } from './cases';
import type { HostileCase } from './cases';

const WHOLE = formBody([FILE, PURPOSE]);
const TEXT = WHOLE.toString('latin1');

/** By what they attack. */
export const MULTIPART_CASES: Readonly<Record<string, readonly HostileCase[]>> = {
  boundaries: boundaries(),
  'bodies that are cut': cuts(),
  'forms of another structure': structure(),
  'headers of parts': partHeaders(),
  names: names(),
  floods: floods(),
  encodings: encodings(),
  values: values(),
};

function boundaries(): HostileCase[] {
  return [
    testCase('no Content-Type', upload(WHOLE, ''), 415),
    testCase('an empty Content-Type', upload(WHOLE, 'Content-Type:'), 415),
    testCase('no boundary', upload(WHOLE, 'Content-Type: multipart/form-data'), 400),
    testCase('an empty boundary', upload(WHOLE, formType('')), 400),
    testCase('an empty quoted boundary', upload(formBody([FILE, PURPOSE], ''), formType('""')), 400),
    testCase('a boundary without its closing quote', upload(WHOLE, formType(`"${BOUNDARY}`)), 400),
    testCase('another boundary than announced', upload(WHOLE, formType('another')), 400),
    testCase('a boundary in another case', upload(WHOLE, formType(BOUNDARY.toUpperCase())), 400),
    testCase('a boundary of latin-1 letters', upload(formBody([FILE, PURPOSE], 'é'), formType('é')), 400),
    testCase(
      'a boundary with spaces around its "="',
      upload(WHOLE, FORM_TYPE.replace('boundary=', 'boundary = ')),
      400,
    ),
    testCase(
      'two boundaries in one header, the right one second',
      upload(WHOLE, `${formType('x')}; boundary=${BOUNDARY}`),
      400,
    ),
    testCase(
      'a boundary continued as in RFC 2231',
      upload(WHOLE, 'Content-Type: multipart/form-data; boundary*0=sluice-test; boundary*1=-boundary'),
      400,
    ),
    testCase(
      'an extended boundary*',
      upload(WHOLE, `Content-Type: multipart/form-data; boundary*=utf-8''${BOUNDARY}`),
      400,
    ),
    testCase('a boundary of 71 characters', quoted('b'.repeat(71)), 400),
    testCase('a boundary of 256 characters', quoted('b'.repeat(256)), 400),
    testCase(
      'a boundary of 8,000 characters (CVE-2024-24762 and its like: time for each of its characters)',
      quoted('\\'.repeat(8000)),
      400,
    ),
    testCase('a boundary of 70 characters', quoted('b'.repeat(70)), 'accepted'),
    testCase('a boundary of one character', quoted('x'), 'accepted'),
    testCase('a boundary of dashes', quoted('----'), 'accepted'),
    testCase('a boundary of every odd character of RFC 2046', quoted("'()+_,-./:=? x"), 'accepted'),
    testCase('a boundary in quotes', upload(WHOLE, formType(`"${BOUNDARY}"`)), 'accepted'),
    testCase(
      'a boundary behind other parameters',
      upload(WHOLE, `Content-Type: multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`),
      'accepted',
    ),
    testCase(
      'a Content-Type in capitals',
      upload(WHOLE, `Content-Type: MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`),
      'accepted',
    ),
    ...[
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/mixed',
      'multipart/related',
      'text/plain',
      'multipart/form-data-x',
      'x',
      '*/*',
    ].map((other) =>
      testCase(`the Content-Type ${other}`, upload(WHOLE, `Content-Type: ${other}; boundary=${BOUNDARY}`), 415),
    ),
    testCase(
      'two Content-Type headers, the first not multipart',
      upload(WHOLE, 'Content-Type: text/plain', [FORM_TYPE]),
      [400, 415],
    ),
    testCase('two Content-Type headers with two boundaries', upload(WHOLE, FORM_TYPE, [formType('x')]), 400),
  ];
}

/** The body cut at every structural point, with a Content-Length that fits what comes. */
function cuts(): HostileCase[] {
  const marks = [
    '--',
    'sluice',
    'y\r\nC',
    '\nContent-D',
    'form-data',
    'name=',
    'file',
    '"',
    'filename',
    'a.jsonl',
    '\r\nContent-Type',
    'octet-stream',
    '\r\n\r\nthe',
    '\nthe',
    'content of',
    `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"`,
  ];
  const points = new Set<number>([0, 1, 2]);
  for (const mark of marks) {
    const at = TEXT.indexOf(mark);
    if (at < 0) throw new Error(`the form has no ${mark}`);
    points
      .add(at)
      .add(at + 1)
      .add(at + mark.length);
  }
  // every byte of the last delimiter, up to its second dash
  for (let back = 3; back <= BOUNDARY.length + 6; back += 1) points.add(WHOLE.length - back);
  const sorted = [...points].toSorted((a, b) => a - b);
  return [
    ...sorted.map((at) => testCase(`a form cut at byte ${at} of ${WHOLE.length}`, upload(WHOLE.subarray(0, at)), 400)),
    ...sorted
      .filter((_, index) => index % 3 === 0)
      .map((at) =>
        testCase(
          `a form of which byte ${at} is the last before the client half-closes`,
          upload(WHOLE).subarray(0, upload(WHOLE).length - WHOLE.length + at),
          400,
          'half-close',
        ),
      ),
    testCase('a form without its last CRLF', upload(WHOLE.subarray(0, -2)), 'accepted'),
    testCase('a form without its last LF', upload(WHOLE.subarray(0, -1)), 'accepted'),
  ];
}

function structure(): HostileCase[] {
  const second = edited((text) => text, [{ name: 'purpose', body: 'batch' }]);
  return [
    testCase('lines that end in LF alone', upload(edited((text) => text.replaceAll('\r\n', '\n'))), 400),
    testCase(
      'delimiters that end in LF alone (CVE-2023-24807 and its like)',
      upload(edited((text) => text.replaceAll(`${BOUNDARY}\r\n`, `${BOUNDARY}\n`))),
      400,
    ),
    testCase(
      'part headers that end in LF alone',
      upload(edited((text) => text.replace('octet-stream\r\n', 'octet-stream\n'))),
      400,
    ),
    testCase('lines that end in CR alone', upload(edited((text) => text.replaceAll('\r\n', '\r'))), 400),
    testCase(
      'a part without Content-Disposition in front',
      upload(Buffer.concat([Buffer.from(partOf('Content-Type: text/plain')), WHOLE])),
      400,
    ),
    testCase(
      'a part without Content-Disposition behind',
      upload(edited((text) => text.replace(`--${BOUNDARY}--`, `${partOf('X: y')}--${BOUNDARY}--`))),
      400,
    ),
    testCase(
      'a part whose disposition is attachment',
      upload(edited((text) => partOf('Content-Disposition: attachment; name="x"') + text)),
      400,
    ),
    testCase('a part whose disposition is empty', upload(edited((text) => partOf('Content-Disposition:') + text)), 400),
    testCase(
      'a part whose disposition is malformed',
      upload(edited((text) => partOf('Content-Disposition: form-data; name="x') + text)),
      400,
    ),
    testCase('a part without headers', upload(edited((text) => `--${BOUNDARY}\r\n\r\nx\r\n${text}`)), 400),
    testCase('nothing between two delimiters', upload(edited((text) => `--${BOUNDARY}\r\n${text}`)), 400),
    testCase(
      'characters behind a delimiter',
      upload(edited((text) => text.replace(`--${BOUNDARY}\r\n`, `--${BOUNDARY}x\r\n`))),
      400,
    ),
    testCase(
      'the file behind a delimiter with more characters, the purpose whole',
      upload(
        edited((text) => `--${BOUNDARY}0\r\n${disposition('; name="file"; filename="b"')}\r\n\r\nlost\r\n${text}`),
      ),
      400,
    ),
    testCase(
      'one dash behind a delimiter',
      upload(edited((text) => text.replace(`--${BOUNDARY}--`, `--${BOUNDARY}-`))),
      400,
    ),
    testCase(
      'a dash and a letter behind a delimiter',
      upload(edited((text) => text.replace(`--${BOUNDARY}\r\n`, `--${BOUNDARY}-x\r\n`))),
      400,
    ),
    testCase(
      'a CR without LF behind a delimiter',
      upload(edited((text) => text.replace(`--${BOUNDARY}\r\n`, `--${BOUNDARY}\rx`))),
      400,
    ),
    testCase(
      'spaces in front of the closing dashes',
      upload(edited((text) => text.replace(`--${BOUNDARY}--`, `--${BOUNDARY} --`))),
      400,
    ),
    testCase(
      'spaces behind a delimiter, as gateways may add them (RFC 2046 section 5.1.1)',
      upload(edited((text) => text.replaceAll(`--${BOUNDARY}\r\n`, `--${BOUNDARY} \t\r\n`))),
      'accepted',
    ),
    testCase('a preamble', upload(edited((text) => `This is a preamble.\r\n${text}`)), 'accepted'),
    testCase('a preamble of 60 KB', upload(edited((text) => `${'preamble '.repeat(6666)}\r\n${text}`)), 'accepted'),
    testCase('a CRLF in front', upload(edited((text) => `\r\n${text}`)), 'accepted'),
    testCase('an epilogue', upload(edited((text) => `${text}This is an epilogue.\r\n`)), 'accepted'),
    testCase(
      'an epilogue that is a second form: what is behind the end is not read',
      upload(Buffer.concat([WHOLE, second])),
      'accepted',
    ),
    testCase('an epilogue that is the same form twice', upload(Buffer.concat([WHOLE, WHOLE, WHOLE])), 'accepted'),
    testCase('the closing delimiter first', upload(edited((text) => `--${BOUNDARY}--\r\n${text}`)), 400),
    testCase('the closing delimiter alone', upload(`--${BOUNDARY}--`), 400),
    testCase('no form at all', upload('nonsense'), 400),
    testCase('an empty body', upload(''), 400),
    testCase(
      'a nested multipart/mixed with two files',
      upload(
        formBody([
          {
            headers: [disposition('; name="file"'), 'Content-Type: multipart/mixed; boundary=inner'],
            body: '--inner\r\nContent-Disposition: file; filename="a"\r\n\r\na\r\n--inner\r\nContent-Disposition: file; filename="b"\r\n\r\nb\r\n--inner--',
          },
          PURPOSE,
        ]),
      ),
      400,
    ),
    testCase('a nested form of the same boundary', upload(formBody([{ ...FILE, body: WHOLE }, PURPOSE])), 400),
    testCase(
      'content that holds the boundary in the middle of a line',
      upload(formBody([{ ...FILE, body: `${CONTENT}--${BOUNDARY}` }, PURPOSE])),
      400,
    ),
    testCase(
      'a NUL in place of the delimiter',
      upload(edited((text) => text.replace(`--${BOUNDARY}\r\n`, '\0\0\r\n'))),
      400,
    ),
    ...[
      '\r',
      '\n',
      '\r\n',
      '-',
      '--',
      '\r\n-',
      '\r\n--',
      `\r\n--${BOUNDARY.slice(0, -1)}`,
      `\r\r\n--${BOUNDARY.slice(0, 5)}`,
      '\0',
    ].map((end) =>
      testCase(
        `a file that is nothing but the start of a delimiter: ${JSON.stringify(end)}, and no purpose`,
        upload(formBody([{ ...FILE, body: end }])),
        400,
      ),
    ),
  ];
}

function partHeaders(): HostileCase[] {
  return [
    testCase('a part header of a megabyte', withLines(`X: ${'x'.repeat(1024 * 1024)}`), 400),
    testCase('a part header of 16 KiB', withLines(`X: ${'x'.repeat(16 * 1024)}`), 400),
    testCase(
      'a part with 3,000 headers (one more than a parser counts: the disposition last)',
      upload(fileWith([...Array.from({ length: 2500 }, () => 'a:'), disposition('; name="file"; filename="a"')])),
      400,
    ),
    testCase('a part header without a colon', withLines('nonsense'), 400),
    testCase('a part header that is only a colon', withLines(': x'), 400),
    testCase('a part header with a space in front of its colon', withLines('X : y'), 400),
    testCase('a part header with a NUL', withLines('X: a\0b'), 400),
    testCase('a part header with a CR alone', withLines('X: a\rb'), 400),
    testCase('a part header with a control character in its name', withLines('X\u0001: y'), 400),
    testCase('a folded part header', withLines('X: a\r\n b'), 'accepted'),
    testCase(
      'a folded disposition',
      upload(fileWith(['Content-Disposition: form-data;\r\n name="file";\r\n\tfilename="a.jsonl"'])),
      'accepted',
    ),
    testCase(
      'a disposition in capitals',
      upload(fileWith(['CONTENT-DISPOSITION: FORM-DATA; NAME="file"; FILENAME="a.jsonl"'])),
      'accepted',
    ),
    testCase('a Content-Length in a part (Node’s FormData of old)', withLines('Content-Length: 3'), 'accepted'),
    testCase(
      'headers of its own in a part',
      withLines('X-Custom: 1', 'Content-ID: <1>', 'MIME-Version: 1.0'),
      'accepted',
    ),
  ];
}

function names(): HostileCase[] {
  return [
    testCase('a tab in a name', named('"a\tb"'), 400),
    testCase('a NUL in a name', named('"a\0b"'), 400),
    testCase('a CR in a name', named('"a\rb"'), 400),
    testCase('a LF in a name', named('"a\nb"'), 400),
    testCase('a header of its own in a name', named('"a\r\nX-Injected: 1"'), 400),
    testCase('a name without its closing quote', named('"abc'), 400),
    testCase('a name that ends in a backslash (CVE-2022-24434 of dicer: an exception)', named('"a\\'), 400),
    testCase('a name of 10 KB', named(`"${'n'.repeat(10_000)}"`), 400),
    testCase('a name of 1,025 bytes', named(`"${'n'.repeat(1025)}"`), 400),
    testCase('a name of 256 emoji and one more byte', named(`"${'🦆'.repeat(256)}x"`), 400),
    testCase('an extended name with a NUL', extended("UTF-8''a%00b"), 400),
    testCase('an extended name of an unknown charset', extended("x-nonsense''abc%ff"), 400),
    testCase('an extended name without a charset', extended('abc'), 400),
    testCase('an extended name without a language', extended("UTF-8'abc"), 400),
    testCase('an extended name cut in its escape', extended("UTF-8''abc%4"), 400),
    testCase('an extended name with a broken escape', extended("UTF-8''abc%zz"), 400),
    testCase('an extended name of 10 KB', extended(`UTF-8''${'%41'.repeat(4000)}`), 400),
    testCase('a part with an empty name', upload(fileWith([disposition('; name=""; filename="a"')])), 400),
    testCase('a part without a name', upload(fileWith([disposition('; filename="a"')])), 400),
    testCase(
      'a part with an extended name*',
      upload(fileWith([disposition('; name*=utf-8\'\'file; filename="a"')])),
      400,
    ),
    testCase(
      'a name with NUL: the field',
      upload(formBody([FILE, { headers: [disposition('; name="purpose\0"')], body: 'batch' }])),
      400,
    ),
    testCase(
      'a field name of 10 KB with nothing else',
      upload(formBody([{ name: 'n'.repeat(10_000), body: 'x' }])),
      400,
    ),
    ...[
      '../../etc/passwd',
      '..\\..\\boot.ini',
      '/etc/passwd',
      'C:\\a\\b',
      '..',
      '.',
      '/',
      '\\\\',
      '....//',
      '%2e%2e%2fpasswd',
      'a/../b',
      '~root',
      '$(id)',
      '`id`',
      '; rm -rf /',
      '<script>alert(1)</script>',
      '{{7*7}}',
      '%00',
      '%0d%0aX: y',
      'CON',
      'aux.txt',
      ' ',
      'a'.repeat(1024),
      '🦆'.repeat(256),
      'données.jsonl',
      '\u202Eexe.txt',
      '__proto__',
      'constructor',
      '%',
      '%22',
      '"'.replace('"', '\\"'),
    ].map((filename) =>
      testCase(
        `the name ${JSON.stringify(filename.slice(0, 40))}`,
        Buffer.concat([
          upload(Buffer.from(fileWith([disposition(`; name="file"; filename="${filename}"`)]).toString())),
        ]),
        'accepted',
      ),
    ),
    testCase(
      'a name in latin-1, which is not UTF-8',
      upload(edited((text) => text.replace('a.jsonl', 'donn\u00e9es'))),
      'accepted',
    ),
    testCase('a name in ISO-8859-1 by RFC 5987', extended("iso-8859-1'fr'donn%e9es"), 'accepted'),
    testCase('a name in UTF-8 by RFC 5987', extended("UTF-8''%f0%9f%a6%86.jsonl"), 'accepted'),
    testCase(
      'a name in two forms',
      upload(fileWith([disposition('; name="file"; filename="a"; filename*=UTF-8\'\'b')])),
      'accepted',
    ),
    testCase('a name without quotes', named('a.jsonl'), 'accepted'),
  ];
}

function floods(): HostileCase[] {
  return [
    testCase(
      'ten thousand fields (CVE-2023-25577 and CVE-2023-24816 of werkzeug and starlette)',
      upload(formBody([...fields(10_000), FILE, PURPOSE])),
      400,
    ),
    testCase('ten thousand files', upload(formBody(fields(10_000, 'a'))), 400),
    testCase(
      'ten thousand parts without headers (CVE-2023-24813 and its like)',
      upload(`${`--${BOUNDARY}\r\n\r\n\r\n`.repeat(10_000)}--${BOUNDARY}--`),
      400,
    ),
    testCase('ten thousand delimiters and nothing else', upload(`--${BOUNDARY}\r\n`.repeat(10_000)), 400),
    testCase('ten thousand times the same field', upload(formBody(Array.from({ length: 10_000 }, () => PURPOSE))), 400),
    testCase('101 parts', upload(formBody([...fields(99), FILE, PURPOSE])), 400),
    testCase('100 parts', upload(formBody([...fields(98), FILE, PURPOSE])), 'accepted'),
    testCase(
      'a field one byte over its limit',
      upload(formBody([{ name: 'x', body: 'x'.repeat(64 * 1024 + 1) }, FILE, PURPOSE])),
      400,
    ),
    testCase(
      'a field of a megabyte',
      upload(formBody([{ name: 'x', body: 'x'.repeat(1024 * 1024) }, FILE, PURPOSE])),
      400,
    ),
    testCase(
      'a field of exactly its limit',
      upload(formBody([{ name: 'x', body: 'x'.repeat(64 * 1024) }, FILE, PURPOSE])),
      'accepted',
    ),
    testCase('a purpose of 60 KB', upload(formBody([{ name: 'purpose', body: 'batch'.repeat(12_000) }])), 400),
    testCase(
      'a preamble of CR LF alone, a million times (CVE-2024-53981 of python-multipart)',
      upload(`${'\r\n'.repeat(500_000)}${TEXT.replace('user_data', 'wrong')}`),
      400,
    ),
    testCase(
      'a last delimiter and a megabyte of dashes',
      upload(`${TEXT.replace('user_data', 'wrong')}${'-'.repeat(1_000_000)}`),
      400,
    ),
  ];
}

function encodings(): HostileCase[] {
  return [
    ...['base64', 'BASE64', 'quoted-printable', 'x-uuencode', 'gzip', ''].map((encoding) =>
      testCase(`the transfer encoding '${encoding}'`, transfer(encoding), 415),
    ),
    ...['7bit', '8bit', 'binary', 'BINARY'].map((encoding) =>
      testCase(`the transfer encoding ${encoding}`, transfer(encoding), 'accepted'),
    ),
    testCase(
      'a base64 field',
      upload(formBody([{ ...PURPOSE, headers: ['Content-Transfer-Encoding: base64'], body: 'YmF0Y2g=' }, FILE])),
      415,
    ),
    ...['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'x-nonsense'].map((encoding) =>
      testCase(
        `the content encoding ${encoding}`,
        upload(gzipSync(WHOLE), FORM_TYPE, [`Content-Encoding: ${encoding}`]),
        415,
      ),
    ),
    testCase('a gzip body that does not say so', upload(gzipSync(WHOLE)), 400),
    testCase('a deflate body that does not say so', upload(deflateSync(WHOLE)), 400),
    testCase('the content encoding identity', upload(WHOLE, FORM_TYPE, ['Content-Encoding: identity']), 'accepted'),
    ...[
      'x-nonsense',
      'utf-7',
      'koi8-r',
      'shift_jis',
      'gb18030',
      'hz-gb-2312',
      '"',
      '__proto__',
      'constructor',
      'utf-32',
    ].map((name) => testCase(`a field in the charset ${name}`, charset(name), 400)),
    testCase('a field in UTF-16', charset('utf-16le'), 400),
    testCase('a field whose charset is base64', charset('base64'), 400),
    testCase(
      'a purpose that is not UTF-8',
      upload(formBody([{ name: 'purpose', body: Buffer.from([0xff, 0xfe, 0xc0, 0x80]) }])),
      400,
    ),
    testCase('a purpose with a NUL', upload(formBody([{ name: 'purpose', body: 'batch\0' }])), 400),
    testCase('a purpose with a byte order mark', upload(formBody([{ name: 'purpose', body: '\uFEFFbatch' }])), 400),
  ];
}

function values(): HostileCase[] {
  const wrong: RawPart = { name: 'purpose', body: 'wrong' };
  const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
  return [
    ...hostile.flatMap((name) => [
      testCase(`a field ${name}, and a wrong purpose`, upload(formBody([{ name, body: '1' }, wrong])), 400),
      testCase(`a file ${name}, and no purpose`, upload(formBody([{ name, filename: name, body: '1' }, FILE])), 400),
      testCase(
        `a field ${name}[${name}] (CVE-2022-24999 of qs), and a wrong purpose`,
        upload(formBody([{ name: `${name}[${name}]`, body: '1' }, wrong])),
        400,
      ),
      testCase(`a field purpose[${name}]`, upload(formBody([{ name: `purpose[${name}]`, body: 'batch' }])), 400),
      testCase(
        `a field expires_after[${name}]`,
        upload(formBody([FILE, PURPOSE, { name: `expires_after[${name}]`, body: '1' }])),
        400,
      ),
      testCase(
        `a field expires_after[${name}][anchor]`,
        upload(formBody([FILE, PURPOSE, { name: `expires_after[${name}][anchor]`, body: '1' }])),
        400,
      ),
      testCase(
        `an expiry of {"${name}": …}`,
        upload(formBody([FILE, PURPOSE, expiry(`{"${name}":{"anchor":"created_at","seconds":3600}}`)])),
        400,
      ),
      testCase(`the purpose ${name}`, upload(formBody([{ name: 'purpose', body: name }])), 400),
      testCase(`the file in file[${name}]`, upload(formBody([{ ...FILE, name: `file[${name}]` }, PURPOSE])), 400),
      testCase(
        `the content type ${name}, and no purpose`,
        upload(formBody([{ ...FILE, contentType: `${name}/${name}` }])),
        400,
      ),
    ]),
    ...[
      '[',
      '{',
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      'true',
      'NaN',
      '{"anchor":"created_at"',
      '{"anchor":"created_at","seconds":1e999}',
      '{"anchor":"created_at","seconds":"3600"}',
      '{"anchor":["created_at"],"seconds":3600}',
      '['.repeat(30_000),
      '{"a":'.repeat(10_000),
      `{"anchor":"created_at","seconds":${'9'.repeat(300)}}`,
      '{"anchor":"created_at","seconds":3600.5}',
      '\u0000',
    ].map((body) =>
      testCase(`the expiry ${JSON.stringify(body.slice(0, 50))}`, upload(formBody([FILE, PURPOSE, expiry(body)])), 400),
    ),
    testCase(
      'brackets nested a thousand deep',
      upload(formBody([FILE, PURPOSE, { name: `expires_after${'[a]'.repeat(1000)}`, body: '1' }])),
      400,
    ),
    testCase(
      'brackets that do not close',
      upload(formBody([FILE, PURPOSE, { name: 'expires_after[anchor', body: '1' }])),
      400,
    ),
    testCase('brackets without a key', upload(formBody([FILE, PURPOSE, { name: 'expires_after[]', body: '1' }])), 400),
    testCase(
      'a flat expires_after.seconds',
      upload(formBody([FILE, PURPOSE, { name: 'expires_after.seconds', body: '3600' }])),
      400,
    ),
    testCase('purpose[] as an array', upload(formBody([FILE, { name: 'purpose[]', body: 'batch' }])), 400),
    testCase('two files', upload(formBody([FILE, FILE, PURPOSE])), 400),
    testCase('two purposes', upload(formBody([FILE, PURPOSE, PURPOSE])), 400),
    testCase('a file without a filename', upload(formBody([{ name: 'file', body: 'text' }, PURPOSE])), 400),
    testCase('the file twice, once as text', upload(formBody([FILE, { name: 'file', body: 'text' }, PURPOSE])), 400),
    testCase('a NUL as the whole purpose', upload(formBody([FILE, { name: 'purpose', body: '\0' }])), 400),
  ];
}

function formType(boundary: string): string {
  return `Content-Type: multipart/form-data; boundary=${boundary}`;
}

function quoted(boundary: string): Buffer {
  return upload(formBody([FILE, PURPOSE], boundary), formType(`"${boundary}"`));
}

function partOf(head: string): string {
  return `--${BOUNDARY}\r\n${head}\r\n\r\nx\r\n`;
}

function withLines(...lines: string[]): Buffer {
  return upload(fileWith([disposition('; name="file"; filename="a.jsonl"'), ...lines]));
}

function named(filename: string): Buffer {
  return upload(fileWith([disposition(`; name="file"; filename=${filename}`)]));
}

function extended(value: string): Buffer {
  return upload(fileWith([disposition(`; name="file"; filename*=${value}`)]));
}

function fields(count: number, filename?: string): RawPart[] {
  return Array.from({ length: count }, (_, index) => ({ name: `f${index}`, body: '', ...(filename && { filename }) }));
}

function transfer(encoding: string): Buffer {
  return withLines(`Content-Transfer-Encoding: ${encoding}`);
}

function charset(name: string, body = 'batch'): Buffer {
  return upload(formBody([{ name: 'purpose', contentType: `text/plain; charset=${name}`, body }]));
}

function expiry(body: string): RawPart {
  return { name: 'expires_after', body };
}
