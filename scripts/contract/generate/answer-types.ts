import ts from 'typescript';
import { commonHeaders } from '../../../src/http/connection/common-headers';
import type { ResponseDescriptor } from '../../../src/http/contract/descriptors';
import type { Names } from './names';
import type { Description } from './operations';
import { JSON_TYPE } from './parameters';
import { printKey, printMembers, quote } from './print';
import type { Code } from './print';
import type { TypesReader } from './types-reader';

/** What an operation may answer: one type for each status and media type, and their union. Errors are thrown. */
export function printAnswers(types: TypesReader, names: Names, operation: Description, name: string): string[] {
  const answers = statusesOf(operation).map((status) => printAnswer(types, names, operation, status));
  const union = answers.flatMap((answer) => answer.names).join(' | ') || 'never';
  return [...answers.flatMap(({ texts }) => texts), `export type ${name} = ${union};`];
}

/** `default` stands for an answer only where nothing else does: beside others it is errors. */
function statusesOf({ responses }: Description): string[] {
  const statuses = Object.keys(responses);
  const found = statuses.filter((status) => /^[23]/.test(status));
  return found.length > 0 ? found : statuses.filter((status) => status === 'default');
}

const RANGES: Readonly<Record<string, string>> = {
  '2XX': '200 | 201 | 202 | 203 | 204 | 205 | 206',
  '3XX': '300 | 301 | 302 | 303 | 304 | 307 | 308',
  default: 'number',
};

function printAnswer(types: TypesReader, names: Names, operation: Description, status: string) {
  const { operationId, method } = operation;
  const response = types.at(types.operation(operationId), 'responses', status);
  const content = [...types.propertiesOf(types.at(response, 'content'))];
  const headers = readHeaders(types, types.at(response, 'headers'), operation.responses[status]);
  const headersName = names.take(`${operationId}_${status}_Headers`);
  const isOptional = headers.every((header) => header.isOptional);
  const common = [
    `readonly status: ${RANGES[status] ?? status}`,
    ...(headers.length > 0 ? [`readonly headers${isOptional ? '?' : ''}: ${headersName}`] : []),
  ];
  const answers = content.map(([mediaType, type]) => {
    const isJson = JSON_TYPE.test(mediaType);
    const body = types.ofAnswer(types.print(type));
    const members = [
      // a JSON body has its type by itself
      `readonly contentType${isJson && content.length === 1 ? '?' : ''}: ${quote(mediaType)}`,
      `readonly body: ${isJson ? `${body} | JsonStream<${body}>` : 'Bytes'}`,
    ];
    return { name: names.take(`${operationId}_${status}${content.length > 1 ? `_${mediaType}` : ''}`), members };
  });
  if (content.length === 0) {
    // the answer to a HEAD says what that to its GET would have
    const members = [...(method === 'head' ? ['readonly contentType?: string'] : []), 'readonly body?: undefined'];
    answers.push({ name: names.take(`${operationId}_${status}`), members });
  }
  const lines = headers.map(
    (header) => `readonly ${printKey(header.name)}${header.isOptional ? '?' : ''}: ${header.type}`,
  );
  const texts = answers.map(({ name, members }) => `export type ${name} = ${printMembers([...common, ...members])};`);
  if (headers.length > 0) texts.unshift(`export type ${headersName} = ${printMembers(lines)};`);
  return { names: answers.map(({ name }) => name), texts };
}

const COMMON = new Set(Object.keys(commonHeaders('')));

/** Those that every answer has by itself are optional. */
function readHeaders(types: TypesReader, headers: ts.TypeNode | undefined, described?: ResponseDescriptor<Code>) {
  return [...types.propertiesOf(headers)]
    .filter(([name]) => name.toLowerCase() !== 'content-type')
    .map(([name, type]) => ({
      name,
      isOptional: COMMON.has(name.toLowerCase()) || described?.headers[name.toLowerCase()]?.isRequired !== true,
      type: headerType(types.follow(type)),
    }));
}

function headerType({ kind }: ts.TypeNode): string {
  if (kind === ts.SyntaxKind.StringKeyword) return 'string';
  return kind === ts.SyntaxKind.NumberKeyword ? 'number' : 'string | number';
}
