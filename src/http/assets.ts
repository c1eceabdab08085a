import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request } from 'express';
import fresh from 'fresh';
import type { Answer } from './connection/respond';

/** A text or picture that is the same for everybody: compressed and hashed once. */
export interface Asset {
  path: string;
  headers: Readonly<Record<string, string>>;
  plain: Representation;
  compressed: Representation;
}

interface Representation {
  body: Buffer;
  /** Strong, so that each coding has its own (RFC 9110 section 8.8.3). */
  etag: string;
}

export async function createAsset(path: string, type: string, content: Buffer | string, headers = {}): Promise<Asset> {
  const body = Buffer.from(content);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const zipped = await promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION });
  return {
    path,
    // a cached copy is always revalidated, so that nobody sees the old one after an upgrade
    headers: { ...headers, 'content-type': type, 'cache-control': 'no-cache', vary: 'accept-encoding' },
    plain: { body, etag: `"${hash}"` },
    compressed: { body: zipped, etag: `"${hash}-gzip"` },
  };
}

export function answerAsset(asset: Asset, request: Request): Answer {
  const isSmaller = asset.compressed.body.length < asset.plain.body.length;
  const isCompressed = isSmaller && request.acceptsEncodings('gzip', 'identity') === 'gzip';
  const { body, etag } = isCompressed ? asset.compressed : asset.plain;
  const headers = { ...asset.headers, etag };
  if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })) {
    return { status: 304, headers };
  }
  return { status: 200, headers: isCompressed ? { ...headers, 'content-encoding': 'gzip' } : headers, body };
}
