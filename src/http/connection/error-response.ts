import { AppError } from '../../errors';
import { HttpError } from '../http-error';
import type { Failure } from '../http-error';

type Kind = Failure['kind'];

/** 499 is never sent: it is what logs call a client that went away. */
const STATUS: Readonly<Record<Kind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  range: 416,
  expectation: 417,
  rate_limited: 429,
  headers_too_large: 431,
  client_gone: 499,
  internal: 500,
  not_implemented: 501,
  busy: 503,
  unavailable: 503,
};

const HEADERS: Partial<Record<Kind, Readonly<Record<string, string>>>> = {
  unauthorized: { 'www-authenticate': 'Bearer' },
};

/** Seconds. Up to as many are added at random, so that clients that were refused together do not come back together. */
const RETRY_AFTER: Partial<Record<Kind, number>> = { conflict: 2, busy: 2, unavailable: 5, rate_limited: 30 };

/** Whatever is not an AppError is a fault of the server: 500, and its text is only logged. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) return error;
  return new AppError('internal', 'The server had an error while processing the request.', { cause: error });
}

/** In OpenAI's envelope: `ErrorResponseModel` of the contract. */
export function errorResponse(error: Failure) {
  const status = STATUS[error.kind];
  return {
    status,
    headers: { ...HEADERS[error.kind], ...retryAfter(error.kind), ...(error instanceof HttpError && error.headers) },
    body: {
      error: {
        message: error.message,
        type: status < 500 ? 'invalid_request_error' : 'server_error',
        param: error.param,
        code: error.code,
      },
    },
  };
}

function retryAfter(kind: Kind): Record<string, string> {
  const seconds = RETRY_AFTER[kind];
  return seconds === undefined ? {} : { 'retry-after': String(seconds + Math.floor(Math.random() * (seconds + 1))) };
}
