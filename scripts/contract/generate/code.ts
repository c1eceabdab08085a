import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { attempt, removable } from '../read/document';
import type { OpenApiDocument } from '../read/document';
import { noteUnused } from './notes';
import { describeOperation, listOperations } from './operations';
import type { Description, SharedResponses } from './operations';
import { FIRST_LINE, code, printAccess, printLiteral } from './print';
import type { Code, Printable } from './print';
import { createSchemaSet } from './schemas';
import type { Default } from './schemas';

type Descriptions = ReadonlyMap<string, Description>;

export interface GeneratedCode {
  /** Name to text. */
  files: Map<string, string>;
  operations: Descriptions;
}

/** What is needed at run time: the validators, and what each operation takes and answers. @throws ContractError */
export function generateCode(document: OpenApiDocument): GeneratedCode {
  const schemas = createSchemaSet(document);
  const shared: SharedResponses = new Map();
  const target = { document, schemas, shared };
  const operations = new Map<string, Description>();
  const found = listOperations(document);
  for (const operation of found) {
    const describe = () => operations.set(operation.operationId, describeOperation(target, operation));
    attempt(document, describe, operations);
  }
  const { code: source, names } = schemas.compile();
  const validators = bundle(source);
  checkDefaults(document, validators, schemas.defaults);
  noteUnused(document, found);
  const files = new Map([
    ['validators.js', validators],
    ['validators.d.ts', printDeclarations(names)],
    ['operations.ts', printOperations(operations, shared, names.length > 0)],
  ]);
  return { files, operations };
}

/** @throws ContractError for a default that a request could not have: handlers would be given it. */
function checkDefaults(document: OpenApiDocument, validators: string, defaults: readonly Default[]): void {
  if (defaults.length === 0) return;
  const checks: Record<string, (text: string) => boolean> = {};
  // the values are made where the validators run: an object of another context has another constructor
  const load = `(function (exports, checks) {${validators}
    for (const [name, validate] of Object.entries(exports)) checks[name] = (text) => validate(JSON.parse(text));
  })`;
  runInThisContext(load)({}, checks);
  for (const { pointer, value, validator } of defaults) {
    const text = JSON.stringify(value);
    if (checks[validator]?.(text) !== true)
      document.refuse(removable(`${pointer}/default`, `${text} is no value of its own schema`));
  }
}

function printOperations(operations: Descriptions, shared: SharedResponses, hasValidators: boolean): string {
  const names = new Map([...shared].map(([name, one]): [object, Code] => [one, code(`responses${printAccess(name)}`)]));
  const printable = [...operations].map(([id, operation]) => [id, referToShared(operation, names)]);
  const responses =
    shared.size > 0 ? `const responses = ${printLiteral(Object.fromEntries(shared))} as const;\n\n` : '';
  return `${FIRST_LINE}
${hasValidators ? "import * as validate from './validators';\n\n" : ''}${responses}/** What each operation takes and answers: see \`OperationDescriptor\` in src/http/contract/descriptors.ts. */
export const operations = ${printLiteral(Object.fromEntries(printable))} as const;
`;
}

/** The operation with the names of its shared responses in their places. */
function referToShared(operation: Description, names: ReadonlyMap<object, Code>): Printable {
  const responses = Object.entries(operation.responses).map(([status, one]) => [status, names.get(one) ?? one]);
  return { ...operation, responses: Object.fromEntries(responses) };
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
function bundle(source: string): string {
  const root = join(__dirname, '..', '..', '..');
  const result = buildSync({
    stdin: { contents: source, resolveDir: root, sourcefile: 'validators.js', loader: 'js' },
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
