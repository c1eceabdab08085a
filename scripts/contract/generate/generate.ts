import { printCalls } from './calls';
import type { GeneratedCode } from './code';
import type { OpenApiDocument } from '../read/document';
import { ContractFaults } from './faults';
import { inspect } from './inspect';
import { generateTypes } from './types';
import { findUnsupported, withoutOperations } from './unsupported';
import type { LeftOut } from './unsupported';

/**
 * The generated files of a contract, name to text: the same document gives the same bytes, wherever and whenever.
 * @throws ContractFaults with all that cannot be served or checked.
 */
export async function generate(document: OpenApiDocument): Promise<Map<string, string>> {
  const { faults, code } = await inspect(document);
  if (faults.length > 0 || !code) throw new ContractFaults(document.root, faults);
  return printAll(document, code);
}

export interface Supported {
  files: Map<string, string>;
  /** What is generated: the rest of the document. */
  document: OpenApiDocument;
  leftOut: LeftOut[];
}

/**
 * The same without the operations that cannot be served or checked: they stay in the contract, and are answered 501.
 * @throws ContractFaults with what is no operation's fault.
 */
export async function generateSupported(document: OpenApiDocument): Promise<Supported> {
  const leftOut: LeftOut[] = [];
  let rest = document;
  for (;;) {
    const { faults, code } = await inspect(rest);
    if (faults.length === 0 && code) return { files: await printAll(rest, code), document: rest, leftOut };
    const found = findUnsupported(rest, faults);
    if (found.length === 0) throw new ContractFaults(rest.root, faults);
    leftOut.push(...found);
    rest = withoutOperations(rest, found);
  }
}

async function printAll(document: OpenApiDocument, code: GeneratedCode): Promise<Map<string, string>> {
  const types = await generateTypes(document);
  return new Map([['types.ts', types], ['calls.ts', printCalls(types, code.operations.values())], ...code.files]);
}
