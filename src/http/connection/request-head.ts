import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors';
import { HttpError } from '../http-error';

/** Node silently drops headers beyond 2,000. */
const MAX_HEADERS = 1000;

/** Node keeps the first of several; a proxy may have read another one. */
const SINGLE = new Set(['host', 'content-type', 'authorization', 'api-key', 'expect', 'content-encoding', 'origin']);

/** RFC 3986 section 3.2.2, with a port. */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/** Turns a target in absolute form into origin form; its host replaces the Host header (RFC 9112 section 3.2.2). */
export function normalizeTarget(request: IncomingMessage): void {
  const { url = '' } = request;
  const [start, authority] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  if (start === undefined || authority === undefined) return;
  const rest = url.slice(start.length);
  request.headers.host = authority;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Refuses what Node's parser accepts although HTTP forbids it, or two programs could read it in two ways.
 * @throws AppError `invalid`, `unsupported`, `expectation`, `headers_too_large`
 */
export function checkHead({ headers, rawHeaders, httpVersion }: IncomingMessage): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    throw new AppError('invalid', 'This server speaks HTTP/1.1.');
  }
  if (rawHeaders.length > 2 * MAX_HEADERS) {
    throw new HttpError('headers_too_large', `The request has more than ${MAX_HEADERS} headers.`);
  }
  checkRepeated(rawHeaders);
  checkHost(headers.host, httpVersion);
  checkCoding(headers['transfer-encoding'], httpVersion);
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue' && httpVersion === '1.1') {
    throw new HttpError('expectation', 'The only expectation that can be met is 100-continue.');
  }
}

/** HTTP/1.0 has no expectations (RFC 9110 section 10.1.1): such a client would take `100` for its answer. */
export function expectsContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.expect !== undefined && httpVersion === '1.1';
}

/** Whether the body is of a media type, whatever its parameters are (RFC 9110 section 8.3.1). */
export function isOfType({ headers }: IncomingMessage, mediaType: string): boolean {
  const [essence = ''] = (headers['content-type'] ?? '').split(';', 1);
  return essence.trim().toLowerCase() === mediaType;
}

function checkRepeated(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) throw new AppError('invalid', `The request has more than one header '${name}'.`);
    seen.add(name);
  }
}

/** RFC 9112 section 3.2. */
function checkHost(host: string | undefined, httpVersion: string): void {
  if (host === undefined && httpVersion === '1.1') throw new AppError('invalid', 'The request has no Host header.');
  if (host !== undefined && !AUTHORITY.test(host)) {
    throw new AppError('invalid', 'The Host of the request is malformed.');
  }
}

/** Requests can be smuggled in a coding that a proxy does not decode (RFC 9112 section 6.1). */
function checkCoding(coding: string | undefined, httpVersion: string): void {
  if (coding === undefined) return;
  if (httpVersion === '1.0') throw new AppError('invalid', 'HTTP/1.0 has no Transfer-Encoding.');
  if (coding.toLowerCase() !== 'chunked') {
    throw new HttpError('unsupported', "The only Transfer-Encoding that is read is 'chunked'.");
  }
}
