import type { Files } from '../../files/files';
import type { AnyHandler } from './calls';
import type { OperationDescriptor } from './descriptors';

/** A contract and what serves it. The rest of this folder is the same for every contract. */
export interface Api {
  /** The OpenAPI document, which is also what `/openapi.json` answers. */
  document: object;
  /** As the generator wrote them, by operationId. */
  operations: Readonly<Record<string, OperationDescriptor>>;
  createHandlers(files: Files, limits: { maxPartBytes: number }): Readonly<Record<string, AnyHandler>>;
}
