import type { SchemaObject } from 'ajv';
import { ContractError } from './document';
import type { Place } from './document';

export const VALUES = new Set(
  `type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems
  minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired format`.split(
    /\s+/,
  ),
);
export const ONE_SCHEMA = new Set(
  'additionalProperties unevaluatedProperties unevaluatedItems items contains not if then else propertyNames'.split(
    ' ',
  ),
);
export const LISTS_OF_SCHEMAS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
export const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** They say something and check nothing; `$defs` is reached through the references into it. */
export const ANNOTATIONS = new Set(
  `title description default example examples deprecated readOnly writeOnly $comment externalDocs xml discriminator
  contentMediaType contentEncoding contentSchema nullable $defs definitions $schema`.split(/\s+/),
);

/** `exclusiveMinimum: true` beside `minimum` is the form of 3.0, and occurs in 3.1 documents, too. */
export function useNumbersAsBounds(schema: SchemaObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    const isExclusive = schema[exclusive] && schema[bound] !== undefined;
    delete schema[exclusive];
    if (!isExclusive) continue;
    schema[exclusive] = schema[bound] as unknown;
    delete schema[bound];
  }
}

/** `nullable` of OpenAPI 3.0, which occurs in 3.1 documents, too. */
export function allowNull(schema: SchemaObject): SchemaObject {
  const type = schema['type'] as unknown;
  const isSimple = (typeof type === 'string' || Array.isArray(type)) && !('enum' in schema) && !('const' in schema);
  if (isSimple && !('allOf' in schema || 'anyOf' in schema || 'oneOf' in schema || 'not' in schema)) {
    const types = [type].flat();
    return Object.assign(schema, { type: types.includes('null') ? types : [...types, 'null'] });
  }
  return { anyOf: [schema, { type: 'null' }] };
}

/** @throws ContractError */
export function checkPatterns(place: Place, schema: SchemaObject): void {
  const pattern = schema['pattern'] as unknown;
  const patterns = [
    ...(typeof pattern === 'string' ? [['pattern', pattern] as const] : []),
    ...Object.keys(schema['patternProperties'] ?? {}).map((p) => ['patternProperties', p] as const),
  ];
  for (const [key, source] of patterns) {
    try {
      RegExp(source, 'u');
    } catch (error) {
      throw new ContractError(`${place.pointer}/${key}`, `${JSON.stringify(source)} is no regular expression`, {
        cause: error,
      });
    }
  }
}
