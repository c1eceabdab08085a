import ts from 'typescript';

/**
 * openapi-typescript's helpers take a type for one object: `keyof` of an object that may be null has no key, `Omit` of
 * one with an index signature has nothing but that, and of alternatives only what all have. These take each alternative
 * by itself, and leave what is no object as it is.
 */
const HELPERS: ReadonlyMap<string, string> = new Map([
  [
    'WithRequired',
    'export type WithRequired<T, K extends PropertyKey> = T extends object ? T & { [P in K & keyof T]-?: T[P] } : T;',
  ],
  [
    'Without',
    'export type Without<T, K extends PropertyKey> = T extends object ? { [P in keyof T as Exclude<P, K>]: T[P] } : T;',
  ],
]);

export const HELPER_NAMES: readonly string[] = [...HELPERS.keys()];

/** The types with our helpers in the place of `Omit` and of the `WithRequired` among them; those that are used stand last. */
export function useHelpers(nodes: readonly ts.Node[]): ts.Node[] {
  const used = new Set<string>();
  const types = nodes.filter((node) => !(ts.isTypeAliasDeclaration(node) && HELPERS.has(node.name.text)));
  const { transformed } = ts.transform(types, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node => ts.visitEachChild(useHelper(node), visit, context);
      return visit(root);
    },
  ]);
  return [...transformed, ...[...HELPERS].filter(([name]) => used.has(name)).flatMap(([, text]) => parse(text))];

  function useHelper(node: ts.Node): ts.Node {
    if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return node;
    const name = node.typeName.text === 'Omit' ? 'Without' : node.typeName.text;
    if (!HELPERS.has(name)) return node;
    used.add(name);
    return ts.factory.updateTypeReferenceNode(node, ts.factory.createIdentifier(name), node.typeArguments);
  }
}

function parse(text: string): ts.Node[] {
  return [...ts.createSourceFile('helpers.ts', text, ts.ScriptTarget.Latest, true).statements];
}
