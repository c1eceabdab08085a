import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FilesApi } from '../files-api';
import type { OperationSpec } from '../contract';
import type { Session, StoredFile } from '../session';
import type { Check } from './check';
import { contentHeadChecks } from './content-head';

/** Contents that a server mangles when it takes bytes for text, or the end of a line for its own. */
const CONTENTS: [what: string, content: Buffer][] = [
  ['an empty file', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['what is no UTF-8', Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80, 0x00])],
  ['ends of lines', Buffer.from('\r\n\r\n\n\r--\r\n')],
  ['a byte order mark', Buffer.from('\u{feff}{}\n')],
  ['300 KB of noise', randomBytes(300_000)],
  ['more than two MiB', randomBytes(2 * 2 ** 20 + 1)],
];

const LONG_AGO = 'Thu, 01 Jan 1970 00:00:00 GMT';

function takes({ parameters }: OperationSpec, header: string): boolean {
  return parameters.some((parameter) => parameter.in === 'header' && parameter.name.toLowerCase() === header);
}

/** What was uploaded is what is read: the object, the bytes, parts of them, and the answer to who has them already. */
export function readingChecks(session: Session, files: FilesApi): Check[] {
  const { get, content, head } = files;
  return [
    ...(get ? [objectIsTheSame(get)] : []),
    ...(content
      ? [bytesAreTheSame(content), twoOfOneName(content), ...contentHeadChecks(session, files, content)]
      : []),
    ...(content?.responses.has('206') ? [ranges(content)] : []),
    ...(content?.responses.has('416') ? [beyondTheEnd(content)] : []),
    ...(content?.responses.has('304') ? [unchanged(content)] : []),
    ...(content && head ? [headIsGet(content, head)] : []),
  ];

  function read(operation: OperationSpec, { id }: StoredFile, headers: Record<string, string> = {}) {
    const note = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ');
    return session.call(operation, { pathParameters: { [files.idName]: id }, headers, note });
  }

  function objectIsTheSame(operation: OperationSpec): Check {
    return {
      operation,
      name: 'the file object is the one that the upload answered',
      async run(record) {
        const file = await session.store('the same');
        const answer = await read(operation, file);
        record.expectStatus(answer, 200);
        record.expect(isDeepStrictEqual(answer.json, file.object), answer, JSON.stringify(file.object));
      },
    };
  }

  function bytesAreTheSame(operation: OperationSpec): Check {
    return {
      operation,
      name: 'the content is what was sent, byte for byte',
      async run(record) {
        for (const [what, bytes] of CONTENTS) {
          const file = await session.store(bytes);
          const asked = `${operation.title} of ${what}`;
          record.expect(
            file.object['bytes'] === bytes.length,
            asked,
            `bytes ${bytes.length} in the file object`,
            `bytes ${String(file.object['bytes'])}`,
          );
          const answer = await read(operation, file);
          if (!record.expectStatus(answer, 200)) continue;
          record.expect(
            answer.bytes.equals(bytes),
            asked,
            `the ${bytes.length} bytes that were sent`,
            differenceOf(answer.bytes, bytes),
          );
          const length = answer.headers['content-length'];
          record.expect(
            length === undefined || Number(length) === bytes.length,
            asked,
            `content-length ${bytes.length}`,
            `${length}`,
          );
        }
      },
    };
  }

  function twoOfOneName(operation: OperationSpec): Check {
    return {
      operation,
      name: 'two files of one name are two files',
      async run(record) {
        const filename = session.newName();
        const [one, other] = [await session.store('the one', { filename }), await session.store('other', { filename })];
        record.expect(one.id !== other.id, operation.title, 'two ids', one.id);
        for (const file of [one, other]) {
          const answer = await read(operation, file);
          record.expect(answer.bytes.equals(file.content), answer, `the content '${file.content.toString()}'`);
        }
      },
    };
  }

  function ranges(operation: OperationSpec): Check {
    return {
      operation,
      name: 'one range is answered 206 with just these bytes',
      async run(record) {
        const file = await session.store('0123456789');
        const wanted: [range: string, start: number, end: number][] = [
          ['bytes=0-0', 0, 1],
          ['bytes=2-5', 2, 6],
          ['bytes=7-', 7, 10],
          ['bytes=-3', 7, 10],
          ['bytes=-100', 0, 10],
          ['bytes=4-100', 4, 10],
        ];
        for (const [range, start, end] of wanted) {
          const answer = await read(operation, file, { range });
          if (!record.expectStatus(answer, 206)) continue;
          const expected = file.content.subarray(start, end).toString();
          record.expect(answer.bytes.toString() === expected, answer, `the bytes ${expected}`);
          const described = `bytes ${start}-${end - 1}/10`;
          record.expect(
            answer.headers['content-range'] === described,
            answer,
            `content-range ${described}`,
            String(answer.headers['content-range']),
          );
        }
        // of another unit, and with an end before its start: RFC 9110 sections 14.2 and 14.1.2
        for (const range of ['lines=0-1', 'bytes=5-2'])
          record.expectStatus(await read(operation, file, { range }), 200);
        const { etag } = (await read(operation, file)).headers;
        if (etag === undefined) return;
        const part = await read(operation, file, { range: 'bytes=2-5', 'if-range': etag });
        if (record.expectStatus(part, 206))
          record.expect(part.headers.etag === etag, part, `the ETag ${etag} of the whole`);
        record.expectStatus(await read(operation, file, { range: 'bytes=2-5', 'if-range': '"another"' }), 200);
      },
    };
  }

  function beyondTheEnd(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a range beyond the end is 416 and says how long the file is',
      async run(record) {
        const answer = await read(operation, await session.store('0123456789'), { range: 'bytes=10-' });
        if (!record.expectStatus(answer, 416)) return;
        const described = answer.headers['content-range'];
        record.expect(described === 'bytes */10', answer, 'content-range bytes */10', `${described}`);
      },
    };
  }

  function unchanged(operation: OperationSpec): Check {
    return {
      operation,
      name: 'whoever has the content already gets 304',
      async run(record) {
        const file = await session.store('unchanged');
        const first = await read(operation, file);
        const { etag } = first.headers;
        if (!record.expect(etag !== undefined, first, 'an ETag', 'none')) return;
        // RFC 9110 section 13.1.2: weak or not is the same here
        for (const tag of [String(etag), `"another", ${String(etag)}`, `W/${String(etag)}`, '*']) {
          const answer = await read(operation, file, { 'if-none-match': tag });
          if (record.expectStatus(answer, 304))
            record.expect(
              answer.headers.etag === etag,
              answer,
              `the ETag ${String(etag)}`,
              String(answer.headers.etag),
            );
        }
        record.expectStatus(await read(operation, file, { 'if-none-match': '"another"' }), 200);
        const since = first.headers['last-modified'];
        if (since === undefined || !takes(operation, 'if-modified-since')) return;
        record.expectStatus(await read(operation, file, { 'if-modified-since': since }), 304);
        record.expectStatus(await read(operation, file, { 'if-modified-since': LONG_AGO }), 200);
        // RFC 9110 section 13.1.3: beside an ETag, the time is ignored
        const both = { 'if-modified-since': since, 'if-none-match': '"another"' };
        record.expectStatus(await read(operation, file, both), 200);
      },
    };
  }

  function headIsGet(operation: OperationSpec, headOperation: OperationSpec): Check {
    return {
      operation: headOperation,
      name: 'HEAD has the status and the headers of GET, and no body',
      async run(record) {
        const file = await session.store('twelve bytes');
        const { etag } = (await read(operation, file)).headers;
        const tries: [status: number, headers: Record<string, string>][] = [
          [200, {}],
          [206, { range: 'bytes=2-5' }],
          [416, { range: 'bytes=12-' }],
          ...(etag === undefined ? [] : [[304, { 'if-none-match': etag }] as [number, Record<string, string>]]),
        ];
        for (const [status, headers] of tries) {
          if (!headOperation.responses.has(String(status))) continue;
          const [whole, bare] = [await read(operation, file, headers), await read(headOperation, file, headers)];
          record.expectStatus(bare, status);
          for (const name of ['content-length', 'content-range', 'etag', 'accept-ranges']) {
            // the length of an error's body is no fact about the file
            if (status >= 400 && name === 'content-length') continue;
            const [one, other] = [whole.headers[name], bare.headers[name]].map(String);
            record.expect(one === other, bare, `${name} ${one}, as GET has it`, `${other}`);
          }
        }
      },
    };
  }
}

export function differenceOf(got: Buffer, wanted: Buffer): string {
  const at = wanted.findIndex((byte, index) => got[index] !== byte);
  return `${got.length} bytes, the first difference at ${at < 0 ? wanted.length : at}`;
}
