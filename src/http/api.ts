import { operations } from '../../generated/operations';
import contract from '../../openapi.json';
import type { Files } from '../files/files';
import type { Call, OperationDescriptor, OperationId } from './contract';
import { createHandlers } from './handlers';
import type { Answer } from './respond';

/** A contract and what serves it. Everything else in this folder is the same for any. */
export interface Api {
  /** The OpenAPI document, which is also what `/openapi.json` answers. */
  document: object;
  /** What the generator made of it, by operationId. */
  operations: Readonly<Record<string, OperationDescriptor>>;
  createHandlers(files: Files): Readonly<Record<string, AnyHandler>>;
}

export type AnyHandler = (call: Call<OperationId>) => Promise<Answer & { contentType?: string }>;

export const filesApi: Api = {
  document: contract,
  operations,
  // the type of each handler is its own operation's: here they are called by name
  createHandlers: (files) => createHandlers(files) as unknown as Record<string, AnyHandler>,
};
