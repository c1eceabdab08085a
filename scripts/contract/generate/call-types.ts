import ts from 'typescript';
import type { FormDescriptor, ParameterLocation } from '../../../src/http/contract/descriptors';
import { createNames } from './names';
import type { Description } from './operations';
import { printKey, printMembers, quote } from './print';
import type { Code } from './print';
import type { TypesReader } from './types-reader';

/** What the handler of an operation is given. */
export function printCall(types: TypesReader, operation: Description, names: { call: string; answer: string }): string {
  const { operationId, method, path } = operation;
  const members = [
    ...LOCATIONS.map(([location, name]) => `readonly ${name}: ${printParameters(types, operation, location)}`),
    ...printReaders(types, operation),
    `answer<A extends ${names.answer}>(answer: Exactly<${quote(operationId)}, ${names.answer}, A>): Answered`,
  ];
  const title = `/** ${method.toUpperCase()} ${path.replaceAll('*/', '* /')} */`;
  return `${title}\nexport interface ${names.call} extends CallBase ${printMembers(members)}`;
}

const LOCATIONS: readonly [ParameterLocation, string][] = [
  ['path', 'params'],
  ['query', 'query'],
  ['header', 'headers'],
  ['cookie', 'cookies'],
];

/** A text is never null: absence is. What has a default is never absent. */
function printParameters(types: TypesReader, operation: Description, location: ParameterLocation): string {
  const known = types.propertiesOf(types.at(types.operation(operation.operationId), 'parameters', location));
  const lines = Object.entries(operation.parameters[location]).map(([name, { isRequired, default: fallback }]) => {
    const type = known.get(name);
    const text = type ? types.ofRequest(printWithoutNull(types, type)) : 'unknown';
    return `${printKey(name)}${isRequired || fallback !== undefined ? '' : '?'}: ${text}`;
  });
  return printMembers(lines, '  ');
}

function printWithoutNull(types: TypesReader, node: ts.TypeNode): string {
  if (!types.isNullable(node)) return types.print(node);
  if (!ts.isUnionTypeNode(node)) return `NonNullable<${types.print(node)}>`;
  return node.types
    .filter((one) => !isNull(one))
    .map((one) => printWithoutNull(types, one))
    .join(' | ');
}

function isNull(node: ts.TypeNode): boolean {
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

function printReaders(types: TypesReader, { operationId, body }: Description): string[] {
  const content = types.at(types.operation(operationId), 'requestBody', 'content');
  const form = body?.content['multipart/form-data'];
  const json = body?.content['application/json'];
  const formType = types.at(content, 'multipart/form-data');
  const jsonType = types.at(content, 'application/json');
  return [
    ...(form?.kind === 'multipart' && formType ? [printReadForm(types, form, formType)] : []),
    ...(json?.kind === 'json' && jsonType
      ? [`/** @throws AppError \`invalid\` */\n  readJson(): Promise<${types.ofRequest(types.print(jsonType))}>`]
      : []),
  ];
}

/** Each file has a type parameter: what its sink makes of it. */
function printReadForm(types: TypesReader, { fields }: FormDescriptor<Code>, form: ts.TypeNode): string {
  const parameters = createNames();
  const files = new Map<string, string>();
  const results: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.isFile) {
      const parameter = parameters.take(`Of_${name}`);
      files.set(name, parameter);
      results.push(`${printKey(name)}${field.isRequired ? '' : '?'}: ${parameter}${field.isArray ? '[]' : ''}`);
      continue;
    }
    const hasDefault = field.default !== undefined;
    const text = printField(types, form, name, hasDefault);
    if (text !== undefined) results.push(`${printKey(name)}${field.isRequired || hasDefault ? '' : '?'}: ${text}`);
  }
  const generics = files.size > 0 ? `<${[...files.values()].join(', ')}>` : '';
  const sinks = [...files].map(([name, parameter]) => `${printKey(name)}: Sink<${parameter}>`);
  return `/**
   * Reads the form as it streams by. Each file goes to the sink of its field.
   * @param limits in place of the server's own.
   * @throws AppError \`invalid\` when a field is wrong, twice or missing, as soon as that is known.
   */
  readForm${generics}(sinks: ${printMembers(sinks, '  ')}, limits?: { maxFileBytes: number }): Promise<${printMembers(results, '  ')}>`;
}

/** The type of a field, wherever the form's schema describes it; undefined when only answers have it. */
function printField(types: TypesReader, form: ts.TypeNode, name: string, hasDefault: boolean): string | undefined {
  /** By type: parts of a form may refer to each other in many ways. */
  const printed = new Map<ts.TypeNode, string | undefined>();
  return printOnce(form);

  function printOnce(node: ts.TypeNode): string | undefined {
    const target = types.follow(node);
    if (!printed.has(target)) printed.set(target, printIn(target));
    return printed.get(target);
  }

  function printIn(target: ts.TypeNode): string | undefined {
    if (ts.isIntersectionTypeNode(target) || ts.isUnionTypeNode(target)) {
      const found = target.types.map(printOnce).filter((part) => part !== undefined);
      const distinct = [...new Set(found)];
      if (distinct.length < 2) return distinct[0];
      return distinct.map((part) => `(${part})`).join(ts.isUnionTypeNode(target) ? ' | ' : ' & ');
    }
    const type = types.propertiesOf(target).get(name);
    if (!type || isOfAnswers(type)) return undefined;
    return types.ofRequest(hasDefault ? printWithoutNull(types, type) : types.print(type));
  }
}

function isOfAnswers(node: ts.TypeNode): boolean {
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && node.typeName.text === '$Read';
}
