import { randomUUID } from 'node:crypto';
import type { Contract, OperationSpec } from './contract';
import { filesApiOf } from './files-api';
import type { FilesApi } from './files-api';
import { FORM_TYPE, encodeForm, namesOf, validParts } from './form';
import type { Part } from './form';
import { send } from './http';
import type { Answer, Request } from './http';
import { Skip } from './ledger';
import type { Observer } from './observer';
import { exampleOf } from './values';

interface Call {
  pathParameters?: Record<string, string>;
  /** Puts the path parameters in without encoding them. */
  isRawPath?: boolean;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: readonly Buffer[];
  framing?: Request['framing'];
  announcedBytes?: number;
  /** Another key; null for none. */
  key?: string | null;
  /** In the place of the method of the operation. */
  method?: string;
  /** What is special about the request, for the report. */
  note?: string;
}

interface Upload {
  parts: readonly Part[];
  framing?: Request['framing'];
  /** The form as it goes out, where it is not one piece. */
  cut?: (body: Buffer) => Buffer[];
  note?: string;
}

/** One run against one server. It knows what it has stored, and takes it away at the end. */
export interface Session {
  contract: Contract;
  /** The operations that make up a store of files; undefined when the contract has none. */
  files: FilesApi | undefined;
  key: string | undefined;
  call(operation: OperationSpec, call?: Call): Promise<Answer>;
  upload(upload: Upload): Promise<Answer>;
  /** A valid upload that is expected to succeed. @throws Skip when it does not: another check says so. */
  store(content: Buffer | string, options?: { filename?: string; fields?: readonly Part[] }): Promise<StoredFile>;
  /** What stands in the path of an operation. @throws Skip when nothing is known that could. */
  pathOf(operation: OperationSpec): Promise<Record<string, string>>;
  /** A body that would be valid, so that it is not the reason of a refusal. */
  bodyFor(operation: OperationSpec, framing?: Request['framing']): Call;
  /** A name that only this run gives to files. */
  newName(): string;
  isOurs(filename: unknown): boolean;
  /** Deletes what was stored. @returns the ids that would not go. */
  cleanUp(): Promise<string[]>;
}

export interface StoredFile {
  id: string;
  object: Record<string, unknown>;
  content: Buffer;
}

interface SessionOptions {
  url: URL;
  key: string | undefined;
  contract: Contract;
  observer: Observer;
}

export function createSession({ url, key, contract, observer }: SessionOptions): Session {
  const files = filesApiOf(contract);
  const stored = new Set<string>();
  const prefix = `conformance-${randomUUID().slice(0, 8)}`;
  let names = 0;

  return { contract, files, key, call, upload, store, pathOf, bodyFor, newName, isOurs, cleanUp };

  async function call(operation: OperationSpec, options: Call = {}): Promise<Answer> {
    const { query = {}, headers = {}, method = operation.method } = options;
    const path = operation.path.replaceAll(/\{([^}]*)\}/g, (_, name: string) =>
      (options.isRawPath ? String : encodeURIComponent)(options.pathParameters?.[name] ?? 'unknown'),
    );
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const target = search === '' ? path : `${path}?${search}`;
    const given = options.key === undefined ? key : options.key;
    const authorization: Record<string, string> =
      given === undefined || given === null ? {} : { authorization: `Bearer ${given}` };
    const { body, framing, announcedBytes, note } = options;
    const request: Request = {
      method,
      path: target,
      headers: { ...authorization, ...headers },
      ...(body && { body }),
      ...(framing && { framing }),
      ...(announcedBytes !== undefined && { announcedBytes }),
    };
    const answer = await send(url, request, [`${method} ${target.slice(0, 200)}`, note].filter(Boolean).join(', '));
    // a method that the path does not have is documented at those that it has
    observer.watch(operation, answer);
    if (answer.status === 501) throw new Skip(`${operation.title} is answered 501`);
    const { id } = (answer.json ?? {}) as { id?: unknown };
    if (operation === files?.upload && answer.status < 300 && typeof id === 'string') stored.add(id);
    return answer;
  }

  async function upload({ parts, framing = 'length', cut = (whole) => [whole], note }: Upload): Promise<Answer> {
    const { upload: operation } = need(files);
    return call(operation, {
      headers: { 'content-type': FORM_TYPE },
      body: cut(encodeForm(parts)),
      framing,
      note: [`parts ${namesOf(parts)}`, framing === 'chunked' ? 'chunked' : '', note].filter(Boolean).join(', '),
    });
  }

  async function store(
    content: Buffer | string,
    options: { filename?: string; fields?: readonly Part[] } = {},
  ): Promise<StoredFile> {
    const { form } = need(files);
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const file: Part = {
      name: '',
      filename: options.filename ?? newName(),
      contentType: 'application/octet-stream',
      body: bytes,
    };
    const changed = new Set(options.fields?.map(({ name }) => name));
    const parts = [...validParts(form, file).filter(({ name }) => !changed.has(name)), ...(options.fields ?? [])];
    const answer = await upload({ parts });
    const object = (answer.json ?? {}) as Record<string, unknown>;
    const { id } = object;
    if (answer.status !== 200 || typeof id !== 'string') throw new Skip(`a plain upload was answered ${answer.status}`);
    return { id, object, content: bytes };
  }

  async function pathOf({ path }: OperationSpec): Promise<Record<string, string>> {
    if (!path.includes('{')) return {};
    if (!files || !path.startsWith(`${files.upload.path}/`) || path.split('{').length > 2)
      throw new Skip('nothing is known that could stand in its path');
    return { [/\{([^}]+)\}/.exec(path)?.[1] ?? '']: (await store('{}')).id };
  }

  function bodyFor(operation: OperationSpec, framing: Request['framing'] = 'length'): Call {
    if (operation.json) {
      const body = [Buffer.from(JSON.stringify(exampleOf(operation.json)))];
      return { headers: { 'content-type': 'application/json' }, body, framing };
    }
    if (!files || operation !== files.upload) return {};
    const file = { name: '', filename: newName(), contentType: 'text/plain', body: 'x' };
    return { headers: { 'content-type': FORM_TYPE }, body: [encodeForm(validParts(files.form, file))], framing };
  }

  function newName(): string {
    names += 1;
    return `${prefix}-${names}.jsonl`;
  }

  function isOurs(filename: unknown): boolean {
    return typeof filename === 'string' && filename.startsWith(prefix);
  }

  async function cleanUp(): Promise<string[]> {
    const remove = files?.remove;
    if (!files || !remove) return [...stored];
    const left: string[] = [];
    for (const id of stored) {
      const { status } = await call(remove, { pathParameters: { [files.idName]: id } });
      if (status >= 300 && status !== 404) left.push(id);
    }
    return left;
  }
}

/** @throws Skip when the contract has no files. */
function need<T>(part: T | undefined): T {
  if (part === undefined) throw new Skip('the contract has no operation for it');
  return part;
}
