import type { AppError } from '../../errors';
import { clip, invalid, invalidAt, missing, show } from '../faults';
import type { Validate, ValidationError } from './descriptors';

/**
 * What is wrong with `data`, in OpenAI's words, which are those of Python's jsonschema, such as
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

/**
 * The error to report. Of several alternatives (`integer` or `null`) those of another type say nothing; when more than one
 * is left, the error says that none of them fits.
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
  const missingName = params['missingProperty'];
  if (typeof missingName === 'string') return missing([...path, missingName]);
  const name = params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof name === 'string') {
    return invalid(`Additional properties are not allowed ('${clip(name)}' was unexpected)`, [...path, name]);
  }
  if (keyword === 'const') return invalidAt(`${show(params['allowedValue'])} was expected`, path);
  const words = WORDS[keyword]?.(params) ?? message ?? 'is not valid';
  return invalidAt(`${show(value)} ${words}`, path);
}

/** What is said behind the value, by keyword. */
const WORDS: Readonly<Record<string, (params: ValidationError['params']) => string>> = {
  type: ({ type }) => `is not of type ${shownAll(type)}`,
  enum: ({ allowedValues }) => `is not one of [${shownAll(allowedValues)}]`,
  minimum: ({ limit }) => `is less than the minimum of ${String(limit)}`,
  maximum: ({ limit }) => `is greater than the maximum of ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `is less than or equal to the minimum of ${String(limit)}`,
  exclusiveMaximum: ({ limit }) => `is greater than or equal to the maximum of ${String(limit)}`,
  multipleOf: ({ multipleOf }) => `is not a multiple of ${String(multipleOf)}`,
  minLength: () => 'is too short',
  minItems: () => 'is too short',
  maxLength: () => 'is too long',
  maxItems: () => 'is too long',
  pattern: ({ pattern }) => `does not match '${String(pattern)}'`,
  format: ({ format }) => `is not a '${String(format)}'`,
  uniqueItems: () => 'has non-unique elements',
  anyOf: () => 'is not valid under any of the given schemas',
  oneOf: () => 'is not valid under any of the given schemas',
};

function shownAll(values: unknown): string {
  return [values].flat().map(show).join(', ');
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
