import { ContractError } from '../read/document';
import type { OpenApiDocument } from '../read/document';
import { checkReferences } from '../read/references';
import { checkStructure } from '../read/structure';
import { generateCode } from './code';
import type { GeneratedCode } from './code';
import { isKnown } from './keywords';

interface Inspection {
  faults: ContractError[];
  /** Of use only when there is no fault. */
  code: GeneratedCode | undefined;
}

/** Every fault of a document that can be found in one reading. */
export async function inspect(document: OpenApiDocument): Promise<Inspection> {
  const faults = new Map<string, ContractError>();
  const refuse = (fault: ContractError): void => void faults.set(fault.message, faults.get(fault.message) ?? fault);
  const reading: OpenApiDocument = { ...document, refuse };
  let code: GeneratedCode | undefined;
  try {
    // first the code: what it refuses is refused with its place
    code = generateCode(reading);
  } catch (error) {
    if (error instanceof ContractError) refuse(error);
    // what stands in the place of something faulty may be of no use further on
    else if (faults.size === 0) throw error;
  }
  checkReferences(reading);
  // a field with a misspelt name says nothing to the generator
  await checkStructure(reading, isKnown);
  return { faults: [...faults.values()], code };
}
