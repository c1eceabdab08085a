import type { Readable } from 'node:stream';
import { HttpError } from '../http-error';
import type { FilePart } from '../multipart/read-parts';

/** What every handler is given. generated/calls.ts adds what each operation has. */
export interface CallBase {
  readonly tenant: string;
  readonly method: string;
  /** Aborted when the client is gone, stalls, or the server stops. */
  readonly signal: AbortSignal;
  /** Any header of the request, as it came. */
  header(name: string): string | undefined;
}

/** The call of any operation. */
export interface AnyCall extends CallBase {
  readonly params: Values;
  readonly query: Values;
  readonly headers: Values;
  readonly cookies: Values;
  readForm?(sinks: Readonly<Record<string, Sink<unknown>>>, limits?: { maxFileBytes: number }): Promise<Values>;
  readJson?(): Promise<unknown>;
  answer(answer: AnyAnswer): Answered;
}

type Values = Readonly<Record<string, unknown>>;

/** The answer of any operation. Errors are thrown instead, as AppErrors. */
interface AnyAnswer {
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

/** What `call.answer` returns: an answer that the compiler has checked against the contract. */
export class Answered {
  readonly #answer: AnyAnswer;

  constructor(answer: AnyAnswer) {
    this.#answer = answer;
  }

  get answer(): AnyAnswer {
    return this.#answer;
  }
}

/** Takes one file of a form, and must read `part.bytes` to its end. What it resolves to stands for the file. */
export type Sink<T> = (part: FilePart) => Promise<T>;

export type Bytes = Readable | Buffer | string;

/** The JSON text of a `T`, as a stream. The compiler does not check what it holds. */
export type JsonStream<T> = Readable & { readonly isJsonOf?: T };

/** The handler of an operation that is in the contract and not served yet. */
export async function notImplemented(): Promise<never> {
  throw new HttpError('not_implemented', 'This operation is part of the API, but this server does not serve it yet.');
}
