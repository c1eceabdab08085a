import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { slownessOf } from './contract/generate/slow-patterns';
import { answerHelp } from './help';

answerHelp(`npm run lint:regexes

Checks that no regular expression of src/ backtracks: a client's bytes can reach each of them, and a slow one would stop
the whole process. Exit code 1 when one backtracks.`);

const root = join(__dirname, '..');

interface Found {
  place: string;
  pattern: string;
  flags: string;
}

function main(): number {
  const found = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => regexesOf(join(root, 'src', name)));
  let slow = 0;
  for (const { place, pattern, flags } of found) {
    const slowness = slownessOf(pattern, flags);
    if (slowness === undefined) continue;
    slow += 1;
    console.error(`${place}: /${pattern}/${flags} is slow: ${slowness}`);
  }
  console.log(`${found.length} regular expressions of src/, ${slow} of them slow`);
  return slow > 0 ? 1 : 0;
}

/** Literals, and `RegExp(…)` of a constant. A pattern that is built at run time cannot be found here. */
function regexesOf(file: string): Found[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const text = literalOf(node);
    if (text !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${relative(root, file)}:${line + 1}`, ...text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function literalOf(node: ts.Node): { pattern: string; flags: string } | undefined {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/');
    return { pattern: node.text.slice(1, end), flags: node.text.slice(end + 1) };
  }
  const isCall = (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp';
  const [pattern, flags] = isCall ? (node.arguments ?? []) : [];
  if (!pattern || !ts.isStringLiteralLike(pattern)) return undefined;
  return { pattern: pattern.text, flags: flags && ts.isStringLiteralLike(flags) ? flags.text : '' };
}

process.exitCode = main();
