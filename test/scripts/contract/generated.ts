import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { openDocument } from '../../../scripts/contract/read/document';
import type { Json } from '../../../scripts/contract/read/document';
import { generateCode } from '../../../scripts/contract/generate/code';
import { parseText } from '../../../scripts/contract/read/text';
import type { OperationDescriptor, Validate } from '../../../src/http/contract/descriptors';

export interface Generated {
  files: Map<string, string>;
  /** What was said about the document, as `pointer: message`. */
  notes: string[];
  operations: Readonly<Record<string, OperationDescriptor>>;
  operation(id: string): OperationDescriptor;
  validators: Readonly<Record<string, Validate>>;
}

export function readTestDocument(name: string): Json {
  const path = join(__dirname, 'documents', name);
  return parseText(readFileSync(path, 'utf8'), path);
}

/** Generates the contract of a document and loads what was generated. @throws ContractError */
export function generateAndLoad(root: Json): Generated {
  const notes: string[] = [];
  const { files } = generateCode(openDocument(root, (pointer, message) => notes.push(`${pointer}: ${message}`)));
  return { files, notes, ...load(files) };
}

/** What a generator's process wrote into a folder. */
export async function loadGenerated(folder: string): Promise<Pick<Generated, 'operations' | 'validators'>> {
  const names = ['validators.js', 'operations.ts'];
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return load(new Map(await Promise.all(texts)));
}

function load(files: ReadonlyMap<string, string>): Pick<Generated, 'operations' | 'validators' | 'operation'> {
  const validators: Record<string, Validate> = {};
  run(files.get('validators.js') ?? '', validators, refuse);
  const loaded: { operations: Record<string, OperationDescriptor> } = { operations: {} };
  run(transpile(files.get('operations.ts') ?? ''), loaded, () => validators);
  return {
    validators,
    operations: loaded.operations,
    operation(id) {
      const found = loaded.operations[id];
      if (!found) throw new Error(`no operation ${id}`);
      return found;
    },
  };
}

function transpile(source: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

function run(code: string, exports: object, require: (name: string) => unknown): void {
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function('exports', 'require', code)(exports, require);
}

function refuse(name: string): never {
  throw new Error(`generated code requires ${name}`);
}
