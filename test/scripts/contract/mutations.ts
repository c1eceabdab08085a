import { compareContracts, worstOf } from '../../../scripts/contract/compare/compare';
import { openDocument } from '../../../scripts/contract/read/document';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';

/** `B` it breaks clients, `L` it wants a look, `N` it is a note, `-` nothing changed. */
export type Verdict = 'B' | 'L' | 'N' | '-';

/** The verdict of the report on the way from one contract to another. */
export function verdictOf(before: JsonObject, after: JsonObject): Verdict {
  const worst = worstOf(compareContracts(openDocument(before), openDocument(after)));
  return worst === undefined ? '-' : ({ breaking: 'B', look: 'L', note: 'N' } as const)[worst];
}

/** One operation, `POST /things`, in a document with whatever stands beside it. */
export function documentOf(operation: JsonObject, beside: JsonObject = {}): JsonObject {
  const paths = { '/things': { post: { operationId: 'make', responses: FINE, ...operation } } };
  return { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...beside };
}

export const FINE = { '200': { description: 'Fine' } };

export const json = (schema: Json): JsonObject => ({ 'application/json': { schema } });
export const ofRequest = (schema: Json): JsonObject => ({ requestBody: { content: json(schema) } });
export const ofAnswer = (schema: Json): JsonObject => ({
  responses: { '200': { description: 'Fine', content: json(schema) } },
});
export const object = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
