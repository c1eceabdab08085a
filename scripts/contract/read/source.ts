import { resolve } from 'node:path';
import { bundleFiles, hasOtherFiles, isUrl } from './bundle';
import { ContractError, isObject, openDocument } from './document';
import type { JsonObject } from './document';
import { decodeBytes, messageOf, parseText, readText } from './text';

/** Large public documents have ten. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

export interface Source {
  text: string;
  root: JsonObject;
}

/**
 * An OpenAPI document from a file or a URL; one of several files is made one.
 * @param allowsRemote whether references to other servers are followed. @throws ContractError
 */
export async function readSource(location: string, allowsRemote = false): Promise<Source> {
  const at = isUrl(location) ? location : resolve(location);
  const text = await readAt(location);
  const parsed = parseText(text, location);
  openDocument(parsed);
  if (!isObject(parsed)) throw new ContractError('#', 'an OpenAPI document is an object');
  if (!hasOtherFiles(parsed)) return { text, root: parsed };
  const root = await bundleFiles(at, text, (other) => {
    if (isUrl(other) && !allowsRemote) throw new Error(`${other} is on another server: allow it with --allow-remote`);
    return readAt(other);
  });
  return { text: `${JSON.stringify(root, null, 2)}\n`, root };
}

async function readAt(location: string): Promise<string> {
  return isUrl(location) ? fetchText(location) : readText(location);
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new ContractError(url, `answers ${response.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new ContractError(url, `is larger than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return decodeBytes(Buffer.concat(chunks), url);
  } catch (error) {
    if (error instanceof ContractError) throw error;
    // `fetch` itself says no more than that it failed
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ContractError(url, `cannot be fetched: ${messageOf(cause)}`, { cause: error });
  }
}
