import type { AppError } from '../../errors';
import { clip, invalid, invalidAt, missing, show } from '../faults';
import type { Validate, ValidationError } from './descriptors';

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
