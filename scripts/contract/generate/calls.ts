import ts from 'typescript';
import { printCall } from './call-types';
import { createNames } from './names';
import type { Description } from './operations';
import { FIRST_LINE, printKey, printMembers } from './print';
import { HELPER_NAMES } from './type-helpers';
import { printAnswers } from './answer-types';
import { readTypes } from './types-reader';

const IMPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['../src/http/contract/calls', ['Answered', 'Bytes', 'CallBase', 'JsonStream', 'Sink']],
  ['../src/http/contract/exact', ['Exactly']],
  ['./types', ['$Read', '$Write', 'Readable', 'Writable', 'components', ...HELPER_NAMES]],
]);

/**
 * The types of handlers: for each operation one plain type of its call and one of its answer.
 * @param text that of types.ts
 */
export function printCalls(text: string, operations: Iterable<Description>): string {
  const types = readTypes(text);
  const names = createNames([...IMPORTS.values(), 'Calls', 'Answers', 'Handlers', 'NonNullable', 'Promise'].flat());
  const all = [...operations].map((operation) => {
    const { operationId } = operation;
    const call = names.take(`${operationId}_Call`);
    const answer = names.take(`${operationId}_Answer`);
    const texts = [printCall(types, operation, { call, answer }), ...printAnswers(types, names, operation, answer)];
    return { operationId, call, answer, texts };
  });
  const table = (name: string, value: (operation: (typeof all)[number]) => string) =>
    `export type ${name} = ${printMembers(all.map((one) => `${printKey(one.operationId)}: ${value(one)}`))};`;
  const tables = [
    table('Calls', ({ call }) => call),
    table('Answers', ({ answer }) => answer),
    `/** One handler for each operation of the contract. */`,
    table('Handlers', ({ call }) => `(call: ${call}) => Promise<Answered>`),
  ];
  const body = [...all.flatMap(({ texts }) => texts.map((one) => `${one}\n`)), ...tables].join('\n');
  return `${FIRST_LINE}\n${printImports(body, types.aliases)}\n${body}\n`;
}

/** An import that nothing uses does not compile. */
function printImports(body: string, aliases: readonly string[]): string {
  const used = typesIn(body);
  return [...IMPORTS]
    .map(([from, names]): [string, string[]] => [from, from === './types' ? [...names, ...aliases] : [...names]])
    .map(([from, names]): [string, string[]] => [from, names.filter((name) => used.has(name))])
    .map(([from, names]) => (names.length === 0 ? '' : `import type { ${names.join(', ')} } from '${from}';\n`))
    .join('');
}

/** What is referred to as a type: the same word may stand in a text, in a comment or as a key. */
function typesIn(body: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) found.add(node.typeName.text);
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) found.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('calls.ts', body, ts.ScriptTarget.Latest));
  return found;
}
