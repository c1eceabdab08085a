import { isNativeError } from 'node:util/types';

/** What can go wrong, in the words of the domain. HTTP adds its own kinds, and knows the status of each. */
type ErrorKind =
  | 'invalid'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'timeout'
  | 'busy'
  | 'unavailable'
  | 'internal';

export interface AppErrorOptions {
  /** The field or parameter at fault, as the contract names it. */
  param?: string | null;
  /** OpenAI's machine-readable code, such as `invalid_api_key`. */
  code?: string | null;
  /** What really happened. It is logged and never leaves the process. */
  cause?: unknown;
}

/** A failure that the caller may be told about: `message` is public, `cause` is private. */
export class AppError<Kind extends string = ErrorKind> extends Error {
  readonly kind: Kind;
  readonly param: string | null;
  readonly code: string | null;

  constructor(kind: Kind, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.param = options.param ?? null;
    this.code = options.code ?? null;
  }
}

/** True for an AppError of one of `kinds` (of any kind when none is given). */
export function isAppError(error: unknown, ...kinds: ErrorKind[]): error is AppError {
  return error instanceof AppError && (kinds.length === 0 || kinds.includes(error.kind));
}

export function storageFull(cause?: unknown): AppError {
  return new AppError('unavailable', 'The storage is full.', { cause });
}

export function storageReadOnly(cause?: unknown): AppError {
  return new AppError('unavailable', 'The storage is read-only.', { cause });
}

export function storageAway(cause?: unknown): AppError {
  return new AppError('unavailable', 'The storage is not available.', { cause });
}

/** For the operator: the public sentence and its cause. */
export function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  if (!isAppError(error) || !isNativeError(error.cause)) return error.message;
  const { message, code }: NodeJS.ErrnoException = error.cause;
  // where several addresses were tried, Node's message is empty
  return `${error.message} ${message || code}`;
}
