import ts from 'typescript';
import { ContractError } from '../read/document';
import { readText } from '../read/text';

/** The operations that a table of handlers has, as the source says it. */
interface HandlerTable {
  handled: string[];
  /** Those that are explicitly `notImplemented`: they answer 501. */
  notImplemented: string[];
}

/**
 * Reads the object that a file gives the type `Handlers`: what a function of that return type returns, or the value of
 * a variable of that type. The source is read, not run: it need not compile while handlers are missing.
 *
 * @throws ContractError when there is no such object, or one with keys that are not written out.
 */
export function readHandlerTable(path: string): HandlerTable {
  const source = ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true);
  const table = findTable(source);
  if (!table) throw new ContractError(path, 'has no object of the type Handlers');
  const handled: string[] = [];
  const notImplemented: string[] = [];
  for (const property of table.properties) {
    const { name } = property;
    if (!name || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) {
      throw new ContractError(
        path,
        `a handler is written as name and function, not as ${property.getText().slice(0, 40)}`,
      );
    }
    const isLeftOut = ts.isShorthandPropertyAssignment(property)
      ? name.text === 'notImplemented'
      : ts.isPropertyAssignment(property) && property.initializer.getText() === 'notImplemented';
    (isLeftOut ? notImplemented : handled).push(name.text);
  }
  return { handled, notImplemented };
}

function findTable(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  if (ts.isVariableDeclaration(node) && isHandlers(node.type) && node.initializer) return objectIn(node.initializer);
  if (ts.isFunctionLike(node) && isHandlers(node.type)) return findReturned(node);
  return ts.forEachChild(node, findTable);
}

function findReturned(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  if (ts.isReturnStatement(node) && node.expression) return objectIn(node.expression);
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return objectIn(node.body);
  return ts.forEachChild(node, (child) => findReturned(child));
}

function objectIn(expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const inner = ts.isParenthesizedExpression(expression) ? expression.expression : expression;
  return ts.isObjectLiteralExpression(inner) ? inner : undefined;
}

function isHandlers(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Handlers';
}
