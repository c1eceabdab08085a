import type { ErrorObject } from 'ajv';
import { ContractError, escapePointer, isObject } from './document';
import type { Json, JsonObject, OpenApiDocument, Remedy } from './document';
import { nameMeantBy, renaming } from './misspelt';
import { valueAt } from './remedies';
import { below, isData, isSchemaPlace, rootOf, step } from './walk';
import type { Visit } from './walk';

/** They say that parts of them fail, and the errors of the parts say more. */
const COMBINING = new Set(['not', 'if', 'allOf', 'anyOf', 'oneOf', 'unevaluatedProperties']);

/**
 * @param isKeyword of schemas: what is no such thing the schema of OpenAPI 3.0 refuses wherever it stands.
 * @throws ContractError with each place that the schema of OpenAPI refuses.
 */
export async function checkStructure(document: OpenApiDocument, isKeyword: (key: string) => boolean): Promise<void> {
  // an ES module, which a CommonJS one can only load so
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const copy: Record<string, unknown> = JSON.parse(JSON.stringify(withoutExamples(rootOf(document.root), isKeyword)));
  const { valid, errors } = await new Validator({ allErrors: true }).validate(copy);
  // a text is about references, and takes properties that are called `$ref` for some: references.ts knows better
  if (valid || typeof errors === 'string') return;
  for (const error of tellingOf(errors ?? [])) {
    const pointer = `#${error.instancePath}`;
    const fault = `is no valid OpenAPI: ${describe(error)}`;
    document.refuse(new ContractError(pointer, fault, { remedy: remedyFor(error, pointer, document.root) }));
  }
}

/** One error for each place, of those that are not there because of another. */
function tellingOf(all: readonly ErrorObject[]): ErrorObject[] {
  const found: ErrorObject[] = [];
  const errors = withoutOtherBranches(all);
  for (const error of errors.toSorted((a, b) => weightOf(a) - weightOf(b))) {
    const { instancePath } = error;
    const isKnown = found.some((other) => {
      if (other.instancePath === instancePath) return !isOwn(error) || !isOwn(other) || nameIn(other) === nameIn(error);
      return !isOwn(error) && other.instancePath.startsWith(`${instancePath}/`);
    });
    if (!isKnown) found.push(error);
  }
  return found;
}

/** Where one of several kinds may stand, the kind with the fewest errors was meant. */
function withoutOtherBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const places = new Set(
    errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf').map(({ instancePath }) => instancePath),
  );
  let rest = [...errors];
  for (const place of places) {
    const kinds = new Map<string, ErrorObject[]>();
    for (const error of rest) {
      const isNear = error.instancePath === place || parentOf(error.instancePath) === place;
      if (!isNear || !isOwn(error)) continue;
      const kind = error.schemaPath.split('/').slice(0, 3).join('/');
      kinds.set(kind, [...(kinds.get(kind) ?? []), error]);
    }
    const [, ...others] = [...kinds.values()].toSorted((a, b) => a.length - b.length);
    const dropped = new Set(others.flat());
    rest = rest.filter((error) => !dropped.has(error));
  }
  return rest;
}

function parentOf(instancePath: string): string {
  return instancePath.slice(0, Math.max(0, instancePath.lastIndexOf('/')));
}

/** The most telling first. Wherever a reference may stand, "no reference" is one of the errors. */
function weightOf(error: ErrorObject): number {
  return Number(!isOwn(error));
}

function isOwn(error: ErrorObject): boolean {
  return !COMBINING.has(error.keyword) && nameIn(error) !== '$ref';
}

/** The property that an error is about. */
function nameIn({ params }: ErrorObject): string | undefined {
  const about: Record<string, unknown> = params;
  const names = ['missingProperty', 'additionalProperty', 'unevaluatedProperty', 'propertyName'];
  return names.map((name) => about[name]).find((name) => typeof name === 'string');
}

function describe(error: ErrorObject): string {
  if (COMBINING.has(error.keyword) && nameIn(error) === undefined) return 'this is not what may stand here';
  return `${error.message ?? error.keyword} ${JSON.stringify(error.params)}`;
}

/** What a missing field can be without saying anything. */
const EMPTY: Readonly<Record<string, Json>> = {
  description: '',
  title: 'Untitled',
  version: '0',
  scopes: {},
  responses: { default: { description: 'Any answer' } },
  schema: {},
};

/** Fields that say what is taken or answered: without one that is misspelt, something else would be. */
const FIELDS =
  `required parameters requestBody responses content schema headers security servers explode style callbacks
  encoding allowReserved allowEmptyValue operationId schemas securitySchemes`.split(/\s+/);

function remedyFor(error: ErrorObject, pointer: string, root: JsonObject): Remedy[] {
  const name = nameIn(error);
  if (error.keyword === 'required' && name !== undefined && Object.hasOwn(EMPTY, name))
    return [{ at: pointer, update: { [name]: EMPTY[name] ?? {} } }];
  if (error.keyword !== 'required' && name !== undefined) {
    const [meant, node] = [nameMeantBy(name, FIELDS), valueAt(root, pointer)];
    if (meant !== undefined && isObject(node) && node[meant] === undefined)
      return renaming(pointer, name, meant, node[name] ?? null);
    return [{ at: `${pointer}/${escapePointer(name)}`, remove: true }];
  }
  const { i } = error.params as { i?: unknown };
  if (error.keyword === 'uniqueItems' && typeof i === 'number') return [{ at: `${pointer}/${i}`, remove: true }];
  return pointer === '#' ? [] : [{ at: pointer, remove: true }];
}

/** Examples are for readers: whatever is wrong with them, nothing is generated from them. */
function withoutExamples(visit: Visit, isKeyword: (key: string) => boolean): Json {
  const { node, isMap } = visit;
  if (Array.isArray(node)) return below(visit).map((item) => withoutExamples(item, isKeyword));
  if (!isObject(node)) return node;
  const isSchema = isSchemaPlace(visit);
  const kept = Object.entries(node).filter(
    ([key]) => isMap || (key !== 'example' && key !== 'examples' && (!isSchema || isKeyword(key))),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      !isMap && isData(key) ? value : withoutExamples(step(visit, key, value), isKeyword),
    ]),
  );
}
