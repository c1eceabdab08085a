import type { Files } from '../../files/files';
import type { AnyHandler } from './calls';
import type { OperationDescriptor } from './descriptors';

/** A contract and what serves it. Everything else in this folder is the same for any. */
export interface Api {
  /** The OpenAPI document, which is also what `/openapi.json` answers. */
  document: object;
  /** What the generator made of it, by operationId. */
  operations: Readonly<Record<string, OperationDescriptor>>;
  createHandlers(files: Files, limits: { maxPartBytes: number }): Readonly<Record<string, AnyHandler>>;
}
