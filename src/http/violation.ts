import { AppError } from '../errors';
import type { Validate, ValidationError } from './contract';

/** The longest piece of a client's value or name that is quoted back to it. */
const MAX_QUOTED = 100;

/**
 * What is wrong with `data` in OpenAI's words, which are those of Python's jsonschema, such as
 * `3599 is less than the minimum of 3600 - 'policy.seconds'`.
 *
 * @param path where `data` is: the name of the parameter or field, and keys below it; empty for a whole body.
 */
export function violation(validate: Validate, data: unknown, path: readonly string[]): AppError {
  const error = decisive(validate.errors ?? []);
  if (!error) return invalid('The request is not valid.', path);
  const below = pointerTokens(error.instancePath);
  return describe(error, valueAt(data, below), [...path, ...below]);
}

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

/** A client's text, short and printable. */
export function clip(text: string): string {
  const short = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  // control characters, and those that turn or hide what follows them
  return short.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** A value as Python writes it, short and printable. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${clip(value)}'`;
  return clip(JSON.stringify(value) ?? 'undefined');
}

/**
 * The error that tells most. Of several alternatives (`integer` or `null`) those of another type say nothing; when
 * more than one is left, that none of them fits is all that can be said.
 */
function decisive(errors: readonly ValidationError[]): ValidationError | undefined {
  const last = errors.at(-1);
  if (last?.keyword !== 'anyOf' && last?.keyword !== 'oneOf') return errors[0];
  const branches = errors.slice(0, -1);
  const telling = branches.filter(
    ({ keyword, instancePath }) => keyword !== 'type' || instancePath !== last.instancePath,
  );
  const [only, ...others] = telling;
  if (only && others.length === 0) return only;
  if (only) return last;
  const types = branches.flatMap(({ params }) => params['type']);
  return types.length > 0 ? { ...last, keyword: 'type', params: { type: [...new Set(types)] } } : last;
}

function describe({ keyword, params, message }: ValidationError, value: unknown, path: readonly string[]): AppError {
  const shown = show(value);
  const limit = String(params['limit']);
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return missing([...path, String(params['missingProperty'])]);
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return invalid(`Additional properties are not allowed ('${clip(name)}' was unexpected)`, [...path, name]);
    }
    case 'type':
      return invalidAt(`${shown} is not of type ${[params['type']].flat().map(show).join(', ')}`, path);
    case 'enum':
      return invalidAt(`${shown} is not one of [${[params['allowedValues']].flat().map(show).join(', ')}]`, path);
    case 'const':
      return invalidAt(`${show(params['allowedValue'])} was expected`, path);
    case 'minimum':
      return invalidAt(`${shown} is less than the minimum of ${limit}`, path);
    case 'maximum':
      return invalidAt(`${shown} is greater than the maximum of ${limit}`, path);
    case 'exclusiveMinimum':
      return invalidAt(`${shown} is less than or equal to the minimum of ${limit}`, path);
    case 'exclusiveMaximum':
      return invalidAt(`${shown} is greater than or equal to the maximum of ${limit}`, path);
    case 'multipleOf':
      return invalidAt(`${shown} is not a multiple of ${String(params['multipleOf'])}`, path);
    case 'minLength':
    case 'minItems':
      return invalidAt(`${shown} is too short`, path);
    case 'maxLength':
    case 'maxItems':
      return invalidAt(`${shown} is too long`, path);
    case 'pattern':
      return invalidAt(`${shown} does not match '${String(params['pattern'])}'`, path);
    case 'format':
      return invalidAt(`${shown} is not a '${String(params['format'])}'`, path);
    case 'uniqueItems':
      return invalidAt(`${shown} has non-unique elements`, path);
    case 'anyOf':
    case 'oneOf':
      return invalidAt(`${shown} is not valid under any of the given schemas`, path);
    default:
      return invalidAt(`${shown} ${message ?? 'is not valid'}`, path);
  }
}

function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}
