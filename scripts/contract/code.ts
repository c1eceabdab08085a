import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { OpenApiDocument } from './document';
import { describeOperation, listOperations } from './operations';
import type { SharedResponses } from './operations';
import { FIRST_LINE, printLiteral } from './print';
import type { Printable } from './print';
import { createSchemaSet } from './schemas';

type Descriptions = ReadonlyMap<string, Printable>;

/** What is needed at run time: the validators, and what each operation takes and answers. @throws ContractError */
export function generateCode(document: OpenApiDocument): Map<string, string> {
  const schemas = createSchemaSet(document);
  const shared: SharedResponses = new Map();
  const target = { document, schemas, shared };
  const operations = new Map(
    listOperations(document).map((operation) => [operation.operationId, describeOperation(target, operation)]),
  );
  const { code, names } = schemas.compile();
  return new Map([
    ['validators.js', bundle(code)],
    ['validators.d.ts', printDeclarations(names)],
    ['operations.ts', printOperations(operations, shared, names.length > 0)],
  ]);
}

function printOperations(operations: Descriptions, shared: SharedResponses, hasValidators: boolean): string {
  const responses =
    shared.size > 0 ? `const responses = ${printLiteral(Object.fromEntries(shared))} as const;\n\n` : '';
  return `${FIRST_LINE}
${hasValidators ? "import * as validate from './validators';\n\n" : ''}${responses}/** What each operation takes and answers: see \`OperationDescriptor\` in src/http/contract.ts. */
export const operations = ${printLiteral(Object.fromEntries(operations))} as const;
`;
}

function printDeclarations(names: readonly string[]): string {
  return `${FIRST_LINE}
/** A compiled schema: \`errors\` belong to the last call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}
export interface ValidationError {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: Record<string, unknown>;
  message?: string;
}
${names.map((name) => `export declare const ${name}: Validate;\n`).join('')}`;
}

/** ajv's standalone code requires ajv's run-time: bundled, the program needs no ajv. */
function bundle(code: string): string {
  const root = join(__dirname, '..', '..');
  const result = buildSync({
    stdin: { contents: code, resolveDir: root, sourcefile: 'validators.js', loader: 'js' },
    absWorkingDir: root, // or the comments of the bundle would say where the generator ran
    preserveSymlinks: true,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: FIRST_LINE },
    logLevel: 'silent',
  });
  return result.outputFiles.map(({ text }) => text).join('');
}
