import type { Readable } from 'node:stream';
import { HttpError } from '../http-error';
import type { FilePart } from '../multipart/read-parts';

/** What the handler of any operation is given. generated/calls.ts has what each operation adds. */
export interface CallBase {
  readonly tenant: string;
  readonly method: string;
  /** Aborted when the client is gone, stalls, or the server stops. */
  readonly signal: AbortSignal;
  /** Any header of the request, as it came. */
  header(name: string): string | undefined;
}

/** What the code that serves every operation knows of a call. */
export interface AnyCall extends CallBase {
  readonly params: Values;
  readonly query: Values;
  readonly headers: Values;
  readonly cookies: Values;
  readForm?(sinks: Readonly<Record<string, Sink<unknown>>>, limits?: { maxFileBytes: number }): Promise<Values>;
  readJson?(): Promise<unknown>;
  answer(reply: AnyReply): Answered;
}

type Values = Readonly<Record<string, unknown>>;

/** What the code that serves every operation knows of a reply: errors are not answered but thrown, as AppErrors. */
interface AnyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly contentType?: string;
  readonly body?: unknown;
}

/**
 * A handler of some operation. As a method its parameter may be narrower than `AnyCall`: the router gives each handler the
 * calls of its own operation.
 */
export type AnyHandler = { handle(call: AnyCall): Promise<Answered> }['handle'];

/** What `call.answer` returns: a reply that the compiler has held against the contract. */
export class Answered {
  readonly #reply: AnyReply;

  constructor(reply: AnyReply) {
    this.#reply = reply;
  }

  get reply(): AnyReply {
    return this.#reply;
  }
}

/** Takes one file of a form, and must read `part.bytes` to its end. What it resolves to stands for the file. */
export type Sink<T> = (part: FilePart) => Promise<T>;

export type Bytes = Readable | Buffer | string;

/** The JSON text of a `T` that is too long to be held: whoever makes it vouches for it. */
export type JsonStream<T> = Readable & { readonly isJsonOf?: T };

/** The handler of an operation that is in the contract and not served yet. */
export async function notImplemented(): Promise<never> {
  throw new HttpError('not_implemented', 'This operation is part of the API, but this server does not serve it yet.');
}
