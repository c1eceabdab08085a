import { AppError } from '../errors';

/** The longest piece of a client's value or name that is quoted back to it. */
const MAX_QUOTED = 100;

/** `path` is the place of the fault: it becomes `param`. */
export function invalid(message: string, path: readonly string[]): AppError {
  return new AppError('invalid', message, { param: path.length === 0 ? null : clip(path.join('.')) });
}

/** `message` with its place behind it, as OpenAI writes it. */
export function invalidAt(message: string, path: readonly string[]): AppError {
  return invalid(path.length === 0 ? message : `${message} - '${clip(path.join('.'))}'`, path);
}

export function missing(path: readonly string[]): AppError {
  const parent = path.slice(0, -1);
  const name = clip(path.at(-1) ?? '');
  return invalid(`'${name}' is a required property${parent.length > 0 ? ` - '${clip(parent.join('.'))}'` : ''}`, path);
}

export function repeated(path: readonly string[]): AppError {
  return invalid(`'${clip(path.join('.'))}' was given more than once`, path);
}

/** A client's text, short and printable. */
export function clip(text: string): string {
  const short = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  // control characters, and those that reverse or hide what follows
  return short.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** A value as Python writes it, short and printable. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${clip(value)}'`;
  return clip(JSON.stringify(value) ?? 'undefined');
}
