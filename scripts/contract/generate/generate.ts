import { printCalls } from './calls';
import { generateCode } from './code';
import type { OpenApiDocument } from '../read/document';
import { checkReferences } from '../read/references';
import { checkStructure } from '../read/structure';
import { generateTypes } from './types';

/**
 * The generated files of a contract, name to text: the same document gives the same bytes, wherever and whenever.
 * @throws ContractError
 */
export async function generate(document: OpenApiDocument): Promise<Map<string, string>> {
  // first the code: what it refuses is refused with its place
  const { files, operations } = generateCode(document);
  checkReferences(document);
  // a field with a misspelt name says nothing to the generator
  await checkStructure(document.root);
  const types = await generateTypes(document);
  return new Map([['types.ts', types], ['calls.ts', printCalls(types, operations.values())], ...files]);
}
