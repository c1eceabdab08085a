import type { ErrorObject } from 'ajv';
import { ContractError, isObject } from './document';
import type { Json, JsonObject } from './document';
import { below, isData, rootOf, step } from './walk';
import type { Visit } from './walk';

const COMBINING = new Set(['not', 'if', 'allOf', 'anyOf', 'oneOf']);

/** @throws ContractError with the first place that the schema of OpenAPI refuses. */
export async function checkStructure(root: JsonObject): Promise<void> {
  // an ES module, which a CommonJS one can only load so
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const copy: Record<string, unknown> = JSON.parse(JSON.stringify(withoutExamples(rootOf(root))));
  const { valid, errors } = await new Validator().validate(copy);
  // a text is about references, and takes properties that are called `$ref` for some: references.ts knows better
  if (valid || typeof errors === 'string') return;
  const [deepest] = (errors ?? []).toSorted((a, b) => depthOf(b) - depthOf(a));
  throw new ContractError(`#${deepest?.instancePath ?? ''}`, `is no valid OpenAPI: ${describe(deepest)}`);
}

/** The deepest error is the one that tells most, and at one place a keyword that combines others tells least. */
function depthOf({ instancePath, keyword }: ErrorObject): number {
  return 2 * instancePath.split('/').length - Number(COMBINING.has(keyword));
}

function describe(error: ErrorObject | undefined): string {
  if (!error || COMBINING.has(error.keyword)) return 'this is not what may stand here';
  return `${error.message ?? error.keyword} ${JSON.stringify(error.params)}`;
}

/** Examples are for readers: whatever is wrong with them, nothing is generated from them. */
function withoutExamples(visit: Visit): Json {
  const { node, isMap } = visit;
  if (Array.isArray(node)) return below(visit).map(withoutExamples);
  if (!isObject(node)) return node;
  const kept = Object.entries(node).filter(([key]) => isMap || (key !== 'example' && key !== 'examples'));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, !isMap && isData(key) ? value : withoutExamples(step(visit, key, value))]),
  );
}
