import type { components } from '../generated/types';

export type StoredFile = components['schemas']['FileObjectModel'];
type FileList = components['schemas']['ListFilesResponseModel'];
type Upload = components['schemas']['UploadModel'];
type UploadPart = components['schemas']['UploadPartModel'];
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

/** For the status 0, which is no answer at all. */
export const LOST = 'The connection was lost.';

/** Whether the same request may succeed a little later. */
export function isPassing(status: number): boolean {
  return status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
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

export interface Listing {
  files: StoredFile[];
  /** There are more than one answer holds. */
  hasMore: boolean;
  /** Undefined where there is no quota. */
  bytesQuota: Allowance | undefined;
  filesQuota: Allowance | undefined;
}

export interface Allowance {
  used: number;
  limit: number;
}

/** The newest files first. @throws Refusal */
export async function listFiles(): Promise<Listing> {
  const response = await ask('v1/files');
  const { data, has_more } = (await response.json()) as FileList;
  return { files: data, hasMore: has_more, bytesQuota: allowance('bytes'), filesQuota: allowance('files') };

  function allowance(what: string): Allowance | undefined {
    const [used, limit] = [response.headers.get(`sluice-${what}-used`), response.headers.get(`sluice-${what}-limit`)];
    return used === null || limit === null ? undefined : { used: Number(used), limit: Number(limit) };
  }
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

/** @throws Refusal */
export async function createUpload(upload: components['schemas']['CreateUploadModel']): Promise<Upload> {
  return (await ask('v1/uploads', 'POST', upload)).json() as Promise<Upload>;
}

/** @throws Refusal */
export async function readUpload(id: string): Promise<Upload> {
  return (await ask(`v1/uploads/${id}`)).json() as Promise<Upload>;
}

/** @throws Refusal */
export async function listParts(id: string): Promise<UploadPart[]> {
  const { data } = (await (await ask(`v1/uploads/${id}/parts`)).json()) as { data: UploadPart[] };
  return data;
}

/** @throws Refusal */
export async function completeUpload(id: string, partIds: readonly string[]): Promise<void> {
  await ask(`v1/uploads/${id}/complete`, 'POST', { part_ids: partIds });
}

/** @throws Refusal */
export async function cancelUpload(id: string): Promise<void> {
  await ask(`v1/uploads/${id}/cancel`, 'POST');
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

async function ask(path: string, method = 'GET', body?: object): Promise<Response> {
  const headers = { ...authorization(), ...(body && { 'content-type': 'application/json' }) };
  const request = fetch(path, { method, headers, cache: 'no-store', ...(body && { body: JSON.stringify(body) }) });
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
