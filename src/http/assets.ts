import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request } from 'express';
import fresh from 'fresh';
import type { Answer } from './connection/respond';

/** A text or picture that is the same for everybody. */
export interface Asset {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Of the body, in its etags. */
  hash: string;
  /** With gzip, made at the first call: Swagger UI takes 0.1 s of CPU, and most servers are never asked for it. */
  compressed(): Promise<Buffer>;
}

export function createAsset(path: string, type: string, content: Buffer | string, headers = {}): Asset {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  let compressed: Promise<Buffer> | undefined;
  return {
    path,
    // a cached copy is always revalidated, so that nobody sees the old one after an upgrade
    headers: { ...headers, 'content-type': type, 'cache-control': 'no-cache', vary: 'accept-encoding' },
    body,
    hash: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    compressed: () => (compressed ??= promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION })),
  };
}

export async function answerAsset(asset: Asset, request: Request): Promise<Answer> {
  const acceptsGzip = request.acceptsEncodings('gzip', 'identity') === 'gzip';
  const compressed = acceptsGzip ? await asset.compressed() : asset.body;
  const isCompressed = compressed.length < asset.body.length;
  // strong, so that each coding has its own (RFC 9110 section 8.8.3)
  const etag = isCompressed ? `"${asset.hash}-gzip"` : `"${asset.hash}"`;
  const headers = { ...asset.headers, etag };
  if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })) {
    return { status: 304, headers };
  }
  return isCompressed
    ? { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed }
    : { status: 200, headers, body: asset.body };
}
