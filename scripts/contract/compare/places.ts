import { child, childrenOf, isObject } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import type { SchemaComparer } from './compare-schemas';

/** Two contracts, and what compares their schemas. */
export interface Contracts {
  before: OpenApiDocument;
  after: OpenApiDocument;
  schemas: SchemaComparer;
  /** For the schemas of forms of parts. */
  forms: SchemaComparer;
}

/** One operation of two contracts, or a webhook or a callback: what clients send there is what they get here. */
export interface OperationPair {
  old: OperationPlace;
  now: OperationPlace;
  isToClient: boolean;
}

export interface OperationPlace {
  path: string;
  place: Place;
  pathItem: Place;
}

export function valueOf({ node }: Place, key: string): Json | undefined {
  return isObject(node) ? node[key] : undefined;
}

export function flag(place: Place, key: string): boolean {
  return valueOf(place, key) === true;
}

export function textOf(place: Place, key: string): string {
  const value = valueOf(place, key);
  return typeof value === 'string' ? value : '';
}

/** The schema of a parameter, a header or a media type. */
export function schemaOf(place: Place): Place | undefined {
  const [content] = childrenOf(place, 'content');
  if (valueOf(place, 'schema') === undefined && content) return schemaOf(content[1]);
  return valueOf(place, 'schema') === undefined ? undefined : child(place, 'schema');
}
