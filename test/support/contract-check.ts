import { operations } from '../../generated/operations';
import type { OperationDescriptor } from '../../src/http/contract/descriptors';

interface CheckedAnswer {
  status: number;
  headers: Headers;
  json: unknown;
  bytes: Buffer;
}

const descriptors = Object.values(operations) as readonly OperationDescriptor[];

/**
 * Checks an answer against `openapi.json`: its status is documented for the operation, so is its media type, and
 * body and headers are valid. A path or a method that is not in the contract must get the envelope.
 *
 * @throws Error that names the operation and what is not as documented.
 */
export function checkAnswer(method: string, path: string, answer: CheckedAnswer): void {
  const operation = operationFor(method, path);
  const where = `${method} ${path} -> ${answer.status}`;
  const response = operation?.responses[String(answer.status)];
  if (operation && !response) throw new Error(`${where}: the contract does not document this status`);
  const type = answer.headers.get('content-type')?.split(';')[0];
  if (!response) {
    const envelope = answer.json as { error?: { message?: unknown } } | undefined;
    if (typeof envelope?.error?.message !== 'string') throw new Error(`${where}: not in the error envelope`);
    return;
  }
  for (const [name, { isRequired, validate }] of Object.entries(response.headers)) {
    const value = answer.headers.get(name);
    if (value === null && isRequired) throw new Error(`${where}: the header ${name} is missing`);
    if (value === null) continue;
    const numeric = /^\d+$/.test(value) ? Number(value) : value;
    if (!validate(value) && !validate(numeric)) throw new Error(`${where}: the header ${name} is ${value}`);
  }
  if (Object.keys(response.content).length === 0 || method === 'HEAD') {
    if (answer.bytes.length > 0) throw new Error(`${where}: a body that is not documented`);
    return;
  }
  if (type === undefined || !(type in response.content))
    throw new Error(`${where}: the media type ${type} is not documented`);
  const validate = response.content[type];
  if (validate && !validate(answer.json)) {
    throw new Error(`${where}: ${JSON.stringify(validate.errors)} in ${answer.bytes.toString('utf8', 0, 500)}`);
  }
}

function operationFor(method: string, path: string): OperationDescriptor | undefined {
  const pathname = path.split('?')[0] ?? '';
  const segments = pathname.split('/');
  return descriptors.find((operation) => {
    const template = operation.path.split('/');
    return (
      operation.method === method.toLowerCase() &&
      template.length === segments.length &&
      template.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))
    );
  });
}
