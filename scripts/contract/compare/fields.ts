import type { OpenApiDocument, Place } from '../read/document';
import type { Branch } from './branches';
import { readFile } from './checks';
import { viewSchema } from './schema-view';

/** The fields of a form, whatever alternative or part has them. */
export function fieldsOf(document: OpenApiDocument, form: Place): ReadonlyMap<string, Place> {
  return new Map(viewSchema(document, form).branches.flatMap(({ properties }) => Array.from(properties)));
}

/** Whether a value can be of several: of a text or a number there is nothing to explode, and a list is simple either way. */
export function hasSeveral(document: OpenApiDocument, schema: Place | undefined, style: string): boolean {
  if (!schema) return true;
  return viewSchema(document, schema).branches.some(
    ({ type }) => type === undefined || type === 'object' || (type === 'array' && style !== 'simple'),
  );
}

/** What a part may be where the contract names no type: OpenAPI says it of values, and nobody holds files to it. */
export function defaultTypesOf(document: OpenApiDocument, field: Place, above: readonly string[] = []): string[] {
  // a list of lists of itself
  if (above.includes(field.pointer)) return [];
  const types = viewSchema(document, field).branches.map((branch) =>
    defaultTypeOf(document, branch, [...above, field.pointer]),
  );
  return [...new Set(types)].filter((type) => type !== '');
}

function defaultTypeOf(document: OpenApiDocument, { type, items, checks }: Branch, above: readonly string[]): string {
  if (type === 'null') return '';
  if (type === 'object') return 'application/json';
  if (type === 'array' && items) return defaultTypesOf(document, items, above)[0] ?? '*/*';
  return type === undefined || type === 'array' || readFile(checks, true).has('file') ? '*/*' : 'text/plain';
}
