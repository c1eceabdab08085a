import { BOUNDARY, formBody } from '../support/multipart';
import type { RawPart } from '../support/multipart';

/** One hostile request, byte for byte, and what may come back. */
export interface HostileCase {
  /** Where it is from, when another parser's fault is the source. */
  name: string;
  bytes: (known: KnownFile) => Buffer;
  /** The statuses that are right. `accepted` is a legal oddity: 200, and the file must hold exactly `CONTENT`. */
  answer: number | readonly number[] | 'accepted';
  /** What the client does once all is sent; by default it waits for the answer. */
  end?: 'half-close';
}

/** A file that the server has, for requests that read. */
export interface KnownFile {
  id: string;
  bytes: number;
}

export const CONTENT = 'the content of the file\r\n--not-the-boundary\r\n';
export const FILE: RawPart = {
  name: 'file',
  filename: 'a.jsonl',
  contentType: 'application/octet-stream',
  body: CONTENT,
};
export const PURPOSE: RawPart = { name: 'purpose', body: 'user_data' };
export const FORM_TYPE = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;

export function request(line: string, headers: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const lines = [line, 'Host: localhost', ...headers, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), Buffer.from(body)]);
}

/** An upload whose body is `body` and whose framing is right. */
export function upload(body: string | Buffer, type = FORM_TYPE, extra: readonly string[] = []): Buffer {
  return request(
    'POST /v1/files HTTP/1.1',
    [...(type === '' ? [] : [type]), `Content-Length: ${Buffer.byteLength(body)}`, ...extra],
    body,
  );
}

export function chunked(body: string | Buffer, extra: readonly string[] = []): Buffer {
  return request('POST /v1/files HTTP/1.1', [FORM_TYPE, 'Transfer-Encoding: chunked', ...extra], body);
}

export function chunk(body: Buffer, size = body.length.toString(16)): Buffer {
  return Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n')]);
}

/** `form` with its file's header lines replaced. */
export function fileWith(headers: readonly string[], body: string | Buffer = CONTENT): Buffer {
  return formBody([{ headers: [...headers], body }, PURPOSE]);
}

export function disposition(rest: string): string {
  return `Content-Disposition: form-data${rest}`;
}

/** A form whose text is edited before it goes out. */
export function edited(edit: (form: string) => string, parts: readonly RawPart[] = [FILE, PURPOSE]): Buffer {
  return Buffer.from(edit(formBody(parts).toString('latin1')), 'latin1');
}

export function testCase(
  name: string,
  bytes: Buffer | ((known: KnownFile) => Buffer),
  answer: HostileCase['answer'],
  end?: 'half-close',
): HostileCase {
  return { name, bytes: typeof bytes === 'function' ? bytes : () => bytes, answer, ...(end && { end }) };
}
