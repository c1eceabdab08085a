import type { components } from '../generated/types';

export type StoredFile = components['schemas']['FileObjectModel'];
type FileList = components['schemas']['ListFilesResponseModel'];
type ErrorBody = Partial<components['schemas']['ErrorResponseModel']>;

/** What the server refused, in its own words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Paths are relative, so that the page works behind a prefix. */
export const UPLOAD_PATH = 'v1/files';

/** The key stays in this tab: sessionStorage ends with it. */
const KEY_NAME = 'sluice-key';
export const storedKey = (): string => sessionStorage.getItem(KEY_NAME) ?? '';
export function storeKey(key: string): void {
  if (key === '') sessionStorage.removeItem(KEY_NAME);
  else sessionStorage.setItem(KEY_NAME, key);
}

export function authorization(): Record<string, string> {
  const key = storedKey();
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

/** The newest files first, at most as many as one answer holds. @throws Refusal */
export async function listFiles(): Promise<{ files: StoredFile[]; hasMore: boolean }> {
  const { data, has_more } = (await (await ask('v1/files')).json()) as FileList;
  return { files: data, hasMore: has_more };
}

/** @throws Refusal */
export async function removeFile(id: string): Promise<void> {
  await ask(`v1/files/${encodeURIComponent(id)}`, 'DELETE');
}

/**
 * Without a key the browser itself saves the answer. A link cannot carry a key, so with one the browser collects the
 * content first.
 * @throws Refusal
 */
export async function downloadFile(file: StoredFile): Promise<void> {
  const path = `v1/files/${encodeURIComponent(file.id)}/content`;
  if (storedKey() === '') {
    await ask(path, 'HEAD');
    save(path, file.filename);
    return;
  }
  const url = URL.createObjectURL(await (await ask(path)).blob());
  save(url, file.filename);
  // the browser reads it after this turn
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @returns the server's own words, or the status where the answer is not Sluice's, such as a proxy's page. */
export function wordsOf(status: number, text: string): string {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    if (error?.message) return error.message;
  } catch {
    // not JSON
  }
  return status === 404 ? 'There is no such file (any more).' : `The server answered ${status}.`;
}

async function ask(path: string, method = 'GET'): Promise<Response> {
  const request = fetch(path, { method, headers: authorization(), cache: 'no-store' });
  const response = await request.catch(() => {
    throw new Refusal(0, 'The server cannot be reached.');
  });
  if (!response.ok) throw new Refusal(response.status, wordsOf(response.status, await response.text()));
  return response;
}

function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
