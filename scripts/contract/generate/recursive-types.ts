import ts from 'typescript';
import { isObject } from '../read/document';
import type { Json, JsonObject } from '../read/document';
import { createNames } from './names';

const SCHEMA = /^#\/components\/schemas\/([^/]+)$/;

/**
 * A schema that leads to itself through arrays and alternatives alone, such as "any JSON", is a type that TypeScript
 * allows as an alias and refuses as the type of a property: such types become aliases, and the properties refer to them.
 */
export function useAliases(nodes: readonly ts.Node[], readable: JsonObject): ts.Node[] {
  const names = createNames();
  const aliases = new Map(recursiveSchemas(readable).map((name) => [name, names.take(`schema_${name}`)]));
  if (aliases.size === 0) return [...nodes];
  const made: ts.Node[] = [];
  const { transformed } = ts.transform([...nodes], [(context) => (root) => visit(root, context)]);
  return [...transformed, ...made];

  function visit(root: ts.Node, context: ts.TransformationContext): ts.Node {
    if (!ts.isInterfaceDeclaration(root) || root.name.text !== 'components') return root;
    const visitor = (node: ts.Node): ts.Node => {
      const alias = aliasOf(node);
      if (alias !== undefined) return ts.factory.createTypeReferenceNode(alias);
      return ts.visitEachChild(node, visitor, context);
    };
    const members = root.members.map((member) => {
      if (!ts.isPropertySignature(member) || nameOf(member) !== 'schemas' || !member.type) return member;
      const schemas = ts.visitEachChild(member.type, (schema) => declare(schema, visitor), context);
      return ts.factory.updatePropertySignature(member, member.modifiers, member.name, member.questionToken, schemas);
    });
    const { modifiers, name, typeParameters, heritageClauses } = root;
    return ts.factory.updateInterfaceDeclaration(root, modifiers, name, typeParameters, heritageClauses, members);
  }

  function declare(schema: ts.Node, visitor: ts.Visitor): ts.Node {
    const alias = ts.isPropertySignature(schema) ? aliases.get(nameOf(schema) ?? '') : undefined;
    if (alias === undefined || !ts.isPropertySignature(schema) || !schema.type) return schema;
    const type = ts.visitNode(schema.type, visitor, ts.isTypeNode) ?? schema.type;
    made.push(
      ts.factory.createTypeAliasDeclaration(
        [ts.factory.createToken(ts.SyntaxKind.ExportKeyword)],
        alias,
        undefined,
        type,
      ),
    );
    const reference = ts.factory.createTypeReferenceNode(alias);
    return ts.factory.updatePropertySignature(schema, schema.modifiers, schema.name, schema.questionToken, reference);
  }

  /** `components["schemas"]["Name"]` */
  function aliasOf(node: ts.Node): string | undefined {
    if (!ts.isIndexedAccessTypeNode(node) || !ts.isIndexedAccessTypeNode(node.objectType)) return undefined;
    const { objectType, indexType } = node.objectType;
    const isComponents = ts.isTypeReferenceNode(objectType) && ts.isIdentifier(objectType.typeName);
    if (!isComponents || objectType.typeName.text !== 'components' || textOf(indexType) !== 'schemas') return undefined;
    return aliases.get(textOf(node.indexType) ?? '');
  }
}

function nameOf({ name }: ts.PropertySignature): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

function textOf(node: ts.TypeNode): string | undefined {
  return ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal) ? node.literal.text : undefined;
}

/** The names of the schemas on a circle that leads through no property. */
function recursiveSchemas({ components }: JsonObject): string[] {
  const schemas = isObject(components) && isObject(components['schemas']) ? components['schemas'] : {};
  let edges = new Map(Object.entries(schemas).map(([name, schema]) => [name, reached(schema)]));
  for (let size = -1; size !== edges.size;) {
    size = edges.size;
    // what leads nowhere is on no circle, and neither is what nothing leads to
    const targets = new Set([...edges.values()].flat());
    edges = new Map([...edges].filter(([name, next]) => targets.has(name) && next.some((other) => edges.has(other))));
  }
  return [...edges.keys()];
}

/** What a schema refers to without a property between. */
function reached(schema: Json | undefined): string[] {
  if (!isObject(schema)) return [];
  const { $ref, items, prefixItems, allOf, anyOf, oneOf } = schema;
  const name = typeof $ref === 'string' ? SCHEMA.exec($ref)?.[1] : undefined;
  const inside = [items, prefixItems, allOf, anyOf, oneOf].flat().flatMap(reached);
  return name === undefined ? inside : [name, ...inside];
}
