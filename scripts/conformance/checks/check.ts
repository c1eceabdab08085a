import type { OperationSpec } from '../contract';
import type { Answer } from '../http';
import type { Recorder } from '../ledger';

export interface Check {
  operation: OperationSpec;
  /** A sentence that is true of a server that conforms. */
  name: string;
  run(record: Recorder): Promise<void>;
}

/** Whether an error of this status has a `param` by the contract. */
function namesTheField(operation: OperationSpec, status: number): boolean {
  const schema = operation.responses.get(String(status))?.content.get('application/json');
  return schema?.property('error')?.property('param') !== undefined;
}

/** The status of what does not fit its schema: 400, or 422 where that alone is documented. */
export function refusalStatusOf({ responses }: OperationSpec): number {
  return responses.has('422') && !responses.has('400') ? 422 : 400;
}

/** 400, and the name of what is wrong where the contract has a place for it. */
export function expectRefusal(record: Recorder, operation: OperationSpec, answer: Answer, field: string): void {
  const status = refusalStatusOf(operation);
  if (!record.expectStatus(answer, status) || !namesTheField(operation, status)) return;
  const { error } = (answer.json ?? {}) as { error?: { param?: unknown } };
  const named = typeof error?.param === 'string' ? error.param : '';
  const isNamed = named === field || named.startsWith(`${field}.`) || named.startsWith(`${field}[`);
  record.expect(isNamed, answer, `an error whose param is '${field}'`);
}

export function fieldOf(answer: Answer, name: string): unknown {
  return (answer.json as Record<string, unknown> | undefined)?.[name];
}
