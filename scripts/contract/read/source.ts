import { ContractError, isObject, openDocument } from './document';
import type { JsonObject } from './document';
import { checkStructure } from './structure';
import { decodeBytes, messageOf, parseText, readText } from './text';

/** Large public documents have ten. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

export interface Source {
  text: string;
  root: JsonObject;
}

/** An OpenAPI document from a file or a URL, checked against the schema of its version. @throws ContractError */
export async function readSource(location: string): Promise<Source> {
  const text = /^https?:\/\//i.test(location) ? await fetchText(location) : readText(location);
  const root = parseText(text, location);
  openDocument(root);
  if (!isObject(root)) throw new ContractError('#', 'an OpenAPI document is an object');
  await checkStructure(root);
  return { text, root };
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
