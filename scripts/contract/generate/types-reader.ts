import ts from 'typescript';

/** What the generated types say of an operation. A node may be a reference into `components`. */
export interface TypesReader {
  /** @throws Error when the types have no such operation. */
  operation(operationId: string): ts.TypeNode;
  /** The properties of an object type, by name; none when it is no object. */
  propertiesOf(node: ts.TypeNode | undefined): ReadonlyMap<string, ts.TypeNode>;
  /** The type of the property at the end of a path. */
  at(node: ts.TypeNode | undefined, ...path: string[]): ts.TypeNode | undefined;
  /** What a reference means. */
  follow(node: ts.TypeNode): ts.TypeNode;
  /** On one line and without comments. */
  print(node: ts.TypeNode): string;
  isNullable(node: ts.TypeNode): boolean;
  /** What a request has of a type, where the document says that requests and answers differ. */
  ofRequest(text: string): string;
  ofAnswer(text: string): string;
  /** What is exported beside `components`. */
  aliases: readonly string[];
}

/** @param text what openapi-typescript made of a document */
export function readTypes(text: string): TypesReader {
  const source = ts.createSourceFile('types.ts', text, ts.ScriptTarget.Latest, true);
  const printer = ts.createPrinter({ removeComments: true });
  const declared = new Map<string, ts.TypeNode>();
  const properties = new Map<ts.TypeNode, ReadonlyMap<string, ts.TypeNode>>();
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement))
      declared.set(statement.name.text, ts.factory.createTypeLiteralNode(statement.members));
    else if (ts.isTypeAliasDeclaration(statement)) declared.set(statement.name.text, statement.type);
  }
  return {
    operation,
    propertiesOf,
    at,
    follow,
    print,
    isNullable: (node) => isNullable(node),
    ofRequest: (type) => (isSided(type) ? `Writable<${type}>` : type),
    ofAnswer: (type) => (isSided(type) ? `Readable<${type}>` : type),
    aliases: [...declared.keys()].filter((name) => name.startsWith('schema_')),
  };

  function operation(operationId: string): ts.TypeNode {
    const found = at(declared.get('operations'), operationId);
    if (!found) throw new Error(`the types have no operation ${operationId}`);
    return found;
  }

  function propertiesOf(node: ts.TypeNode | undefined): ReadonlyMap<string, ts.TypeNode> {
    const target = node && follow(node);
    if (!target || !ts.isTypeLiteralNode(target)) return new Map();
    // `components` is gone through for every reference
    const known = properties.get(target) ?? readProperties(target);
    properties.set(target, known);
    return known;
  }

  function at(node: ts.TypeNode | undefined, ...path: string[]): ts.TypeNode | undefined {
    return path.reduce<ts.TypeNode | undefined>((inner, name) => propertiesOf(inner).get(name), node);
  }

  function follow(node: ts.TypeNode): ts.TypeNode {
    if (ts.isParenthesizedTypeNode(node)) return follow(node.type);
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) {
      const target = node.typeArguments ? undefined : declared.get(node.typeName.text);
      return target ? follow(target) : node;
    }
    if (!ts.isIndexedAccessTypeNode(node)) return node;
    const { literal } = node.indexType as ts.LiteralTypeNode;
    const target = at(node.objectType, (literal as ts.StringLiteral).text);
    return target ? follow(target) : node;
  }

  /** Whether requests and answers may have different parts of it. */
  function isSided(type: string): boolean {
    return declared.has('$Read') && /\bcomponents\b|\$(?:Read|Write)\b/.test(type);
  }

  function print(node: ts.TypeNode): string {
    return printer.printNode(ts.EmitHint.Unspecified, node, source).replaceAll(/\n\s*/g, ' ');
  }

  function isNullable(node: ts.TypeNode, seen = new Set<ts.TypeNode>()): boolean {
    const target = follow(node);
    if (seen.has(target)) return false;
    seen.add(target);
    if (ts.isUnionTypeNode(target)) return target.types.some((one) => isNullable(one, seen));
    return ts.isLiteralTypeNode(target) && target.literal.kind === ts.SyntaxKind.NullKeyword;
  }
}

function readProperties({ members }: ts.TypeLiteralNode): Map<string, ts.TypeNode> {
  const found = new Map<string, ts.TypeNode>();
  for (const member of members) {
    if (!ts.isPropertySignature(member) || !member.type || ts.isComputedPropertyName(member.name)) continue;
    found.set(member.name.text, member.type);
  }
  return found;
}
