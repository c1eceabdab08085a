import { AppError } from '../errors';
import type { AppErrorOptions } from '../errors';

type HttpErrorKind =
  | 'unauthorized'
  | 'method_not_allowed'
  | 'unsupported'
  | 'range'
  | 'expectation'
  | 'rate_limited'
  | 'headers_too_large'
  | 'client_gone'
  | 'not_implemented';

interface HttpErrorOptions extends AppErrorOptions {
  /** Headers that the answer needs to be complete, such as `Allow` or `Content-Range`. */
  headers?: Readonly<Record<string, string>>;
}

/** What can be wrong with a request as HTTP, beside what the domain refuses. */
export class HttpError extends AppError<HttpErrorKind> {
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: HttpErrorKind, message: string, { headers = {}, ...options }: HttpErrorOptions = {}) {
    super(kind, message, options);
    this.headers = headers;
  }
}

export function methodNotAllowed(allow: string): HttpError {
  return new HttpError('method_not_allowed', `This path does not allow this method. Use ${allow}.`, {
    headers: { allow },
  });
}

/** Why a request fails: an error of the domain or of HTTP. */
export type Failure = AppError | HttpError;
